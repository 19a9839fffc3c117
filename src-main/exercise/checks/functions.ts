import { because } from '../../contract/exercise-reason'
import { callEventFunction } from './event-functions'
import type { Evaluation, Scope } from './evaluation'
import { longestGap, longestSpan, outageTotal } from './outages'
import { pairFunction } from './pair-functions'
import { actualOf, isRight, replyValue } from './question-functions'
import { isFunctionName } from './signatures'
import type { Expression } from './syntax'
import { evaluated, notKnown, type Evaluated } from './values'

type Call = Extract<Expression, { readonly type: 'call' }>

/** The value of a function (docs/exercise-checks.md lists them). Types were checked when the file was read. */
export function callFunction(evaluation: Evaluation, call: Call, scope: Scope): Evaluated {
  const { name } = call
  if (!isFunctionName(name)) return notKnown(because('noFunction', { name }))
  switch (name) {
    case 'count':
    case 'max':
    case 'min':
    case 'sum':
    case 'in-order':
    case 'blocks-of':
    case 'cause-of':
    case 'root-of':
    case 'end-of':
    case 'time-between':
    case 'at':
      return callEventFunction(evaluation, { name, parameters: call.arguments }, scope)
    case 'gap':
    case 'unanswered':
    case 'longest-gap':
      return outageFunction(evaluation, { ...call, name }, scope)
    case 'prediction':
    case 'answer':
    case 'actual':
    case 'right':
      return questionFunction(evaluation, { ...call, name })
    default: {
      const [argument] = call.arguments
      const asked = argument === undefined ? notKnown(because('noArgument')) : evaluation.value(argument, scope)
      return asked.value.type === 'unknown' ? asked : pairFunction(evaluation, name, asked.value)
    }
  }
}

function outageFunction(
  evaluation: Evaluation,
  call: Call & { readonly name: 'gap' | 'unanswered' | 'longest-gap' },
  scope: Scope,
): Evaluated {
  const [argument] = call.arguments
  const lun = argument === undefined ? undefined : evaluation.quantity(argument, scope)
  if (lun !== undefined && 'why' in lun) return notKnown(lun.why)
  if (call.name === 'gap') return longestGap(evaluation, lun?.number)
  return call.name === 'unanswered' ? outageTotal(evaluation, lun?.number) : longestSpan(evaluation, lun?.number ?? 0)
}

function questionFunction(evaluation: Evaluation, call: Call & { readonly name: 'prediction' | 'answer' | 'actual' | 'right' }): Evaluated {
  const [argument] = call.arguments
  const id = argument?.type === 'literal' && argument.value.type === 'text' ? argument.value.text : ''
  const question = evaluation.asked.question(id)
  if (question === undefined) return notKnown(because('notAsked', { id }))
  if (call.name === 'actual') return actualOf(evaluation, question)
  const reply = evaluation.asked.reply(id)
  if (reply === undefined) return notKnown(because('notSaid', { id }))
  if (call.name !== 'right') return replyValue(evaluation.book, reply)
  const { value, why, events } = isRight(evaluation, question, reply)
  return value === 'unknown' ? notKnown(why, events) : evaluated({ type: 'truth', value: value === 'true' }, events)
}
