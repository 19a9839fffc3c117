import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { ArrayState } from '../../contract/array-state'
import { isBulk, type TraceEvent, type TraceId } from '../../contract/trace'
import { ExperienceBook } from '../../player/run-experience'
import { SlotStates } from '../../simulator/playback/slot-states'
import { newestArray } from '../../snapshot/compose'
import { driveCondition } from '../../snapshot/drive-condition'
import type { ConfigurationFrame, ControllerFrame, Evidence, LedgerEvidence, LunOutages, ViolationEvidence } from '../evidence/evidence'
import type { ExerciseRun } from './exercise-run'
import { requestEvidence } from './request-evidence'

/** Takes down what a run leaves behind, while it runs. It only watches. */
export class RunRecorder {
  readonly #run: ExerciseRun
  readonly #events: TraceEvent[] = []
  readonly #experience = new ExperienceBook()
  readonly #slots: SlotStates
  readonly #frames: ConfigurationFrame[] = []
  readonly #violations: ViolationEvidence[] = []
  /** The newest event when a controller first had a state with the result of that request. */
  readonly #resultsFrom = new Map<string, TraceId>()
  #array: ArrayState | undefined
  #isChanged = true

  /** To be made before the first event. */
  constructor(run: ExerciseRun) {
    this.#run = run
    this.#slots = new SlotStates(run.world)
    const take = (event: TraceEvent): void => this.#take(event)
    run.world.trace.onEvent(take)
    run.world.trace.onAside(take)
    run.world.stateListeners.push((_, state) => {
      this.#array = newestArray(this.#array, state)
      this.#isChanged = true
      const newest = this.#events.at(-1)?.id
      if (newest === undefined) return
      for (const { id } of state.completedRequests) if (!this.#resultsFrom.has(id)) this.#resultsFrom.set(id, newest)
    })
  }

  /** To be called after each event of the clock. */
  look(): void {
    const { violations } = this.#run
    for (const { checker, sentence, atMs, place } of violations.slice(this.#violations.length)) {
      const event = this.#events.at(-1)?.id
      const where = place === undefined ? {} : { place }
      this.#violations.push({ checker, sentence, atMs, ...where, ...(event === undefined ? {} : { event }) })
    }
    if (!this.#isChanged || this.#run.servesFromMs === undefined) return
    this.#isChanged = false
    const frame = this.#frame()
    const last = this.#frames.at(-1)
    if (last === undefined || !isSameFrame(last, frame)) this.#frames.push(frame)
  }

  /** Up to now, without what the learner said. */
  get evidence(): Omit<Evidence, 'predictions' | 'answers' | 'isOver'> {
    const { world, servesFromMs = 0, acts, requests } = this.#run
    const untilMs = world.clock.nowMs()
    const events = this.#events.filter(({ timeMs }) => timeMs >= servesFromMs)
    return {
      source: 'simulated',
      fromMs: servesFromMs,
      untilMs,
      events,
      incomplete: [],
      outages: this.#outages({ fromMs: servesFromMs, toMs: untilMs }),
      requests: requestEvidence(requests.sent, events, this.#resultsFrom),
      ledger: this.#ledger(),
      frames: this.#frames,
      violations: this.#violations,
      acts,
    }
  }

  #take(event: TraceEvent): void {
    const index = this.#events.push(event)
    this.#experience.take(event, { event: index, atMs: event.timeMs })
    this.#slots.take(event)
    if (!isBulk(event.kind)) this.#isChanged = true
  }

  #outages(run: { readonly fromMs: number; readonly toMs: number }): readonly LunOutages[] {
    return this.#experience.upTo(run).lanes.flatMap(({ of, leastMs, spans }) => {
      if (of.kind !== 'lun') return []
      const unanswered = spans.filter(({ state }) => state === 'unanswered')
      return [
        {
          lun: of.lun,
          leastMs,
          listed: 'all' as const,
          spans: unanswered.map(({ fromMs, toMs }) => ({ fromMs, toMs, isOver: toMs < run.toMs })),
        },
      ]
    })
  }

  /** Blocks count as read back only if nothing struck since. */
  #ledger(): LedgerEvidence {
    const ledger = this.#run.report()?.ledger
    if (ledger === undefined) return {}
    const { acknowledged, verified, retried, unknown, lost } = ledger
    const at = this.#events.findLast(({ kind }) => kind === 'host.verification-finished')?.id
    return {
      acknowledged,
      retried,
      unknown,
      // Where nobody has read back, nobody knows.
      ...(this.#run.isVerified || lost > 0 ? { verified, lost } : {}),
      ...(at === undefined ? {} : { at }),
    }
  }

  #frame(): ConfigurationFrame {
    const { world } = this.#run
    const event = this.#events.at(-1)?.id
    return {
      atMs: world.clock.nowMs(),
      ...(event === undefined ? {} : { event }),
      controllers: { a: this.#controller('a'), b: this.#controller('b') },
      array: this.#array,
      interconnect: world.interconnect.isCut ? 'cut' : 'up',
      drives: world.media.map(({ index, isFailed }) => driveCondition(index, this.#array, isFailed).state),
    }
  }

  #controller(id: ControllerId): ControllerFrame {
    const { world } = this.#run
    const mirror = world.controller(id)?.nvram()?.mirror
    return {
      state: this.#slots.stateOf(id),
      servedBy: world.serverOf(id)?.incarnation.controller,
      ...(mirror === undefined ? {} : { mirror }),
    }
  }
}

function isSameFrame(one: ConfigurationFrame, other: ConfigurationFrame): boolean {
  const isSameController = (id: ControllerId): boolean => {
    const [a, b] = [one.controllers[id], other.controllers[id]]
    return a.state === b.state && a.servedBy === b.servedBy && a.mirror === b.mirror
  }
  return (
    one.array === other.array &&
    one.interconnect === other.interconnect &&
    one.drives.every((drive, index) => drive === other.drives[index]) &&
    CONTROLLER_IDS.every(isSameController)
  )
}
