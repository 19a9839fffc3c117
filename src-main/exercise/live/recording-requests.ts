import type { ControllerId } from '../../contract/controller-id'
import type { TraceEvent, TraceId } from '../../contract/trace'
import type { ActEvidence, RequestAnswer, RequestEvidence, SentRequest } from '../evidence/evidence'
import { isMonitoring } from './request-kind'

/**
 * Service requests as a recording has them. What a learner sent by the lab is known from when it was sent; what others sent, from when it
 * arrived.
 */
export function recordedRequests(acts: readonly ActEvidence[], events: readonly TraceEvent[]): readonly RequestEvidence[] {
  const sent = acts.filter(({ act }) => act === 'request').map(({ parameters, atMs }) => ({ ...idAndName(parameters), atMs }))
  const received = events.filter(({ kind }) => kind === 'service.received')
  const arrived = received.map(({ request, data, timeMs }) => ({ id: idOf(request), name: textOf(data?.['name']), atMs: timeMs }))
  const first = new Map<string, string>()
  for (const { id, name } of [...sent, ...arrived].toSorted((one, other) => one.atMs - other.atMs))
    if (id !== '' && !first.has(id)) first.set(id, name)
  return [...first].map(([id, name]) => {
    const own = events.filter(({ request }) => request === `sr-${id}`)
    const mine = acts.filter(({ act, parameters }) => act === 'request' && parameters['id'] === id)
    return { id, name, sent: triesOf(mine, own), ran: runsOf(name, own, events) }
  })
}

/** Each try of the learner takes the first arrival at its address that no earlier one has. Other arrivals are tries of somebody else. */
function triesOf(mine: readonly ActEvidence[], own: readonly TraceEvent[]): readonly SentRequest[] {
  const arrivals = own.filter(({ kind }) => kind === 'service.received')
  const taken = new Set<TraceId>()
  const tries = mine.map(({ atMs, parameters }) => {
    const to: ControllerId = parameters['to'] === 'b' ? 'b' : 'a'
    const arrival = arrivals.find((one) => one.place === `management-${to}` && one.timeMs >= atMs && !taken.has(one.id))
    if (arrival !== undefined) taken.add(arrival.id)
    return { atMs, to, arrival }
  })
  const others = arrivals
    .filter(({ id }) => !taken.has(id))
    .map((arrival) => ({ atMs: arrival.timeMs, to: arrival.place === 'management-b' ? ('b' as const) : ('a' as const), arrival }))
  const answered = new Set<TraceId>()
  return [...tries, ...others]
    .toSorted((one, other) => one.atMs - other.atMs)
    .map(({ atMs, to, arrival }) => {
      const answer = arrival && answerOf(arrival, own, answered)
      return { atMs, to, ...(arrival === undefined ? {} : { received: arrival.id }), ...(answer === undefined ? {} : { answer }) }
    })
}

function answerOf(arrival: TraceEvent, own: readonly TraceEvent[], answered: Set<TraceId>): RequestAnswer | undefined {
  const answer = own.find(
    ({ id, kind, place, timeMs }) =>
      kind === 'service.answered' && place === arrival.place && timeMs >= arrival.timeMs && !answered.has(id),
  )
  if (answer === undefined) return undefined
  answered.add(answer.id)
  const code = answer.data?.['code']
  const outcome = typeof code === 'string' ? (code as RequestAnswer['outcome']) : 'good'
  const served = own.findLast(({ kind, timeMs }) => kind === 'service.served' && timeMs <= answer.timeMs)
  const [receivedBy, servedBy] = [controllerAt(arrival.to), controllerAt(served?.place)]
  return {
    atMs: answer.timeMs,
    outcome,
    event: answer.id,
    ...(receivedBy === undefined ? {} : { receivedBy }),
    ...(outcome !== 'good' || servedBy === undefined ? {} : { servedBy }),
  }
}

/**
 * A request that changes something runs where its change is committed, one that only looks wherever it is served. A controller that dies
 * before it answers may have committed without a word: then nobody knows.
 */
function runsOf(name: string, own: readonly TraceEvent[], events: readonly TraceEvent[]): readonly TraceId[] | undefined {
  const served = own.filter(({ kind, data }) => kind === 'service.served' && data?.['outcome'] === 'good')
  if (isMonitoring(name)) return served.map(({ id }) => id)
  const causes = new Set(own.map(({ id }) => id))
  const ran = events.filter(({ kind, cause }) => kind === 'configuration.committed' && cause !== undefined && causes.has(cause))
  if (ran.length === 0 && mayHaveDied(own, events)) return undefined
  return ran.map(({ id }) => id)
}

/** Somebody ended between an arrival and its answer. */
function mayHaveDied(own: readonly TraceEvent[], events: readonly TraceEvent[]): boolean {
  return own.some((arrival) => {
    if (arrival.kind !== 'service.received') return false
    const answer = own.find(({ kind, timeMs, place }) => kind === 'service.answered' && place === arrival.place && timeMs >= arrival.timeMs)
    const untilMs = answer?.timeMs ?? Number.POSITIVE_INFINITY
    return events.some(({ kind, timeMs }) => kind === 'midplane.controller-exited' && timeMs >= arrival.timeMs && timeMs <= untilMs)
  })
}

function controllerAt(place: TraceEvent['to']): ControllerId | undefined {
  return place === 'controller-a' ? 'a' : place === 'controller-b' ? 'b' : undefined
}

function idAndName(parameters: ActEvidence['parameters']): { readonly id: string; readonly name: string } {
  return { id: textOf(parameters['id']), name: textOf(parameters['name']) }
}

function idOf(request: string | undefined): string {
  return request?.startsWith('sr-') === true ? request.slice('sr-'.length) : ''
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
