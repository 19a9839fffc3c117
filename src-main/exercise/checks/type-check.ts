import { dataFieldsOf, EVENT_KINDS } from './event-kinds'
import { callType } from './call-types'
import { fieldType, type Surroundings, type TypeScope, type Typing } from './typing'
import { checkPattern, checkRelation, kindsNamedBy } from './pattern-types'
import { GLOBALS } from './signatures'
import type { EventKind, Expression, Literal } from './syntax'
import type { Problem } from './tokens'
import { suggest } from './nearest'
import { BLOCKS, CONTROLLER, DURATION, EVENT, isAlike, isQuantity, listOf, NUMBER, PLACE, tellType, TEXT, TRUTH, type Type } from './types'

/** What makes no sense in an expression that has to be true or false. Empty: all is well. */
export function checkTruth(expression: Expression, around: Surroundings): readonly Problem[] {
  const checker = new TypeChecker(around)
  checker.truth(expression, { kinds: undefined, named: new Map() })
  return checker.problems
}

/** The type of an expression by itself, or what makes no sense in it. */
export function typeOf(
  expression: Expression,
  around: Surroundings,
): { readonly type: Type | undefined; readonly problems: readonly Problem[] } {
  const checker = new TypeChecker(around)
  const type = checker.type(expression, { kinds: undefined, named: new Map() })
  return { type, problems: checker.problems }
}

/** What makes no sense in a pattern by itself. */
export function checkPatternAlone(pattern: Parameters<typeof checkPattern>[1], around: Surroundings): readonly Problem[] {
  const checker = new TypeChecker(around)
  checkPattern(checker, pattern, { kinds: undefined, named: new Map() })
  return checker.problems
}

class TypeChecker implements Typing {
  readonly problems: Problem[] = []
  readonly around: Surroundings

  constructor(around: Surroundings) {
    this.around = around
  }

  report(at: number, message: string): undefined {
    if (!this.problems.some((known) => known.at === at)) this.problems.push({ at, message })
  }

  truth(expression: Expression, scope: TypeScope): void {
    const type = this.type(expression, scope)
    const means = expression.type === 'events'
    if (type !== undefined && type.type !== 'truth' && !(means && expression.quantifier === 'plain'))
      this.report(expression.at, `This is ${tellType(type)}, and something that is true or false is needed. Compare it with something.`)
  }

  type(expression: Expression, scope: TypeScope): Type | undefined {
    switch (expression.type) {
      case 'literal':
        return literalType(expression.value)
      case 'list':
        return this.#list(expression, scope)
      case 'name':
        return this.#name(expression, scope)
      case 'field':
        return this.#field(expression, scope)
      case 'call':
        return callType(this, expression, scope)
      case 'sum':
        return this.#sum(expression, scope)
      case 'events':
        checkPattern(this, expression.pattern, scope)
        return expression.quantifier === 'some' || expression.quantifier === 'no' ? TRUTH : EVENT
      case 'not':
        this.truth(expression.operand, scope)
        return TRUTH
      case 'and':
      case 'or':
        this.truth(expression.left, scope)
        this.truth(expression.right, scope)
        return TRUTH
      case 'compare':
        this.#compare(expression, scope)
        return TRUTH
      case 'every':
        this.truth(expression.condition, checkPattern(this, expression.pattern, scope))
        return TRUTH
      case 'relates':
        this.event(expression.of, scope)
        checkRelation(this, expression.relation, { ...scope, kinds: this.kindsOf(expression.of, scope) })
        return TRUTH
      case 'is-a':
        this.event(expression.of, scope)
        checkPattern(this, expression.pattern, scope)
        return TRUTH
    }
  }

  event(expression: Expression, scope: TypeScope): void {
    const type = this.type(expression, scope)
    if (type !== undefined && type.type !== 'event') this.report(expression.at, `This is ${tellType(type)}, and an event is needed.`)
  }

  /** The kinds that an event may be of. Undefined: any. */
  kindsOf(expression: Expression, scope: TypeScope): ReadonlySet<EventKind> | undefined {
    if (expression.type === 'events') return kindsNamedBy(expression.pattern)
    if (expression.type !== 'name') return undefined
    return expression.name === 'it' ? scope.kinds : scope.named.get(expression.name)
  }

