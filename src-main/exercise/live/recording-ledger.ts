import * as v from 'valibot'
import type { TraceEvent } from '../../contract/trace'
import type { RecordedPicture } from '../../player/recorded-run'
import type { LedgerEvidence } from '../evidence/evidence'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const hostSchema = v.object({
  host: v.object({
    ledger: v.object({ acknowledged: count, retried: count, unknown: count, isDoubted: v.optional(v.boolean()), verifying: v.boolean() }),
  }),
})
const resultSchema = v.object({ verified: count, lost: count })
type Counted = v.InferOutput<typeof hostSchema>['host']['ledger']

/**
 * What the host's ledger says of a try. Its counts begin long before, so those of the first picture are taken off. Blocks count as read
 * back, and as lost or not, only by a verification that began and ended within the try, and that nothing struck.
 */
export function recordedLedger(pictures: readonly RecordedPicture[], events: readonly TraceEvent[]): LedgerEvidence {
  const counts = pictures.flatMap(({ snapshot }) => {
    const decoded = v.safeParse(hostSchema, snapshot)
    return decoded.success ? [decoded.output.host.ledger] : []
  })
  const [first, last] = [counts[0], counts.at(-1)]
  return { ...(first === undefined || last === undefined ? {} : grown(first, last)), ...readBack(events, last) }
}

/** A host that was started anew counts from its ledger on again: then the difference says nothing. */
function grown(first: Counted, last: Counted): LedgerEvidence {
  const since = (figure: 'acknowledged' | 'retried' | 'unknown'): number | undefined =>
    last[figure] < first[figure] ? undefined : last[figure] - first[figure]
  const [acknowledged, retried, unknown] = [since('acknowledged'), since('retried'), since('unknown')]
  return {
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(retried === undefined ? {} : { retried }),
    ...(unknown === undefined ? {} : { unknown }),
  }
}

function readBack(events: readonly TraceEvent[], last: Counted | undefined): LedgerEvidence {
  const finished = events.findLastIndex(({ kind }) => kind === 'host.verification-finished')
  const started = events.findLastIndex(({ kind }, index) => kind === 'host.verification-started' && index < finished)
  const event = events[finished]
  const result = v.safeParse(resultSchema, event?.data)
  if (event === undefined || started < 0 || !result.success) return {}
  const { verified, lost } = result.output
  // What was found lost stays lost, whatever struck meanwhile. What was not found may have been missed.
  const isDoubtful = last?.isDoubted === true
  return { at: event.id, ...(isDoubtful ? {} : { verified }), ...(isDoubtful && lost === 0 ? {} : { lost }) }
}
