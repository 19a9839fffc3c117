import { failure, ok, type Result } from '../../base/result'
import { LIMITS } from '../../contract/limits'
import { EVENT_GROUPS } from './event-kinds'
import { isAtRelation, readPattern, readRelation } from './pattern-parser'
import { COMPARISONS, OTHER_KINDS, type Expression, type Pattern } from './syntax'
import { ReadingProblem, TokenReader } from './token-reader'
import { readLiteral } from './literal-parser'
import { tellToken, tokensOf, type Problem } from './tokens'

/** Reads an expression. It says nothing about whether that makes sense: `checkTypes` does. */
export function readExpression(text: string): Result<Expression, Problem> {
  return readWhole(text, readOr)
}

/** Reads a pattern by itself, as scripts and predictions have it. */
export function readPatternText(text: string): Result<Pattern, Problem> {
  return readWhole(text, (reader) => readPattern(reader, parts, true))
}

function readWhole<T>(text: string, read: (reader: TokenReader) => T): Result<T, Problem> {
  if (text.length > LIMITS.checkLength) return failure({ at: 0, message: `This is longer than ${LIMITS.checkLength} characters.` })
  const tokens = tokensOf(text)
  if (!tokens.ok) return tokens
  const reader = new TokenReader(tokens.value)
  try {
    const whole = read(reader)
    if (reader.token.type !== 'end') reader.fail(`${tellToken(reader.token)} cannot stand here. ${hintAt(reader)}`)
    return ok(whole)
  } catch (error) {
    if (error instanceof ReadingProblem) return failure(error.problem)
    throw error
  }
}

function hintAt(reader: TokenReader): string {
  if (reader.isWord('where')) return 'A pattern has one "where": join conditions with "and" in parentheses after it.'
  return 'Expected "and", "or", a comparison or the end.'
}

/** What patterns need of expressions. */
const parts = { condition: readCondition, value: readSum, event: readEvent }

function readOr(reader: TokenReader): Expression {
  return reader.deeper(() => {
    let left = readAnd(reader)
    while (reader.isWord('or')) {
      const { at } = reader.take()
      left = { type: 'or', at, left, right: readAnd(reader) }
    }
    return left
  })
}

function readAnd(reader: TokenReader): Expression {
  let left = readNot(reader)
  while (reader.isWord('and')) {
    const { at } = reader.take()
    left = { type: 'and', at, left, right: readNot(reader) }
  }
  return left
}

function readNot(reader: TokenReader): Expression {
  if (!reader.isWord('not')) return readComparison(reader, true)
  const { at } = reader.take()
  return { type: 'not', at, operand: reader.deeper(() => readNot(reader)) }
}

/** One comparison, or a whole expression in parentheses: what follows `where` and `has`. */
function readCondition(reader: TokenReader): Expression {
  if (!reader.isWord('not')) return readComparison(reader, false)
  const { at } = reader.take()
  return { type: 'not', at, operand: reader.deeper(() => readCondition(reader)) }
}

/** `relates`: an event may be put before or after another one here. */
function readComparison(reader: TokenReader, relates: boolean): Expression {
  const left = readSum(reader)
  const { at } = reader
  for (const operator of COMPARISONS) {
    if (!(operator === 'in' ? reader.isWord(operator) : reader.isSign(operator))) continue
    reader.take()
    return { type: 'compare', at, operator, left, right: readSum(reader) }
  }
  if (!relates) return left
  if (reader.takeWord('is')) return readIs(reader, left, at)
  return isAtRelation(reader) ? { type: 'relates', at, of: left, relation: readRelation(reader, parts) } : left
}

function readIs(reader: TokenReader, of: Expression, at: number): Expression {
  if (reader.takeWord('a', 'an')) return { type: 'is-a', at, of, pattern: readPattern(reader, parts, true) }
  return { type: 'relates', at, of, relation: readRelation(reader, parts) }
}

function readSum(reader: TokenReader): Expression {
  let left = readField(reader, true)
  while (reader.isSign('+', '-')) {
    const { at } = reader
    const sign = reader.takeSign('+') ? '+' : '-'
    if (sign === '-') reader.take()
    left = { type: 'sum', at, sign, left, right: readField(reader, true) }
  }
  return left
}

/** `relations`: a pattern may have some here. */
function readField(reader: TokenReader, relations: boolean): Expression {
  let of = readPrimary(reader, relations)
  while (reader.isSign('.')) {
    const { at } = reader.take()
    const name = reader.take()
    if (name.type !== 'word') reader.fail('The name of a field is missing after the dot.', at)
    for (const part of name.text.split('.')) of = { type: 'field', at, of, name: part }
  }
  return of
}

/** What stands after `before`, `after` and the like. A pattern has no relations of its own there, unless in parentheses. */
function readEvent(reader: TokenReader): Expression {
  return readField(reader, false)
}

function readPrimary(reader: TokenReader, relations: boolean): Expression {
  const { token, at } = reader
  const literal = readLiteral(reader)
  if (literal !== undefined) return { type: 'literal', at, value: literal }
  if (reader.takeSign('(')) {
    const inner = readOr(reader)
    reader.expectSign(')', 'at the end of the parentheses')
    return inner
  }
  if (reader.takeSign('[')) return { type: 'list', at, items: readItems(reader, ']') }
  if (token.type !== 'word') reader.fail(`${tellToken(token)} cannot stand here: an event, a value or a function is missing.`)
  for (const quantifier of ['some', 'no', 'first', 'last'] as const)
    if (reader.takeWord(quantifier)) return { type: 'events', at, quantifier, pattern: readPattern(reader, parts, relations) }
  if (reader.takeWord('every')) return readEvery(reader, at)
  if (isKind(token.text)) return { type: 'events', at, quantifier: 'plain', pattern: readPattern(reader, parts, relations) }
  reader.take()
  if (reader.takeSign('(')) return { type: 'call', at, name: token.text, arguments: readItems(reader, ')') }
  return dotted(token.text, at)
}

function readEvery(reader: TokenReader, at: number): Expression {
  const pattern = readPattern(reader, parts, true)
  if (reader.takeWord('has')) return { type: 'every', at, pattern, condition: readCondition(reader) }
  const is = reader.at
  reader.expectWord('is', 'after "every …" (or "has")')
  return { type: 'every', at, pattern, condition: readIs(reader, { type: 'name', at: is, name: 'it' }, is) }
}

function readItems(reader: TokenReader, end: ')' | ']'): readonly Expression[] {
  const items: Expression[] = []
  if (reader.takeSign(end)) return items
  do items.push(readOr(reader))
  while (reader.takeSign(','))
  reader.expectSign(end, 'after the last item')
  return items
}

function isKind(word: string): boolean {
  const isOther = OTHER_KINDS.some((kind) => kind === word) || word === 'any' || word.startsWith('@')
  return isOther || (word.includes('.') && EVENT_GROUPS.has(word.slice(0, word.indexOf('.'))))
}

/** `ledger.lost` is a field of a name. */
function dotted(word: string, at: number): Expression {
  const [name = '', ...fields] = word.split('.')
  return fields.reduce<Expression>((of, field) => ({ type: 'field', at, of, name: field }), { type: 'name', at, name })
}
