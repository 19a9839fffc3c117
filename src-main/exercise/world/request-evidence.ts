import { findRequest } from '../../core/management/requests'
import type { TraceEvent, TraceId } from '../../contract/trace'
import type { RequestEvidence, SentRequest } from '../evidence/evidence'
import type { LoggedRequest } from './request-log'

/**
 * Service requests by their ids, with what the trace says of them. `resultsFrom`: the events from which on a controller had the result of
 * a request.
 */
export function requestEvidence(
  sent: readonly LoggedRequest[],
  events: readonly TraceEvent[],
  resultsFrom: ReadonlyMap<string, TraceId>,
): readonly RequestEvidence[] {
  const ids = [...new Set(sent.map(({ id }) => id))]
  return ids.map((id) => {
    const tries = sent.filter((one) => one.id === id)
    const own = events.filter(({ request }) => request === `sr-${id}`)
    const ran = runsOf(tries[0]?.name ?? '', own, events)
    // A controller that dies right after the drives have its commit tells of it nowhere. The next one finds it there.
    const found = resultsFrom.get(id)
    return { id, name: tries[0]?.name ?? '', sent: triesOf(tries, own), ran: ran.length === 0 && found !== undefined ? [found] : ran }
  })
}

/** Each try takes the first arrival, and the first answer, at its address that no earlier try has. */
function triesOf(tries: readonly LoggedRequest[], own: readonly TraceEvent[]): readonly SentRequest[] {
  const taken = new Set<TraceId>()
  const take = (kind: 'service.received' | 'service.answered', { to, atMs }: LoggedRequest, untilMs = Number.POSITIVE_INFINITY) => {
    const found = own.find((event) => {
      const isThere = event.kind === kind && event.place === `management-${to}` && !taken.has(event.id)
      return isThere && event.timeMs >= atMs && event.timeMs <= untilMs
    })
    if (found !== undefined) taken.add(found.id)
    return found?.id
  }
  return tries.map((one) => {
    const { to, atMs, answer, isRefused } = one
    const received = isRefused ? undefined : take('service.received', one)
    const event = answer === undefined ? undefined : take('service.answered', one, answer.atMs)
    return {
      to,
      atMs,
      ...(received === undefined ? {} : { received }),
      ...(answer === undefined ? {} : { answer: { ...answer, ...(event === undefined ? {} : { event }) } }),
    }
  })
}

/**
 * The events in which it was carried out. A request that changes something runs where its change is committed: an answer that was kept
 * is served, too, and does not count. One that only looks runs wherever it is served.
 */
function runsOf(name: string, own: readonly TraceEvent[], events: readonly TraceEvent[]): readonly TraceId[] {
  const served = own.filter(({ kind, data }) => kind === 'service.served' && data?.['outcome'] === 'good')
  if (findRequest(name)?.kind === 'monitoring') return served.map((event) => event.id)
  const causes = new Set(own.map((event) => event.id))
  const isCommit = ({ kind, cause }: TraceEvent): boolean => kind === 'configuration.committed' && cause !== undefined && causes.has(cause)
  return events.filter(isCommit).map((event) => event.id)
}
