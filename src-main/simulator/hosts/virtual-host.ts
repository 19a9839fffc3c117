import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { TraceTag } from '../../core/ports'
import type { VolumeFault, VolumeOutcome } from '../../core/scsi/device'
import type { BlockCheck } from '../checkers/block-check'
import type { Violations } from '../checkers/checker'
import type { BlockRun } from '../../core/raid/space'
import type { World } from '../world'
import { blocksOf, valuesOf } from './block-values'
import { HostPath, type PathCommand, type PathFailure } from './host-path'
import type { Ground, HostVolume } from './ground'
import { drawRange, type LengthHabits } from './ranges'

/** Longer than a hung controller may live. Otherwise an abandoned command could still run after its retry. */
const COMMAND_TIMEOUT_MS = 6000
const EXPIRY_MS = 250
/** The share of writes that must reach the drives, while newer writes beside them need not. */
const FORCED_SHARE = 0.25

export interface HostHabits extends LengthHabits {
  readonly readShare: number
  readonly flushShare: number
  /** How often a command that failed is given up instead of being sent again: its outcome stays unknown. */
  readonly giveUpShare: number
  /** How often a command goes by the path that is not the optimized one. */
  readonly otherPathShare: number
  readonly clients: number
  readonly thinkMs: number
}

export interface Operation {
  readonly kind: 'read' | 'write' | 'flush'
  readonly volume: HostVolume
  readonly firstBlock: number
  readonly blockCount: number
  readonly forceUnitAccess: boolean
  /** The values under which a write was sent, one for each try. */
  readonly values: number[]
  readonly done: () => void
  /** When it was first sent by some path. */
  beganAtMs?: number
}

/** Looks on while hosts work. */
export interface HostWatcher {
  /** `again`: after a failure. */
  commandSent(operation: Operation, portal: ControllerId, again: boolean): TryWatcher | undefined
  commandAnswered(operation: Operation): void
  /** Its outcome stays unknown. */
  commandGivenUp(operation: Operation): void
}

/** Looks on while one try of a command goes its way. */
export interface TryWatcher {
  /** At the controller that answers at its portal, which traces what it does under this tag. */
  arrived(server: ControllerId): TraceTag
  /** Its answer leaves the portal; undefined: it is a good one. */
  answered(fault: VolumeFault | undefined): void
}

export interface HostSurroundings {
  readonly watcher?: HostWatcher | undefined
  readonly blocks: BlockCheck
  readonly violations: Violations
}

/** A host with a path to each portal, whose clients read and write the same few blocks as those of other hosts. */
export class VirtualHost {
  readonly name: string
  answered = 0
  readonly #world: World
  readonly #random: Prng
  readonly #habits: HostHabits
  readonly #ground: Ground
  readonly #around: HostSurroundings
  readonly #paths: readonly HostPath[]
  #underWay = 0
  #busyClients = 0
  /** Commands that clients have yet to send. */
  #owed = 0
  #waitingForPath: (() => void)[] = []

  constructor(parts: {
    readonly name: string
    readonly world: World
    readonly random: Prng
    readonly habits: HostHabits
    readonly ground: Ground
    readonly around: HostSurroundings
  }) {
    this.name = parts.name
    this.#world = parts.world
    this.#random = parts.random
    this.#habits = parts.habits
    this.#ground = parts.ground
    this.#around = parts.around
    this.#paths = CONTROLLER_IDS.map((portal) => new HostPath(parts.world, portal, () => this.#pathIsUp()))
    this.#expire()
  }

  /** Commands and clients that are not done. */
  get isBusy(): boolean {
    return this.#underWay > 0 || this.#busyClients > 0
  }

  isConnectedTo(portal: ControllerId): boolean {
    return this.#paths.some((path) => path.portal === portal && path.isConnected)
  }

  /** Every client sends about that many more commands, one at a time. */
  burst(commandsPerClient: number): void {
    this.#owed += commandsPerClient * this.#habits.clients
    while (this.#busyClients < this.#habits.clients) {
      this.#busyClients++
      this.#client()
    }
  }

  /** Reads these blocks of a volume. */
  readBack(volume: HostVolume, { firstBlock, blockCount }: BlockRun): void {
    this.#begin({ kind: 'read', volume, firstBlock, blockCount, forceUnitAccess: false, values: [], done: () => undefined })
  }

