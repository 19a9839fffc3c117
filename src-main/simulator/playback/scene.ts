import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { ArrayState } from '../../contract/array-state'
import type { HostReport } from '../../contract/host'
import { SIMULATION_BOUNDS } from '../../contract/simulation'
import type { LabSnapshot } from '../../contract/snapshot'
import { newestEvents, type TraceEvent, type TraceKind } from '../../contract/trace'
import { composeSnapshot, newestArray, type SlotView } from '../../snapshot/compose'
import { CounterBook } from '../../snapshot/counter-book'
import { driveCondition } from '../../snapshot/drive-condition'
import { OutageCauses } from '../../snapshot/outage-causes'
import { TakeoverBook } from '../../snapshot/takeover-book'
import { TARGET_NAME } from '../world'
import { SlotStates } from './slot-states'
import type { Stage, StagedHosts, StagedRun } from './stage'

const { maxEventsKept } = SIMULATION_BOUNDS
const MANAGEMENT_PORT = 80

/** One world at one moment, which only goes forward, and how the window shows it there. */
export class Scene {
  readonly #name: string
  readonly #run: StagedRun
  readonly #hosts: StagedHosts
  readonly #takeovers = new TakeoverBook()
  readonly #counts = new CounterBook()
  readonly #outageCauses = new OutageCauses()
  #array: ArrayState | undefined
  #events: TraceEvent[] = []
  #listener: ((event: TraceEvent) => void) | undefined
  readonly #slots: SlotStates
  /** When the last one that is over began. */
  #lastTakeoverMs: number | undefined
  #pairChanged = false
  #asides = 0
  #shown: { readonly event: number; readonly isOver: boolean; readonly snapshot: LabSnapshot } | undefined
  #isOver = false

  constructor(stage: Stage) {
    this.#name = stage.name
    const { run, hosts } = stage.show()
    this.#run = run
    this.#hosts = hosts
    const { world } = this.#run
    this.#slots = new SlotStates(world)
    world.stateListeners.push((_, state) => {
      this.#array = newestArray(this.#array, state)
    })
    world.trace.onEvent((event) => this.#take(event))
    world.trace.onAside((event) => {
      this.#asides++
      this.#take(event)
    })
  }

  /** Events of the clock that were run. */
  get event(): number {
    return this.#run.world.clock.eventsRun
  }

  get hash(): string {
    return this.#run.world.trace.hash
  }

  /** The newest trace events up to now, oldest first, preceded by some older ones that are not I/O. */
  get events(): readonly TraceEvent[] {
    return [...newestEvents(this.#events, maxEventsKept)]
  }

  /** Called with every trace event from now on. */
  follow(listener: (event: TraceEvent) => void): void {
    this.#listener = listener
  }

  /** Runs the next event; false when the run is over. */
  step(): boolean {
    const goesOn = this.#run.step()
    this.#isOver ||= !goesOn
    if (this.#pairChanged) this.#notePair()
    return goesOn
  }

  snapshot(): LabSnapshot {
    const shown = this.#shown
    if (shown?.event === this.event && shown.isOver === this.#isOver) return shown.snapshot
    const snapshot = this.#compose()
    this.#shown = { event: this.event, isOver: this.#isOver, snapshot }
    return snapshot
  }

  #compose(): LabSnapshot {
    const { world } = this.#run
    const { interconnect, trace } = world
    const slots = { a: this.#slot('a'), b: this.#slot('b') }
    const host = this.#hostReport()
    for (const id of CONTROLLER_IDS) this.#counts.note(id, slots[id].incarnation, slots[id].report)
    return composeSnapshot({
      sequence: this.event,
      timeMs: world.clock.nowMs(),
      lab: { id: this.#name, folder: '', version: '', targetName: TARGET_NAME },
      slots,
      counts: this.#counts,
      addresses: { a: this.#addressesOf('a'), b: this.#addressesOf('b') },
      interconnect: { state: interconnect.isCut ? 'cut' : 'up', messages: interconnect.messages, bytes: interconnect.bytes },
      drives: world.media.map(({ index, blockCount, isFailed, reads, writes }) => {
        const id = `drive-${index}`
        return { index, id, file: id, blockCount, ...driveCondition(index, this.#array, isFailed), reads, writes }
      }),
      array: this.#array,
      takeovers: this.#takeovers.records,
      host,
      trace: { recorded: trace.count + this.#asides, omitted: this.#hosts.omitted ?? 0, overwritten: 0, fileBytes: 0 },
    })
  }

  #hostReport(): HostReport | undefined {
    const report = this.#hosts.report()
    if (report === undefined) return undefined
    this.#noteHostOutage(report)
    return { ...report, outages: this.#outageCauses.explain(report.outages) }
  }

  /** Of the last takeover, whenever anybody looks: what is shown must not depend on what was shown before. */
  #noteHostOutage({ takeoverOutage, takeoverWaits }: HostReport): void {
    if (this.#lastTakeoverMs === undefined || takeoverOutage === undefined) return
    this.#takeovers.noteHostOutage(this.#lastTakeoverMs, takeoverOutage, takeoverWaits)
  }

  #slot(id: ControllerId): SlotView {
    const { world } = this.#run
    const life = world.life(id)
    return {
      state: this.#slots.stateOf(id),
      incarnation: life?.incarnation.number ?? 0,
      isPresent: world.midplane.occupant(id) !== undefined,
      lastFailure: undefined,
      report: life?.controller.report(),
    }
  }

  #addressesOf(id: ControllerId): Parameters<typeof composeSnapshot>[0]['addresses'][ControllerId] {
    return { portal: this.#run.world.network.addressOf(id), management: { host: `management-${id}`, port: MANAGEMENT_PORT } }
  }

  #take(event: TraceEvent): void {
    this.#events.push(event)
    if (this.#events.length >= 2 * maxEventsKept) this.#events = [...newestEvents(this.#events, maxEventsKept)]
    this.#listener?.(event)
    if (this.#outageCauses.take(event)) this.#hosts.countOutagesFrom?.({ atMs: event.timeMs, reason: 'fault' })
    this.#slots.take(event)
    if (PAIR_KINDS.includes(event.kind)) this.#pairChanged = true
  }

  #notePair(): void {
    this.#pairChanged = false
    for (const id of CONTROLLER_IDS) {
      const { state, incarnation, report } = this.#slot(id)
      this.#counts.note(id, incarnation, report)
      const over = this.#takeovers.noteController(id, state, report)
      for (const { startedAtMs, totalMs } of over) {
        this.#hostReport()
        this.#lastTakeoverMs = startedAtMs
        this.#hosts.takeoverOver?.({ startedAtMs, servingAtMs: startedAtMs + totalMs })
      }
    }
  }
}

/** After these events the takeovers that controllers report may have changed. */
const PAIR_KINDS: readonly TraceKind[] = [
  'takeover.detected',
  'takeover.fenced',
  'takeover.claimed',
  'takeover.replayed',
  'takeover.adopted',
  'takeover.serving',
  'giveback.completed',
  'midplane.controller-exited',
  'midplane.controller-killed',
]
