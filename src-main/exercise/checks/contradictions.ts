import { visit } from './mentions'
import { print, printPattern } from './print'
import type { Comparison, Expression, Literal } from './syntax'
import type { Problem } from './tokens'

/** From `least` to `most`, both included unless they are `open`. */
interface Bounds {
  readonly least: number
  readonly most: number
  readonly isOpenBelow: boolean
  readonly isOpenAbove: boolean
}

const NOT_NEGATIVE: Bounds = { least: 0, most: Infinity, isOpenBelow: false, isOpenAbove: true }
const ANY: Bounds = { least: -Infinity, most: Infinity, isOpenBelow: true, isOpenAbove: true }
type Compare = Extract<Expression, { readonly type: 'compare' }>

/** Where an expression cannot be true, or cannot be false, whatever happens: such a check would say nothing. */
export function contradictionsIn(expression: Expression): readonly Problem[] {
  const found: Problem[] = []
  if (!asksOfRun(expression)) found.push({ at: expression.at, message: 'This asks nothing of the run: it is the same whatever happens.' })
  visit(expression, {
    expression: (one) => {
      if (one.type === 'compare') found.push(...constantComparison(one))
      if (one.type === 'and' || one.type === 'or') found.push(...clashes(one))
    },
  })
  return found.filter((problem, index) => found.findIndex(({ at }) => at === problem.at) === index)
}

function asksOfRun(expression: Expression): boolean {
  let asks = false
  visit(expression, {
    expression: ({ type }) => void (asks ||= type === 'events' || type === 'every' || type === 'call' || type === 'name'),
  })
  return asks
}

/** A comparison that its bounds decide: nothing is counted below zero. */
function constantComparison(compare: Compare): readonly Problem[] {
  const { operator, left, right, at } = compare
  const value = numberOf(right)
  if (operator === 'in' || value === undefined) return []
  const bounds = boundsOf(left)
  const allowed = boundsOfComparison(operator, value)
  if (bounds === undefined || allowed === undefined) return []
  if (isEmpty(intersect(bounds, allowed)))
    return [{ at, message: `This can never be true: ${tellSide(left)} is never ${operator} ${print(right)}.` }]
  if (operator === '=' && isCount(left) && !Number.isInteger(value))
    return [{ at, message: `This can never be true: a count is a whole number.` }]
  const opposite = boundsOfComparison(OPPOSITES[operator], value)
  if (opposite !== undefined && isEmpty(intersect(bounds, opposite)))
    return [{ at, message: `This is always true: ${tellSide(left)} is never less.` }]
  return []
}

const OPPOSITES = { '=': '!=', '!=': '=', '<': '>=', '<=': '>', '>': '<=', '>=': '<' } as const

function tellSide(side: Expression): string {
  const text = print(side)
  return text.length > 40 ? 'the left side' : text
}

function isCount(expression: Expression): boolean {
  return (
    (expression.type === 'call' && expression.name === 'count') ||
    (expression.type === 'field' && ['ran', 'sent'].includes(expression.name))
  )
}

/** All quantities of the language are from zero up, apart from differences. */
function boundsOf(expression: Expression): Bounds | undefined {
  const value = numberOf(expression)
  if (value !== undefined) return { least: value, most: value, isOpenBelow: false, isOpenAbove: false }
  if (expression.type === 'sum') return expression.sign === '+' ? NOT_NEGATIVE : ANY
  return expression.type === 'call' || expression.type === 'field' || expression.type === 'name' ? NOT_NEGATIVE : undefined
}

function numberOf(expression: Expression): number | undefined {
  return expression.type === 'literal' ? numberOfLiteral(expression.value) : undefined
}

function numberOfLiteral(literal: Literal): number | undefined {
  if (literal.type === 'number') return literal.value
  if (literal.type === 'duration') return literal.ms
  return literal.type === 'blocks' ? literal.count : undefined
}

function boundsOfComparison(operator: Exclude<Comparison, 'in'>, value: number): Bounds | undefined {
  switch (operator) {
    case '=':
      return { least: value, most: value, isOpenBelow: false, isOpenAbove: false }
    case '<':
      return { ...ANY, most: value }
    case '<=':
      return { ...ANY, most: value, isOpenAbove: false }
    case '>':
      return { ...ANY, least: value }
    case '>=':
      return { ...ANY, least: value, isOpenBelow: false }
    case '!=':
      return undefined
  }
}

function intersect(one: Bounds, other: Bounds): Bounds {
  const [low, high] = [one.least >= other.least ? one : other, one.most <= other.most ? one : other]
  return {
    least: low.least,
    most: high.most,
    isOpenBelow: low.isOpenBelow || (one.least === other.least && other.isOpenBelow),
    isOpenAbove: high.isOpenAbove || (one.most === other.most && other.isOpenAbove),
  }
}

function isEmpty({ least, most, isOpenBelow, isOpenAbove }: Bounds): boolean {
  return least > most || (least === most && (isOpenBelow || isOpenAbove))
}

/** What is said twice on the two sides of an `and` or an `or`, once yes and once no. */
function clashes(expression: Extract<Expression, { readonly type: 'and' | 'or' }>): readonly Problem[] {
  const { type, at } = expression
  const parts = partsOf(expression, type).map(claimOf)
  const both = parts.find(({ text, isSo }, index) =>
    parts.some((other, place) => place > index && other.text === text && other.isSo !== isSo),
  )
  if (both !== undefined)
    return [{ at, message: `${type === 'and' ? 'This can never be true' : 'This is always true'}: "${both.text}" stands here both ways.` }]
  return type === 'and' ? narrowed(partsOf(expression, type), at) : []
}

function partsOf(expression: Expression, type: 'and' | 'or'): readonly Expression[] {
  return expression.type === type ? [...partsOf(expression.left, type), ...partsOf(expression.right, type)] : [expression]
}

/** `no P` and `some P` are the same claim both ways, and so are `not X` and `X`. */
function claimOf(expression: Expression): { readonly text: string; readonly isSo: boolean } {
  if (expression.type === 'not') {
    const { text, isSo } = claimOf(expression.operand)
    return { text, isSo: !isSo }
  }
  if (expression.type === 'events') return { text: printPattern(expression.pattern), isSo: expression.quantifier !== 'no' }
  if (expression.type === 'compare' && expression.operator === '!=') return { text: print({ ...expression, operator: '=' }), isSo: false }
  return { text: print(expression), isSo: true }
}

/** Comparisons of the same thing that leave nothing, or two different words for it. */
function narrowed(parts: readonly Expression[], at: number): readonly Problem[] {
  const known = new Map<string, Bounds>()
  const words = new Map<string, string>()
  for (const part of parts) {
    if (part.type !== 'compare' || part.operator === 'in' || part.right.type !== 'literal') continue
    const key = print(part.left)
    const value = numberOf(part.right)
    const bounds = value === undefined ? undefined : boundsOfComparison(part.operator, value)
    const left = bounds && intersect(known.get(key) ?? ANY, bounds)
    if (left !== undefined && isEmpty(left)) return [{ at, message: `This can never be true: there is no ${key} that fits all of this.` }]
    if (left !== undefined) known.set(key, left)
    if (value !== undefined || part.operator !== '=') continue
    const word = print(part.right)
    if ((words.get(key) ?? word) !== word)
      return [{ at, message: `This can never be true: ${key} is not ${words.get(key) ?? ''} and ${word} at once.` }]
    words.set(key, word)
  }
  return []
}
