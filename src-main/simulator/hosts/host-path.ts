import { portalGroupOf, type ControllerId } from '../../contract/controller-id'
import type { LogicalUnit, VolumeFault, VolumeOutcome } from '../../core/scsi/device'
import { OrderedDelay } from '../ordered-delay'
import type { PlainConnection } from '../virtual-network'
import type { Life, World } from '../world'

const HOP_MS = 0.05
const RECONNECT_MS = 20
/**
 * The wait before a command of a lost connection is sent again on the other path. The command may still be on its way between the
 * controllers, and no target can call it back. So initiators wait longer than that can take.
 */
const NETWORK_LOSS_MS = 30

/** - `reset`: the connection ended before an answer came; `no-unit`: the LUN is not there. */
export type PathFailure = 'reset' | 'no-unit' | VolumeFault

type PathOutcome = { readonly ok: true; readonly value: readonly Uint8Array[] } | { readonly ok: false; readonly failure: PathFailure }

/** A command on its way by one path. Another try of the same command is another attempt. */
export interface PathCommand {
  readonly lun: number
  readonly task: { isAborted: boolean }
  /** At the controller that answers at the portal. */
  run(
    at: { readonly unit: LogicalUnit; readonly server: ControllerId },
    done: (outcome: VolumeOutcome<readonly Uint8Array[]>) => void,
  ): void
  answered(outcome: PathOutcome): void
}

/**
 * A host's connection to one portal, without iSCSI: commands reach the controller in order after a hop, answers come
 * back, and when the connection ends everything that waits for an answer learns of it.
 */
export class HostPath {
  readonly portal: ControllerId
  readonly #world: World
  readonly #connected: () => void
  readonly #toTarget: OrderedDelay
  readonly #toHost: OrderedDelay
  #target: TargetEnd | undefined
  readonly #waiting = new Map<PathCommand, number>()

  constructor(world: World, portal: ControllerId, connected: () => void) {
    this.#world = world
    this.portal = portal
    this.#connected = connected
    const random = world.random.fork()
    const hopMs = (): number => HOP_MS * (0.5 + random.fraction()) + world.network.extraDelayMs[portal]
    this.#toTarget = new OrderedDelay(world.clock, hopMs)
    this.#toHost = new OrderedDelay(world.clock, hopMs)
    this.#connect()
  }

  get isConnected(): boolean {
    return this.#target !== undefined
  }

  /** Whether the controller at the other end says that this path is optimized; false without a connection. */
  isOptimized(lun: number): boolean {
    return this.#target?.life.controller.directory.find(lun)?.accessState(portalGroupOf(this.portal)) === 'active-optimized'
  }

  send(command: PathCommand): void {
    const target = this.#target
    if (target === undefined) {
      this.#world.clock.after(HOP_MS, () => command.answered({ ok: false, failure: 'reset' }))
      return
    }
    this.#waiting.set(command, this.#world.clock.nowMs())
    const answer = (outcome: PathOutcome): void => {
      this.#toHost.carry(() => {
        if (this.#target === target && this.#waiting.delete(command)) command.answered(outcome)
      })
    }
    this.#toTarget.carry(() => {
      // Anything on its way when the connection ends never arrives.
      if (this.#target === target) target.take(command, answer)
    })
  }

  /** Ends the connection if a command waits too long, as an initiator does. */
  expire(timeoutMs: number): void {
    const beforeMs = this.#world.clock.nowMs() - timeoutMs
    for (const sentAtMs of this.#waiting.values()) {
      if (sentAtMs >= beforeMs) return
      this.#giveUp()
      return
    }
  }

  #connect(): void {
    const life = this.#world.serverOf(this.portal)
    if (life === undefined) {
      this.#world.clock.after(RECONNECT_MS, () => this.#connect())
      return
    }
    const target = new TargetEnd(life, (by) => {
      if (this.#target === target) abort(this.#ended(by === 'network' ? NETWORK_LOSS_MS : HOP_MS))
    })
    this.#target = target
    this.#world.network.attach(this.portal, target)
    this.#connected()
  }

  /** The controller hears of it after everything that was sent to it before. */
  #giveUp(): void {
    const target = this.#target
    const lost = this.#ended(HOP_MS)
    this.#toTarget.carry(() => target?.life.incarnation.deliver(() => abort(lost)))
  }

  /** Returns the commands that nobody waits for now. */
  #ended(toldAfterMs: number): readonly PathCommand[] {
    this.#target = undefined
    const waiting = [...this.#waiting.keys()]
    this.#waiting.clear()
    this.#world.clock.after(toldAfterMs, () => {
      for (const command of waiting) command.answered({ ok: false, failure: 'reset' })
    })
    this.#world.clock.after(RECONNECT_MS, () => this.#connect())
    return waiting
  }
}

/** One connection, as the controller sees it. */
class TargetEnd implements PlainConnection {
  readonly life: Life
  readonly ended: PlainConnection['ended']
  #underWay = 0
  #isQuiesced = false
  #whenIdle: (() => void) | undefined

  constructor(life: Life, ended: PlainConnection['ended']) {
    this.life = life
    this.ended = ended
  }

  take(command: PathCommand, answer: (outcome: PathOutcome) => void): void {
    const { incarnation, controller } = this.life
    incarnation.deliver(() => {
      const unit = controller.directory.find(command.lun)
      if (this.#isQuiesced) return
      if (unit === undefined) answer({ ok: false, failure: 'no-unit' })
      else this.#run(command, unit, answer)
    })
  }

  quiesce(done: () => void): void {
    this.#isQuiesced = true
    if (this.#underWay === 0) done()
    else this.#whenIdle = done
  }

  #run(command: PathCommand, unit: LogicalUnit, answer: (outcome: PathOutcome) => void): void {
    this.#underWay++
    command.run({ unit, server: this.life.incarnation.controller }, (outcome) => {
      this.#underWay--
      answer(outcome.ok ? outcome : { ok: false, failure: outcome.fault })
      if (this.#underWay === 0) this.#whenIdle?.()
    })
  }
}

function abort(commands: readonly PathCommand[]): void {
  for (const { task } of commands) task.isAborted = true
}
