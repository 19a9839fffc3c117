import type { Expression, Filter, Literal, Pattern, Relation } from './syntax'
import { quoted } from './tokens'

/** How tightly the parts of an expression hold together. What holds less than its place asks for is put in parentheses. */
const OR = 1
const AND = 2
const NOT = 3
const COMPARISON = 4
const SUM = 5
const PRIMARY = 6
/** More than anything has: always in parentheses. */
const WHOLE = 7

/** The text of an expression, which reads as the same expression. */
export function print(expression: Expression): string {
  return printed(expression, OR)
}

function printed(expression: Expression, least: number): string {
  const { strength, text } = tell(expression)
  return strength < least ? `(${text})` : text
}

interface Told {
  readonly strength: number
  readonly text: string
}

function tell(expression: Expression): Told {
  switch (expression.type) {
    case 'literal':
      return { strength: PRIMARY, text: printLiteral(expression.value) }
    case 'name':
      return { strength: PRIMARY, text: expression.name }
    case 'list':
      return { strength: PRIMARY, text: `[${expression.items.map(print).join(', ')}]` }
    case 'call':
      return { strength: PRIMARY, text: `${expression.name}(${expression.arguments.map(print).join(', ')})` }
    case 'field':
      return { strength: PRIMARY, text: `${printed(expression.of, expression.of.type === 'literal' ? WHOLE : PRIMARY)}.${expression.name}` }
    case 'or':
      return { strength: OR, text: `${printed(expression.left, OR)} or ${printed(expression.right, AND)}` }
    case 'and':
      return { strength: AND, text: `${printed(expression.left, AND)} and ${printed(expression.right, NOT)}` }
    case 'not':
      return { strength: NOT, text: `not ${printed(expression.operand, NOT)}` }
    case 'sum':
      return { strength: SUM, text: `${printed(expression.left, SUM)} ${expression.sign} ${printed(expression.right, PRIMARY)}` }
    case 'compare':
      return {
        strength: COMPARISON,
        text: `${printed(expression.left, SUM)} ${expression.operator} ${printed(expression.right, SUM)}`,
      }
    case 'events': {
      const quantifier = expression.quantifier === 'plain' ? '' : `${expression.quantifier} `
      return { strength: COMPARISON, text: `${quantifier}${printPattern(expression.pattern)}` }
    }
    case 'every':
      return { strength: COMPARISON, text: `every ${printPattern(expression.pattern)} ${printEach(expression.condition)}` }
    case 'relates':
      return { strength: NOT, text: `${printed(expression.of, SUM)} is ${printRelation(expression.relation)}` }
    case 'is-a':
      return { strength: NOT, text: `${printed(expression.of, SUM)} is a ${printPattern(expression.pattern)}` }
  }
}

function printLiteral(value: Literal): string {
  switch (value.type) {
    case 'number':
    case 'truth':
      return String(value.value)
    case 'duration':
      return `${value.ms} ms`
    case 'blocks':
      return `${value.count} blocks`
    case 'lun':
      return `lun ${value.lun}`
    case 'text':
      return quoted(value.text)
    case 'controller':
      return value.controller
    case 'place':
      return value.place
  }
}

/** `relations`: there may be some without parentheses. */
export function printPattern(pattern: Pattern, relations = true): string {
  const { kinds, filters, where, as, relations: related } = pattern
  const text = [
    kinds.join('|'),
    ...filters.map(printFilter),
    ...(where === undefined ? [] : [`where ${printWhere(where)}`]),
    ...(as === undefined ? [] : [`as ${as}`]),
    ...related.map(printRelation),
  ].join(' ')
  return relations || related.length === 0 ? text : `(${text})`
}

function printFilter({ type, place }: Filter): string {
  return `${type} ${printed(place, SUM)}`
}

/** A pattern would take what follows for its own. */
function printWhere(where: Expression): string {
  if (where.type === 'not') return `not ${printWhere(where.operand)}`
  return where.type === 'events' || where.type === 'every' ? `(${print(where)})` : printCondition(where)
}

/** Only one comparison stands here without parentheses. */
function printCondition(condition: Expression): string {
  if (condition.type === 'not') return `not ${printCondition(condition.operand)}`
  return printed(condition, COMPARISON)
}

function printEach(condition: Expression): string {
  const isOfIt = (condition.type === 'relates' || condition.type === 'is-a') && condition.of.type === 'name' && condition.of.name === 'it'
  if (!isOfIt) return `has ${printCondition(condition)}`
  return condition.type === 'relates' ? `is ${printRelation(condition.relation)}` : `is a ${printPattern(condition.pattern)}`
}

function printEvent(event: Expression): string {
  if (event.type !== 'events') return printed(event, PRIMARY)
  const text = tell(event).text
  return event.pattern.relations.length === 0 ? text : `(${text})`
}

function printRelation(relation: Relation): string {
  switch (relation.type) {
    case 'before':
    case 'after':
    case 'under-way-at':
      return `${relation.type} ${printEvent(relation.event)}`
    case 'within':
      return `within ${printed(relation.span, SUM)} ${relation.side} ${printEvent(relation.event)}`
    case 'caused-by':
      return `caused by ${printPattern(relation.pattern, false)}`
    case 'followed-by':
    case 'preceded-by': {
      const within = relation.span === undefined ? '' : ` within ${printed(relation.span, SUM)}`
      return `${relation.type === 'followed-by' ? 'followed' : 'preceded'} by ${printPattern(relation.pattern, false)}${within}`
    }
  }
}
