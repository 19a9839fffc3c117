import { present } from '../../src-main/base/assert'
import { failure, ok } from '../../src-main/base/result'
import type { LabApi } from '../../src-main/contract/lab-api'
import {
  NO_SIMULATION,
  type RunSource,
  type SimulationOrder,
  type SimulationOutline,
  type SimulationPush,
  type SimulationState,
  type SimulationView,
} from '../../src-main/contract/simulation'
import type { GivenPiece } from '../../src-main/contract/given-recording'
import { RECORDING_VERSION, RECORDINGS_MIB, type RecordingEntry } from '../../src-main/contract/recording'
import type { FlightRow } from '../../src-main/contract/flight-rows'
import type { ExportOrder } from '../../src-main/contract/run-export'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { TraceEvent } from '../../src-main/contract/trace'
import { createFakeLab } from './fake-lab'

const TICK_MS = 50
const RUN_MS = 12_000
const SCAN_STEPS = 20
const RECORDED_BYTES = 1_000_000

interface Moment {
  readonly atMs: number
  readonly snapshot: LabSnapshot
  /** One; the first tick of a run has none. */
  readonly event: TraceEvent | undefined
}

const RECORDED_LAB = { id: 'fake', folder: '/home/user/.local/share/takeover-lab', version: '0.1.0', targetName: 'iqn.x:y' }

/** One of an earlier run of the lab, and one that goes on. */
const RECORDINGS: readonly RecordingEntry[] = [
  {
    name: 'trace-000001.ndjson',
    head: { recording: RECORDING_VERSION, lab: { ...RECORDED_LAB, startedAtMs: 1_795_000_000_000 }, fromMs: 0 },
    byteCount: 2_000_000,
    begunAtMs: 1_795_000_000_000,
    writtenAtMs: 1_795_000_600_000,
    isCurrent: false,
    isPinned: true,
    soundness: 'cut-short',
  },
  {
    name: 'trace-000002.ndjson',
    head: { recording: RECORDING_VERSION, lab: RECORDED_LAB, fromMs: 0 },
    byteCount: RECORDED_BYTES,
    begunAtMs: 1_795_001_000_000,
    writtenAtMs: 1_795_001_060_000,
    isCurrent: true,
    isPinned: false,
  },
]

/** A write of the host, and what A did with it. */
const FLIGHT_ROWS: readonly FlightRow[] = [
  {
    ...{ atMs: 2900, controller: 'a', kind: 'pdu', action: 'received', from: 'host', to: 'portal-a' },
    ...{ name: 'SCSI Command WRITE(10) LUN 0', byteCount: 4144, hash: 0xcafe_f00d, taskTag: 17, block: 1024, blockCount: 8 },
  },
  {
    ...{ atMs: 2900.2, controller: 'a', kind: 'message', action: 'sent', from: 'controller-a', to: 'controller-b' },
    ...{ name: 'nvram-append #12', byteCount: 4160, hash: 0x1234_5678 },
  },
  {
    ...{ atMs: 2900.4, controller: 'a', kind: 'drive', action: 'write', from: 'controller-a', to: 'drive-2' },
    ...{ name: 'WRITE', byteCount: 4096, block: 99, blockCount: 8, outcome: 'good', durationMs: 0.12, slot: 0, epoch: 1 },
  },
  {
    ...{ atMs: 3010, controller: 'b', kind: 'line', action: 'reset-asked', from: 'controller-b', to: 'midplane' },
    ...{ name: 'A', byteCount: 0 },
  },
]
const FORKABLE = ['crash', 'cut', 'hang']

export type FakeViolations = SimulationOutline['violations']

/**
 * The simulation of a lab that only pretends: a course of a pretended pair, played as the real one is. Each of its trace
 * events is an event. `advance` lets real time pass.
 */
