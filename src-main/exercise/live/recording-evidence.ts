import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import { because } from '../../contract/exercise-reason'
import { RECORDING_VERSION } from '../../contract/recording'
import type { RunLane } from '../../contract/simulation'
import { isBulk, TRACE_KINDS, type TraceEvent } from '../../contract/trace'
import { RecordedRun, type RecordedPicture } from '../../player/recorded-run'
import type { ActEvidence, Evidence, IncompleteKinds, LunOutages } from '../evidence/evidence'
import { recordedFrames } from './recording-frames'
import { recordedLedger } from './recording-ledger'
import { recordedRequests } from './recording-requests'
import { untagged } from './try-tag'

export interface RecordedEvidence {
  /** Without what the learner said. */
  readonly evidence: Evidence
  readonly labVersion: string
  /** Why only a part of it could be read: a sentence. */
  readonly problem: string | undefined
}

/**
 * What a recording of a try tells. Times count from its first moment. What it does not know is left out, or named as incomplete: the
 * checks that need it are then unknown. The error is a sentence.
 */
export function recordingEvidence(bytes: Uint8Array, acts: readonly ActEvidence[]): Result<RecordedEvidence, string> {
  const opened = RecordedRun.openGiven({ name: 'try', bytes })
  if (!opened.ok) return opened
  const run = opened.value
  run.survey(() => true)
  const { outline } = run
  const head = outline?.recording
  if (outline === undefined || head === undefined) return failure('This recording cannot be read.')
  if (head.recording !== RECORDING_VERSION)
    return failure(`This recording has format ${head.recording}, which has no checks. Only format ${RECORDING_VERSION} can be graded.`)
  const [fromMs, untilMs] = [head.fromMs, outline.end.atMs]
  const pictures = run.frames.filter(({ timeMs }) => timeMs >= fromMs)
  // Writers are threads: one may tell of something a little later than another.
  const events = run
    .traced()
    .events.filter(({ timeMs }) => timeMs >= fromMs)
    .map(untagged)
    .toSorted((one, other) => one.timeMs - other.timeMs)
  const { problem } = head
  const incomplete = incompleteIn(pictures, events, problem)
  const lanes = outline.experience?.lanes ?? []
  return ok({
    labVersion: head.lab.version,
    problem,
    evidence: {
      source: 'recording',
      fromMs,
      untilMs,
      isOver: problem === undefined,
      events,
      incomplete,
      outages: lanes.flatMap((lane) => outagesOf(lane, { untilMs, isComplete: incomplete.length === 0 })),
      requests: recordedRequests(acts, events),
      ledger: recordedLedger(pictures, events),
      frames: recordedFrames(pictures, events),
      // Nobody checks a lab that runs as a simulator is checked.
      violations: undefined,
      acts,
      predictions: {},
      answers: {},
    },
  })
}

const countsSchema = v.object({ trace: v.object({ omitted: v.number(), overwritten: v.number() }) })
const BULK = TRACE_KINDS.filter(isBulk)

/** Under load I/O is counted and not traced, and a slow machine may lose events before they are read. */
function incompleteIn(
  pictures: readonly RecordedPicture[],
  events: readonly TraceEvent[],
  problem: string | undefined,
): readonly IncompleteKinds[] {
  if (problem !== undefined) return [{ kinds: TRACE_KINDS, why: because('damaged') }]
  const [first, last] = [pictures[0], pictures.at(-1)].map((picture) => {
    const counts = v.safeParse(countsSchema, picture?.snapshot)
    return counts.success ? counts.output.trace : undefined
  })
  if (first === undefined || last === undefined) return [{ kinds: TRACE_KINDS, why: because('leftOutUntold') }]
  if (last.overwritten > first.overwritten)
    return [{ kinds: TRACE_KINDS, why: because('eventsLost', { count: last.overwritten - first.overwritten }) }]
  const told = events.reduce((sum, { kind, data }) => sum + (kind === 'trace.omitted' ? countOf(data?.['commands']) : 0), 0)
  const omitted = Math.max(last.omitted - first.omitted, told)
  return omitted > 0 ? [{ kinds: BULK, why: because('notTraced', { count: omitted }) }] : []
}

function countOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? value : 0
}

/** Of commands that were not traced, the host measured itself: but it keeps only its longest outages. */
function outagesOf(
  { of, leastMs, spans }: RunLane,
  { untilMs, isComplete }: { readonly untilMs: number; readonly isComplete: boolean },
): readonly LunOutages[] {
  if (of.kind !== 'lun') return []
  const unanswered = spans.filter(({ state }) => state === 'unanswered')
  return [
    {
      lun: of.lun,
      leastMs,
      listed: isComplete ? 'all' : 'longest',
      spans: unanswered.map(({ fromMs, toMs }) => ({ fromMs, toMs, isOver: toMs < untilMs })),
    },
  ]
}
