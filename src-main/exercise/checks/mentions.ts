import type { Expression, Pattern, Relation } from './syntax'

const KNOWN = new WeakMap<Pattern, ReadonlySet<string>>()

/** All names in a pattern, however deep: of fields, of events, of values. */
export function mentions(pattern: Pattern): ReadonlySet<string> {
  const known = KNOWN.get(pattern)
  if (known !== undefined) return known
  const names = new Set<string>()
  visitPattern(pattern, { expression: (one) => void (one.type === 'name' && names.add(one.name)) })
  KNOWN.set(pattern, names)
  return names
}

export interface Visitor {
  readonly expression?: (expression: Expression) => void
  readonly pattern?: (pattern: Pattern) => void
}

/** Goes through an expression and all its parts. */
export function visit(expression: Expression, visitor: Visitor): void {
  visitor.expression?.(expression)
  switch (expression.type) {
    case 'literal':
    case 'name':
      return
    case 'list':
      for (const item of expression.items) visit(item, visitor)
      return
    case 'call':
      for (const argument of expression.arguments) visit(argument, visitor)
      return
    case 'field':
      visit(expression.of, visitor)
      return
    case 'not':
      visit(expression.operand, visitor)
      return
    case 'and':
    case 'or':
    case 'sum':
    case 'compare':
      visit(expression.left, visitor)
      visit(expression.right, visitor)
      return
    case 'events':
      visitPattern(expression.pattern, visitor)
      return
    case 'every':
      visitPattern(expression.pattern, visitor)
      visit(expression.condition, visitor)
      return
    case 'relates':
      visit(expression.of, visitor)
      visitRelation(expression.relation, visitor)
      return
    case 'is-a':
      visit(expression.of, visitor)
      visitPattern(expression.pattern, visitor)
  }
}

export function visitPattern(pattern: Pattern, visitor: Visitor): void {
  visitor.pattern?.(pattern)
  for (const { place } of pattern.filters) visit(place, visitor)
  if (pattern.where !== undefined) visit(pattern.where, visitor)
  for (const relation of pattern.relations) visitRelation(relation, visitor)
}

function visitRelation(relation: Relation, visitor: Visitor): void {
  if ('event' in relation) visit(relation.event, visitor)
  if ('pattern' in relation) visitPattern(relation.pattern, visitor)
  if ('span' in relation && relation.span !== undefined) visit(relation.span, visitor)
}
