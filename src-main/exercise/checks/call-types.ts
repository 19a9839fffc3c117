import { suggest } from './nearest'
import { checkPattern } from './pattern-types'
import type { Question } from './question'
import { isFunctionName, SIGNATURES, UNIT_TYPES, type Parameter, type ResultType, type Signature } from './signatures'
import type { Expression } from './syntax'
import type { TypeScope, Typing } from './typing'
import { EVENT, isAlike, isQuantity, listOf, NUMBER, oneOf, tellType, TEXT, type Type } from './types'

type Call = Extract<Expression, { readonly type: 'call' }>

/** The type of a call, whose arguments are checked. */
export function callType(typing: Typing, call: Call, scope: TypeScope): Type | undefined {
  const { name, at } = call
  if (!isFunctionName(name)) return typing.report(at, `There is no function "${name}". ${suggest(name, Object.keys(SIGNATURES))}`)
  const signature: Signature = SIGNATURES[name]
  const { parameters, optional = 0, repeats = false } = signature
  const given = call.arguments.length
  if (given < parameters.length - optional || (given > parameters.length && !repeats))
    return typing.report(at, `${name} takes ${tellCount(signature)}, and here are ${given}.`)
  let scopeOfEach = scope
  const types = call.arguments.map((argument, index) => {
    const parameter = parameters[index] ?? parameters.at(-1) ?? TEXT
    if (parameter.type === 'pattern') scopeOfEach = patternScope(typing, argument, scope)
    return argumentType(typing, { argument, parameter, name }, parameter.type === 'each' ? scopeOfEach : scope)
  })
  return resultType(typing, { result: signature.result, types, call })
}

function tellCount({ parameters, optional = 0, repeats = false }: Signature): string {
  const least = parameters.length - optional
  if (repeats) return `${least} arguments or more`
  const most = parameters.length
  return least === most ? `${most} ${most === 1 ? 'argument' : 'arguments'}` : `${least} to ${most} arguments`
}

function patternScope(typing: Typing, argument: Expression, scope: TypeScope): TypeScope {
  return argument.type === 'events' ? checkPattern(typing, argument.pattern, scope) : scope
}

interface Argument {
  readonly argument: Expression
  readonly parameter: Parameter
  readonly name: string
}

function argumentType(typing: Typing, { argument, parameter, name }: Argument, scope: TypeScope): Type | undefined {
  switch (parameter.type) {
    case 'pattern':
      if (argument.type !== 'events' || argument.quantifier !== 'plain')
        typing.report(argument.at, `${name} takes a pattern of events, such as drive.write by a.`)
      return undefined
    case 'question': {
      const isText = argument.type === 'literal' && argument.value.type === 'text'
      return isText ? TEXT : typing.report(argument.at, `${name} takes the id of a prediction or question, in quotes.`)
    }
    case 'each': {
      const type = typing.type(argument, scope)
      if (type !== undefined && !isQuantity(type))
        return typing.report(argument.at, `${name} takes a quantity of each event. This is ${tellType(type)}.`)
      return type
    }
    case 'any':
      return typing.type(argument, scope)
    default: {
      const type = typing.type(argument, scope)
      checkThere(typing, argument, name)
      if (type !== undefined && !isAlike(type, parameter))
        return typing.report(argument.at, `${name} takes ${tellType(parameter)}. This is ${tellType(type)}.`)
      return type
    }
  }
}

/** A volume or a LUN that the world of the exercise never has. */
function checkThere(typing: Typing, argument: Expression, name: string): void {
  if (argument.type !== 'literal') return
  const { volumes, luns } = typing.around
  const { value, at } = argument
  if (value.type === 'lun' && luns !== undefined && value.lun >= luns)
    typing.report(at, `The world of this exercise has no LUN ${value.lun}: it has ${luns === 1 ? 'LUN 0 only' : `LUNs 0 to ${luns - 1}`}.`)
  const isVolume = name === 'owner-of' || name === 'drives-of'
  if (isVolume && value.type === 'text' && volumes !== undefined && !volumes.includes(value.text))
    typing.report(at, `The world of this exercise has no volume "${value.text}". ${suggest(value.text, volumes)}`)
}

interface Result {
  readonly result: ResultType
  readonly types: readonly (Type | undefined)[]
  readonly call: Call
}

function resultType(typing: Typing, { result, types, call }: Result): Type | undefined {
  const asksQuestion = (SIGNATURES[call.name as keyof typeof SIGNATURES] as Signature).parameters[0]?.type === 'question'
  if (asksQuestion && types[0] !== undefined) {
    const question = questionOf(typing, call)
    if (question === undefined) return undefined
    return result.type === 'question' ? replyType(question) : (result as Type)
  }
  if (result.type === 'like') return types[result.argument]
  return result.type === 'question' ? undefined : result
}

function questionOf(typing: Typing, { name, at, arguments: [argument] }: Call): Question | undefined {
  const id = argument?.type === 'literal' && argument.value.type === 'text' ? argument.value.text : ''
  const { questions } = typing.around
  const question = questions.find((one) => one.id === id)
  if (question === undefined)
    return typing.report(
      argument?.at ?? at,
      `Nothing is asked with the id "${id}". ${suggest(
        id,
        questions.map((one) => one.id),
      )}`,
    )
  if (name === 'right' && question.kind === 'text') return typing.report(at, `Only a person can say whether a text is right.`)
  return question
}

/** What a learner says to a question, as a type. */
export function replyType(question: Question): Type {
  switch (question.kind) {
    case 'order':
      return listOf(oneOf(...question.items.map(({ id }) => id)))
    case 'number':
      return UNIT_TYPES[question.unit]
    case 'choice':
      return oneOf(...question.options.map(({ id }) => id))
    case 'gap':
      return { type: 'gap' }
    case 'blocks':
      return listOf(NUMBER)
    case 'event':
      return EVENT
    case 'text':
      return TEXT
  }
}