export function createFakeSimulation(options: { readonly violations?: FakeViolations } = {}) {
  const listeners = new Set<(push: SimulationPush) => void>()
  const orders: SimulationOrder[] = []
  let run: readonly Moment[] = []
  let outline: SimulationOutline | undefined
  let state: SimulationState = NO_SIMULATION
  let playedMs = 0

  function push(message: SimulationPush): void {
    for (const listener of listeners) listener(message)
  }

  function change(part: Partial<SimulationState>): void {
    state = { ...state, ...part }
    push({ type: 'state', state })
  }

  function eventsUntil(event: number): readonly TraceEvent[] {
    return run.slice(Math.max(0, event - 1000), event + 1).flatMap(({ event: happened }) => happened ?? [])
  }

  function goTo(event: number, phase: SimulationState['phase'] = 'paused'): void {
    const last = run.length - 1
    const target = Math.min(last, Math.max(0, event))
    const from = state.now.event
    const { atMs, snapshot } = present(run[target], 'a moment')
    playedMs = phase === 'playing' ? playedMs : atMs
    if (target > from)
      push({ type: 'events', restart: false, events: run.slice(from + 1, target + 1).flatMap(({ event: happened }) => happened ?? []) })
    else if (target < from) push({ type: 'events', restart: true, events: eventsUntil(target) })
    change({ phase: target === last ? 'ended' : phase, now: { event: target, atMs }, lab: snapshot })
  }

  function open(source: RunSource): void {
    outline = undefined
    state = NO_SIMULATION
    push({ type: 'events', restart: true, events: [] })
    change({ phase: 'scanning', run: source, scanned: { done: 0, of: source.kind === 'seed' ? source.operations : RECORDED_BYTES } })
  }

  function scanned(source: RunSource): void {
    const made = courseOf()
    run = made.moments
    const end = { event: run.length - 1, atMs: present(run.at(-1), 'a moment').atMs }
    const { lab } = present(run[0], 'a moment').snapshot
    outline = {
      run: source,
      start: { event: 0, atMs: 0 },
      end,
      ...(source.kind === 'seed'
        ? { world: { hash: 'c0ffee0123456789', hosts: 2, stations: 1, forks: { fromEvent: 1, untilEvent: end.event, faults: FORKABLE } } }
        : {
            recording: {
              recording: RECORDING_VERSION,
              lab,
              fromMs: 0,
              lostBlocks: 0,
              readBackBlocks: 300,
              flightRecords: FLIGHT_ROWS.length,
            },
          }),
      faults: made.faults,
      takeovers: made.takeovers,
      violations: options.violations ?? [],
    }
    push({ type: 'outline', outline })
    goTo(0)
  }

  /** With a run that is the same. */
  function compare(other: RunSource, known: SimulationOutline): void {
    const moment = known.faults[0] ?? known.start
    const aligned = { here: moment, there: moment }
    push({ type: 'compared', outline: { ...known, run: other } })
    const scanned = { done: 1, of: 1 }
    push({ type: 'comparison', comparison: { run: other, scanned, basis: 'story', aligned, divergence: { kind: 'none' } } })
  }

  function obey(order: SimulationOrder): string | undefined {
    if (order.order === 'open') open(seedOf(order))
    else if (order.order === 'open-recording') open({ kind: 'recording', name: order.name })
    else if (order.order === 'close') {
      outline = undefined
      state = NO_SIMULATION
      push({ type: 'state', state })
    } else if (outline === undefined) return 'No run is open.'
    else if (order.order === 'play') {
      if (state.phase === 'ended') goTo(0)
      change({ phase: 'playing', speed: order.speed })
    } else if (order.order === 'pause') change({ phase: 'paused' })
    else if (order.order === 'step') goTo(state.now.event + order.events)
    else if (order.order === 'seek') goTo(order.event)
    else if (order.order === 'seek-trace') goTo(run.findIndex(({ event }) => event?.id === order.id))
    else if (order.order === 'story') {
      const events = run.flatMap(({ event }) => (event?.id === order.id ? [event] : []))
      push({ type: 'story', id: order.id, events })
    } else if (order.order === 'flight') {
      const rows = FLIGHT_ROWS.filter(({ kind }) => order.kinds.includes(kind))
      const flight = { atMs: order.atMs, rows, isMoreBefore: false, isMoreAfter: true, records: FLIGHT_ROWS.length, missing: 3 }
      push({ type: 'flight', flight })
    } else if (order.order === 'compare') compare(order.with, outline)
    else if (order.order === 'end-comparison') {
      push({ type: 'compared' })
      push({ type: 'comparison' })
    } else if (order.order === 'seek-time') goTo(run.findLastIndex(({ atMs }) => atMs <= order.atMs))
    return undefined
  }

  function advance(realMs: number): void {
    if (state.phase === 'scanning') {
      const { done, of } = state.scanned
      change({ scanned: { done: Math.min(of, done + Math.ceil(of / SCAN_STEPS)), of } })
      if (state.scanned.done >= of && state.run !== undefined) scanned(state.run)
    } else if (state.phase === 'playing') {
      playedMs += realMs * state.speed
      const event = run.findLastIndex(({ atMs }) => atMs <= playedMs)
      if (event > state.now.event) goTo(event, 'playing')
    }
  }

  const exports: ExportOrder[] = []
  const given: GivenPiece[] = []

  const api: Pick<LabApi, 'simulation' | 'recordings' | 'giveRecording' | 'simulate' | 'exportRun' | 'onSimulation'> = {
    exportRun: (order) => {
      exports.push(order)
      if (outline === undefined) return Promise.resolve(failure({ code: 'not-possible-now', message: 'No run is open.' }))
      const isLast = order.order === 'export-more'
      return Promise.resolve(ok({ id: 1, isLast, share: isLast ? 1 : 0.5, base64: isLast ? btoa('llo') : btoa('He') }))
    },
    recordings: () => Promise.resolve({ recordings: RECORDINGS, roomMib: RECORDINGS_MIB.usual }),
    giveRecording: (piece) => {
      given.push(piece)
      const isLast = piece.at + atob(piece.base64).length === piece.byteCount
      const source: RunSource = { kind: 'recording', name: piece.name, given: true }
      if (isLast && piece.isBeside !== true) open(source)
      else if (isLast && outline !== undefined) compare(source, outline)
      return Promise.resolve(ok(null))
    },
    simulation: (): Promise<SimulationView> =>
      Promise.resolve({
        state,
        ...(outline === undefined ? {} : { outline }),
        events: outline === undefined ? [] : eventsUntil(state.now.event),
      }),
    simulate: (order) => {
      orders.push(order)
      const problem = obey(order)
      return Promise.resolve(problem === undefined ? ok(null) : failure({ code: 'not-possible-now', message: problem }))
    },
    onSimulation: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return { api, orders, exports, given, advance, die: (message: string) => change({ phase: 'failed', message }) }
}

export type FakeSimulation = ReturnType<typeof createFakeSimulation>

function seedOf({ seed, operations, forks }: Extract<SimulationOrder, { readonly order: 'open' }>): RunSource {
  return { kind: 'seed', seed, operations, ...(forks === undefined ? {} : { forks }) }
}

/** What a pretended pair goes through: A is killed, comes back, B hangs. */
function courseOf(): {
  readonly moments: readonly Moment[]
  readonly faults: SimulationOutline['faults']
  readonly takeovers: SimulationOutline['takeovers']
} {
  const lab = createFakeLab()
  const moments: Moment[] = []
  const faults: SimulationOutline['faults'][number][] = []
  const takeovers: SimulationOutline['takeovers'][number][] = []
  let events: readonly TraceEvent[] = []
  let startMs: number | undefined
  lab.api.onEvents((more) => (events = more))
  lab.api.onSnapshot((snapshot) => {
    startMs ??= snapshot.timeMs
    const beginMs = startMs
    if (moments.length === 0) moments.push({ atMs: 0, snapshot, event: undefined })
    for (const event of events) {
      const moment = { event: moments.length, atMs: Math.max(moments.at(-1)?.atMs ?? 0, event.timeMs - beginMs) }
      moments.push({ atMs: moment.atMs, snapshot, event: { ...event, timeMs: moment.atMs } })
      if (event.kind === 'midplane.controller-killed')
        faults.push({ ...moment, name: 'crash', hits: [{ place: 'controller-a', atMs: moment.atMs, untilMs: moment.atMs + 2000 }] })
      if (event.kind === 'midplane.controller-hung')
        faults.push({ ...moment, name: 'hang', hits: [{ place: 'controller-b', atMs: moment.atMs, untilMs: moment.atMs + 500 }] })
      if (event.kind === 'takeover.detected')
        takeovers.push({ ...moment, survivor: event.place === 'controller-a' ? 'a' : 'b', reason: faults.at(-1)?.name ?? 'crash' })
    }
    events = []
  })
  void lab.api.command('start-workload', {})
  const plan: Readonly<Record<number, () => unknown>> = {
    3000: () => lab.api.command('kill', { controller: 'a' }),
    5000: () => lab.api.command('restart', { controller: 'a' }),
    8000: () => lab.api.command('hang', { controller: 'b' }),
    10_000: () => lab.api.command('restart', { controller: 'b' }),
  }
  for (let ms = 0; ms < RUN_MS; ms += TICK_MS) {
    plan[ms]?.()
    lab.advance(TICK_MS)
  }
  return { moments, faults, takeovers }
}
