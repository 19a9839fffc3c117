/** Evidence of small runs, written down by hand. */
import type { ConfigurationFrame, Evidence } from '../../src-main/exercise/evidence/evidence'
import { readCheck, type ReadingContext } from '../../src-main/exercise/checks/read-check'
import { Evaluator } from '../../src-main/exercise/checks/evaluate'
import { RunBook } from '../../src-main/exercise/checks/run-book'
import type { Verdict } from '../../src-main/exercise/checks/verdict'
import type { ArrayState } from '../../src-main/contract/array-state'
import type { Place, TraceData, TraceEvent, TraceKind } from '../../src-main/contract/trace'

export interface SmallEvent {
  readonly at: number
  readonly kind: TraceKind
  readonly place: Place
  readonly to?: Place
  readonly request?: string
  readonly cause?: number
  readonly data?: TraceData
}

/** Events get the ids 1, 2, … in their order. */
export function evidenceOf(events: readonly SmallEvent[], parts: Partial<Evidence> = {}): Evidence {
  const traced = events.map(({ at, ...event }, index): TraceEvent => ({ id: index + 1, timeMs: at, ...event }))
  return {
    source: 'simulated',
    fromMs: 0,
    untilMs: Math.max(1000, ...events.map(({ at }) => at)),
    isOver: true,
    events: traced,
    incomplete: [],
    outages: [],
    requests: [],
    ledger: {},
    frames: [],
    violations: [],
    acts: [],
    predictions: {},
    answers: {},
    ...parts,
  }
}

export const NO_CONTEXT: ReadingContext = { questions: [], patterns: new Map() }

/** What a check says of a whole run. Throws if the check makes no sense. */
export function judge(text: string, evidence: Evidence, context: ReadingContext = NO_CONTEXT): Verdict {
  const check = readCheck(text, context)
  if (!check.ok) throw new Error(check.error.map(({ at, message }) => `${at}: ${message}`).join('\n'))
  const book = new RunBook(evidence)
  const window = { from: 0, to: book.happenings.length, fromMs: evidence.fromMs, untilMs: evidence.untilMs, isOver: evidence.isOver }
  const asked = {
    question: (id: string) => context.questions.find((question) => question.id === id),
    reply: (id: string) => evidence.predictions[id] ?? evidence.answers[id],
  }
  return new Evaluator({ book, window, asked }).judge(check.value.expression)
}

/** Volume alpha is LUN 0 on drives 0 and 1, bravo LUN 1 on drive 2. */
export function frameAt(atMs: number, owner: 'a' | 'b' = 'a', parts: Partial<ConfigurationFrame> = {}): ConfigurationFrame {
  const section = (drive: number) => ({ drive, firstBlock: 0, blockCount: 1000 })
  const volume = (id: number, name: string) => ({
    id,
    name,
    serial: '0123456789abcdef',
    groupId: id,
    firstBlock: 0,
    blockCount: 100,
    preferredOwner: 'a' as const,
  })
  const array: ArrayState = {
    generation: 7,
    configuration: {
      arrayId: 'lab',
      name: 'lab',
      drives: [0, 1, 2].map((index) => ({ index, id: `drive ${index}`, blockCount: 1000 })),
      groups: [
        { id: 0, name: 'mirror', level: 'raid1', chunkBlocks: 8, sections: [section(0), section(1)] },
        { id: 1, name: 'single', level: 'linear', chunkBlocks: 8, sections: [section(2)] },
      ],
      volumes: [volume(0, 'alpha'), volume(1, 'bravo')],
      luns: [
        { lun: 0, volumeId: 0 },
        { lun: 1, volumeId: 1 },
      ],
    },
    ownership: [0, 1].map((volumeId) => ({ volumeId, owner, epoch: 1 })),
    serviceOwner: owner,
    serviceEpoch: 1,
    dispatchScheme: 'serve-locally',
    automaticGiveback: true,
    completedRequests: [],
  }
  return {
    atMs,
    controllers: { a: { state: 'running', servedBy: 'a', mirror: 'in-step' }, b: { state: 'running', servedBy: 'b', mirror: 'in-step' } },
    array,
    interconnect: 'up',
    drives: ['online', 'online', 'online'],
    ...parts,
  }
}

/** A dies at 100 ms with a write under way, and B takes over; its first write comes after the fence. */
export const TAKEOVER: readonly SmallEvent[] = [
  {
    at: 90,
    kind: 'host.command',
    place: 'host',
    to: 'portal-a',
    request: 'io-1',
    data: { operation: 'write', lun: 0, firstBlock: 8, blockCount: 4 },
  },
  { at: 100, kind: 'midplane.controller-killed', place: 'midplane', to: 'controller-a', data: { controller: 'a' } },
  { at: 101, kind: 'takeover.detected', place: 'controller-b', cause: 2, data: { dead: 'a', durationMs: 1, reason: 'crash' } },
  { at: 105, kind: 'takeover.fenced', place: 'controller-b', cause: 3, data: { dead: 'a', durationMs: 4, proof: 'gone' } },
  {
    at: 110,
    kind: 'takeover.claimed',
    place: 'controller-b',
    cause: 4,
    data: { dead: 'a', durationMs: 5, generation: 8, serviceEpoch: 2 },
  },
  { at: 112, kind: 'drive.write', place: 'controller-b', to: 'drive-0', cause: 5, data: { block: 8, blockCount: 4, volumeId: 0 } },
  { at: 120, kind: 'takeover.serving', place: 'controller-b', cause: 5, data: { dead: 'a', durationMs: 8 } },
  { at: 130, kind: 'host.response', place: 'host', request: 'io-1', cause: 1, data: { portal: 'b', latencyMs: 40 } },
]