  #client(): void {
    if (this.#owed === 0) {
      this.#busyClients--
      return
    }
    this.#owed--
    const { thinkMs } = this.#habits
    this.#begin(
      this.#draw(() => {
        if (thinkMs === 0) this.#client()
        else this.#world.clock.after(this.#random.fraction() * thinkMs, () => this.#client())
      }),
    )
  }

  #draw(done: () => void): Operation {
    const random = this.#random
    const { readShare, flushShare } = this.#habits
    const spot = random.pick(this.#ground.spots)
    const chance = random.fraction()
    const kind = chance < readShare ? 'read' : chance < readShare + flushShare ? 'flush' : 'write'
    const range = drawRange(random, spot, this.#habits)
    const forceUnitAccess = kind === 'write' && random.chance(FORCED_SHARE)
    return { kind, volume: spot.volume, ...range, forceUnitAccess, values: [], done }
  }

  #begin(operation: Operation): void {
    this.#underWay++
    this.#send(operation)
  }

  #send(operation: Operation): void {
    const path = this.#choosePath(operation.volume.lun)
    if (path === undefined) this.#waitingForPath.push(() => this.#send(operation))
    else {
      const again = operation.beganAtMs !== undefined
      operation.beganAtMs ??= this.#world.clock.nowMs()
      path.send(this.#command(operation, this.#around.watcher?.commandSent(operation, path.portal, again)))
    }
  }

  #choosePath(lun: number): HostPath | undefined {
    const up = this.#paths.filter(({ isConnected }) => isConnected)
    const optimized = up.find((path) => path.isOptimized(lun))
    if (optimized === undefined || up.length === 1) return up.length === 0 ? undefined : this.#random.pick(up)
    return this.#random.chance(this.#habits.otherPathShare) ? this.#random.pick(up) : optimized
  }

  #command(operation: Operation, watcher: TryWatcher | undefined): PathCommand {
    const { kind, volume, firstBlock, blockCount, forceUnitAccess, values } = operation
    const { contentId } = volume
    const startMoment = this.#around.blocks.moment()
    const value = kind === 'write' ? this.#around.blocks.writeBegins(this.name, { contentId, firstBlock, blockCount }) : 0
    const earlier = values.slice()
    if (kind === 'write') values.push(value)
    const task = { isAborted: false }
    return {
      lun: volume.lun,
      task,
      run({ unit, server }, done) {
        const trace = watcher?.arrived(server)
        const end = (outcome: VolumeOutcome<readonly Uint8Array[]>): void => {
          watcher?.answered(outcome.ok ? undefined : outcome.fault)
          done(outcome)
        }
        if (kind === 'read') unit.read({ firstBlock, blockCount, trace }, end)
        else if (kind === 'flush') unit.flush({ trace }, (outcome) => end(outcome.ok ? { ok: true, value: [] } : outcome))
        else {
          const data = [blocksOf(value, contentId, firstBlock, blockCount)]
          unit.write({ firstBlock, blockCount, data, forceUnitAccess, task, trace }, (outcome) =>
            end(outcome.ok ? { ok: true, value: [] } : outcome),
          )
        }
      },
      answered: (outcome) => {
        if (outcome.ok) this.#succeeded(operation, { startMoment, value, earlier }, outcome.value)
        else this.#failed(operation, outcome.failure)
      },
    }
  }

  #succeeded(
    operation: Operation,
    attempt: { readonly startMoment: number; readonly value: number; readonly earlier: readonly number[] },
    data: readonly Uint8Array[],
  ): void {
    const { kind, volume, firstBlock, blockCount } = operation
    const { contentId } = volume
    const { startMoment, value, earlier } = attempt
    const range = { contentId, firstBlock, blockCount }
    const { blocks } = this.#around
    if (kind === 'write') blocks.writeEnds(value, range, earlier)
    if (operation.forceUnitAccess) blocks.forced(value, range)
    if (kind === 'flush') blocks.flushed(contentId, startMoment)
    if (kind === 'read') {
      const values = valuesOf(data, contentId, firstBlock)
      const [first] = values
      blocks.readEnds(this.name, range, startMoment, values)
      this.#world.trace.mixNumber(typeof first === 'number' ? first : 0)
    }
    this.answered++
    this.#around.watcher?.commandAnswered(operation)
    this.#world.trace.mixNumber(Math.floor(this.#world.clock.nowMs() * 1000) + value)
    this.#end(operation)
  }

  #failed(operation: Operation, failure: PathFailure): void {
    const { kind, volume, firstBlock, blockCount } = operation
    const isGone = failure === 'no-unit' && !this.#ground.isMapped(volume)
    if (isGone || (failure === 'medium-error' && kind === 'read' && this.#around.blocks.mayBeLost({ ...volume, firstBlock, blockCount }))) {
      this.#around.watcher?.commandGivenUp(operation)
      this.#end(operation)
    } else if (failure === 'medium-error' || failure === 'hardware-error' || (failure === 'no-unit' && !volume.isCreated)) {
      this.#around.violations.add(
        'answers',
        `a ${kind} of ${this.name} on volume ${volume.volumeId}, blocks ${firstBlock}+${blockCount}, was answered ${failure}`,
        'host',
      )
      this.#around.watcher?.commandGivenUp(operation)
      this.#end(operation)
    } else if (failure !== 'no-unit' && this.#random.chance(this.#habits.giveUpShare)) {
      this.#around.watcher?.commandGivenUp(operation)
      this.#end(operation)
    } else {
      this.#world.clock.after(2 + this.#random.fraction() * 10, () => this.#send(operation))
    }
  }

  #end(operation: Operation): void {
    this.#underWay--
    operation.done()
  }

  #pathIsUp(): void {
    const waiting = this.#waitingForPath
    this.#waitingForPath = []
    for (const send of waiting) send()
  }

  #expire(): void {
    for (const path of this.#paths) path.expire(COMMAND_TIMEOUT_MS)
    this.#world.clock.after(EXPIRY_MS, () => this.#expire())
  }
}
