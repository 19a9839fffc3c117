import type { ControllerId } from '../../contract/controller-id'
import { because, type Reason } from '../../contract/exercise-reason'
import { SERVICE_ERROR_CODES } from '../../contract/service-request'
import type { RequestAnswer, RequestEvidence } from '../evidence/evidence'
import { GOES_ON, type Window } from './evaluation'
import { CONTROLLER, DURATION, NUMBER, oneOf, TEXT, TRUTH, type Type } from './types'
import { evaluated, exactly, notKnown, word, type Evaluated } from './values'

/** What can be asked of a service request. `served-by`: who carried it out; `answered-by`: who took it in and answered. */
export const REQUEST_FIELDS: Readonly<Record<string, Type>> = {
  name: TEXT,
  sent: NUMBER,
  ran: NUMBER,
  answered: TRUTH,
  outcome: oneOf('good', ...SERVICE_ERROR_CODES),
  'answered-by': CONTROLLER,
  'served-by': CONTROLLER,
  latency: DURATION,
}

/** Of the answers, a good one counts, and otherwise the last. */
export function requestField({ isOver }: Window, request: RequestEvidence, name: string): Evaluated {
  const answers = request.sent.flatMap(({ answer }) => answer ?? [])
  const answer = answers.find(({ outcome }) => outcome === 'good') ?? answers.at(-1)
  const received = request.sent.flatMap((sent) => sent.received ?? [])
  switch (name) {
    case 'name':
      return evaluated(word(request.name), received)
    case 'sent':
      return evaluated({ ...exactly(request.sent.length), ...(isOver ? {} : { most: Infinity, why: GOES_ON }) }, received)
    case 'ran':
      return ran(request, isOver)
    case 'answered':
      if (answer === undefined && !isOver) return notKnown(GOES_ON, received)
      return evaluated({ type: 'truth', value: answer !== undefined }, eventsOf(answer, received))
    default:
      return answer === undefined ? notKnown(because('unanswered', { id: request.id }), received) : ofAnswer(request, answer, name)
  }
}

function ran({ id, ran: events }: RequestEvidence, isOver: boolean): Evaluated {
  if (events === undefined) return notKnown(because('ranUnknown', { id }))
  const { length } = events
  return evaluated(isOver ? exactly(length) : { type: 'quantity', least: length, most: Infinity, why: GOES_ON }, events)
}

function ofAnswer(request: RequestEvidence, answer: RequestAnswer, name: string): Evaluated {
  const events = eventsOf(answer, [])
  switch (name) {
    case 'outcome':
      return evaluated(word(answer.outcome), events)
    case 'answered-by':
      return controller(answer.receivedBy, because('answererUnknown', { id: request.id }), events)
    case 'served-by':
      return controller(answer.servedBy, because('serverUnknown', { id: request.id }), events)
    case 'latency':
      return evaluated(exactly(answer.atMs - (request.sent[0]?.atMs ?? answer.atMs)), events)
    default:
      return notKnown(because('requestHasNo', { field: name }))
  }
}

function controller(id: ControllerId | undefined, why: Reason, events: readonly number[]): Evaluated {
  return id === undefined ? notKnown(why, events) : evaluated(word(id), events)
}

function eventsOf(answer: RequestAnswer | undefined, otherwise: readonly number[]): readonly number[] {
  return answer?.event === undefined ? otherwise : [answer.event]
}
