import { portalGroupOf, type ControllerId } from '../../contract/controller-id'
import type { LogicalUnit, VolumeFault, VolumeOutcome } from '../../core/scsi/device'
import { OrderedDelay } from '../ordered-delay'
import type { Life, World } from '../world'

const HOP_MS = 0.05
const RECONNECT_MS = 20

/** - `reset`: the connection ended before an answer came; `no-unit`: the LUN is not there. */
export type PathFailure = 'reset' | 'no-unit' | VolumeFault

/** A command on its way by one path. Another try of the same command is another attempt. */
export interface PathCommand {
  readonly lun: number
  run(unit: LogicalUnit, done: (outcome: VolumeOutcome<readonly Uint8Array[]>) => void): void
  answered(outcome: { readonly ok: true; readonly value: readonly Uint8Array[] } | { readonly ok: false; readonly failure: PathFailure }): void
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
  #life: Life | undefined
  /** Grows with every connection: answers of an earlier one are lost. */
  #connection = 0
  #waiting = new Map<PathCommand, number>()

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
    return this.#life !== undefined
  }

  /** As the controller at the other end sees it; undefined without a connection. */
  isOptimized(lun: number): boolean {
    return this.#life?.controller.directory.find(lun)?.accessState(portalGroupOf(this.portal)) === 'active-optimized'
  }

  send(command: PathCommand): void {
    const life = this.#life
    if (life === undefined) {
      this.#world.clock.after(HOP_MS, () => command.answered({ ok: false, failure: 'reset' }))
      return
    }
    const connection = this.#connection
    const { clock } = this.#world
    this.#waiting.set(command, clock.nowMs())
    const answer = (outcome: Parameters<PathCommand['answered']>[0]): void => {
      this.#toHost.carry(() => {
        if (this.#connection === connection && this.#waiting.delete(command)) command.answered(outcome)
      })
    }
    this.#toTarget.carry(() => {
      // What is on the way when the connection ends never arrives.
      if (this.#connection !== connection) return
      life.incarnation.deliver(() => {
        const unit = life.controller.directory.find(command.lun)
        if (unit === undefined) answer({ ok: false, failure: 'no-unit' })
        else command.run(unit, (outcome) => answer(outcome.ok ? outcome : { ok: false, failure: outcome.fault }))
      })
    })
  }

  /** Gives the connection up when a command waits for too long, as an initiator does. */
  expire(timeoutMs: number): void {
    const beforeMs = this.#world.clock.nowMs() - timeoutMs
    for (const sentAtMs of this.#waiting.values()) {
      if (sentAtMs >= beforeMs) return
      this.#ended()
      return
    }
  }

  #connect(): void {
    const life = this.#world.serverOf(this.portal)
    if (life === undefined) {
      this.#world.clock.after(RECONNECT_MS, () => this.#connect())
      return
    }
    this.#life = life
    const connection = ++this.#connection
    this.#world.network.watch(this.portal, () => {
      if (this.#connection === connection) this.#ended()
    })
    this.#connected()
  }

  #ended(): void {
    this.#life = undefined
    this.#connection++
    const waiting = this.#waiting
    this.#waiting = new Map()
    this.#world.clock.after(HOP_MS, () => {
      for (const command of waiting.keys()) command.answered({ ok: false, failure: 'reset' })
    })
    this.#world.clock.after(RECONNECT_MS, () => this.#connect())
  }
}