  #list({ items }: Extract<Expression, { readonly type: 'list' }>, scope: TypeScope): Type | undefined {
    const types = items.map((item) => this.type(item, scope))
    const [first] = types
    if (first === undefined) return items.length === 0 ? listOf(TEXT) : undefined
    for (const [index, type] of types.entries())
      if (type !== undefined && !isAlike(first, type))
        this.report(
          items[index]?.at ?? 0,
          `The items of a list are of one type: the first is ${tellType(first)}, this is ${tellType(type)}.`,
        )
    return listOf(first)
  }

  #name({ name, at }: Extract<Expression, { readonly type: 'name' }>, scope: TypeScope): Type | undefined {
    if (name === 'it')
      return scope.kinds === undefined
        ? this.report(at, 'There is no event here that "it" could mean: it stands in "where" and "every".')
        : EVENT
    if (scope.named.has(name)) return EVENT
    if (scope.kinds !== undefined) {
      const field = fieldType(scope.kinds, name, 'all')
      if (field !== undefined) return field
      const some = [...scope.kinds].find((kind) => Object.hasOwn(dataFieldsOf(kind), name))
      if (some !== undefined) return this.report(at, `Only some of these events say their ${name}, such as ${some}. Name just those kinds.`)
    }
    return GLOBALS[name] ?? this.report(at, this.#unknownName(name, scope))
  }

  #unknownName(name: string, { kinds, named }: TypeScope): string {
    const fields = kinds === undefined ? [] : [...kinds].slice(0, 1).flatMap((kind) => Object.keys(dataFieldsOf(kind)))
    const known = [...fields, ...named.keys(), ...Object.keys(GLOBALS)]
    return `There is nothing named "${name}" here. ${suggest(name, known)}`
  }

  #field({ of, name, at }: Extract<Expression, { readonly type: 'field' }>, scope: TypeScope): Type | undefined {
    const dotted = of.type === 'name' && !scope.named.has(of.name) && of.name !== 'it' ? `${of.name}.${name}` : undefined
    if (
      dotted !== undefined &&
      GLOBALS[of.type === 'name' ? of.name : ''] === undefined &&
      fieldType(scope.kinds ?? new Set(), of.type === 'name' ? of.name : '', 'all') === undefined
    )
      return this.report(at, `There is no event "${dotted}". ${suggest(dotted, EVENT_KINDS)}`)
    const type = this.type(of, scope)
    if (type === undefined) return undefined
    return (
      fieldType(type, name, this.kindsOf(of, scope)) ??
      this.report(
        at,
        `${tellType(type)} has no ${name}.`.replace(/^./, (first) => first.toUpperCase()),
      )
    )
  }

  #sum({ left, right, at }: Extract<Expression, { readonly type: 'sum' }>, scope: TypeScope): Type | undefined {
    const [one, other] = [this.type(left, scope), this.type(right, scope)]
    if (one === undefined || other === undefined) return undefined
    if (!isQuantity(one) || !isAlike(one, other))
      return this.report(at, `Only quantities of one unit can be added: this is ${tellType(one)} and ${tellType(other)}.`)
    return one
  }

  #compare({ operator, left, right, at }: Extract<Expression, { readonly type: 'compare' }>, scope: TypeScope): void {
    const [one, other] = [this.type(left, scope), this.type(right, scope)]
    if (one === undefined || other === undefined) return
    if (operator === 'in') {
      if (other.type !== 'list') this.report(right.at, `After "in" there has to be a list, such as ["a", "b"]. This is ${tellType(other)}.`)
      else this.#alike({ at, one, other: other.of, right })
      return
    }
    this.#alike({ at, one, other, right })
    this.#volume(left, right)
    if (operator !== '=' && operator !== '!=' && !isQuantity(one))
      this.report(at, `Only quantities are less or more than others. This is ${tellType(one)}.`)
    if (one.type === 'event' || one.type === 'ledger' || one.type === 'request' || one.type === 'gap') this.#identity(one, at)
  }

  /** `volume` is the name of one. */
  #volume(left: Expression, right: Expression): void {
    const { volumes } = this.around
    const isVolume = (left.type === 'name' || left.type === 'field') && left.name === 'volume'
    if (!isVolume || volumes === undefined || right.type !== 'literal' || right.value.type !== 'text') return
    const { text } = right.value
    if (!volumes.includes(text)) this.report(right.at, `The world of this exercise has no volume "${text}". ${suggest(text, volumes)}`)
  }

  #identity(type: Type, at: number): void {
    if (type.type !== 'event') this.report(at, `Compare a field of it: this is ${tellType(type)}.`)
  }

  #alike({ at, one, other, right }: { readonly at: number; readonly one: Type; readonly other: Type; readonly right: Expression }): void {
    if (!isAlike(one, other)) {
      this.report(at, `These can never be equal: one is ${tellType(one)}, the other ${tellType(other)}.${unitHint(one, other)}`)
      return
    }
    const words = one.type === 'list' ? one.of : one
    const options = words.type === 'text' ? words.options : undefined
    if (options === undefined) return
    for (const value of right.type === 'list' ? right.items : [right])
      if (value.type === 'literal' && value.value.type === 'text' && !options.includes(value.value.text))
        this.report(value.at, `It can never be "${value.value.text}". ${suggest(value.value.text, options)}`)
  }
}

function unitHint(one: Type, other: Type): string {
  const units = [one, other].map(({ type }) => type)
  if (units.includes('number') && units.includes('duration')) return ' Write the unit of a time: 500 ms.'
  if (units.includes('number') && units.includes('blocks')) return ' Write the unit of a number of blocks: 8 blocks.'
  if (units.includes('text') && units.includes('controller')) return ' A controller is written without quotes: a or b.'
  if (units.includes('lun') && units.includes('number')) return ' Write the number alone.'
  return ''
}

function literalType(literal: Literal): Type {
  switch (literal.type) {
    case 'number':
      return NUMBER
    case 'duration':
      return DURATION
    case 'blocks':
      return BLOCKS
    case 'lun':
      return { type: 'lun' }
    case 'text':
      return TEXT
    case 'truth':
      return TRUTH
    case 'controller':
      return CONTROLLER
    case 'place':
      return PLACE
  }
}
