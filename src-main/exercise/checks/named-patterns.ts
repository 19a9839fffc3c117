import { failure, ok, type Result } from '../../base/result'
import { suggest } from './nearest'
import { visit, visitPattern } from './mentions'
import type { Expression, Pattern, Relation } from './syntax'
import type { Problem } from './tokens'

/** Patterns that exercises share, by their names without the `@`. They name no other ones. */
export type NamedPatterns = ReadonlyMap<string, Pattern>

/** Puts the shared patterns where their names stand. */
export function expandExpression(expression: Expression, known: NamedPatterns): Result<Expression, Problem> {
  const problems = problemsIn((pattern) => visit(expression, { pattern }), known)
  return problems === undefined ? ok(inExpression(expression, known)) : failure(problems)
}

export function expandPattern(pattern: Pattern, known: NamedPatterns): Result<Pattern, Problem> {
  const problems = problemsIn((visitor) => visitPattern(pattern, { pattern: visitor }), known)
  return problems === undefined ? ok(inPattern(pattern, known)) : failure(problems)
}

function problemsIn(visitAll: (visitor: (pattern: Pattern) => void) => void, known: NamedPatterns): Problem | undefined {
  let found: Problem | undefined
  visitAll(({ kinds, at }) => {
    const name = kinds.find((kind) => kind.startsWith('@'))
    if (name === undefined) return
    if (kinds.length > 1) found ??= { at, message: `${name} stands alone: no other kind can be added with "|".` }
    else if (!known.has(name.slice(1)))
      found ??= {
        at,
        message: `No shared pattern is named ${name}. ${suggest(
          name,
          [...known.keys()].map((one) => `@${one}`),
        )}`,
      }
  })
  return found
}

function inPattern(pattern: Pattern, known: NamedPatterns): Pattern {
  const { at, kinds, as } = pattern
  const own = {
    filters: pattern.filters.map((filter) => ({ ...filter, place: inExpression(filter.place, known) })),
    where: pattern.where && inExpression(pattern.where, known),
    relations: pattern.relations.map((relation) => inRelation(relation, known)),
  }
  const shared = known.get(kinds[0]?.slice(1) ?? '')
  if (kinds[0]?.startsWith('@') !== true || shared === undefined) return { at, kinds, as, ...own }
  return {
    at,
    kinds: shared.kinds,
    as: as ?? shared.as,
    filters: [...shared.filters, ...own.filters],
    where: joined(shared.where, own.where),
    relations: [...shared.relations, ...own.relations],
  }
}

function joined(one: Expression | undefined, other: Expression | undefined): Expression | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return { type: 'and', at: other.at, left: one, right: other }
}

function inRelation(relation: Relation, known: NamedPatterns): Relation {
  switch (relation.type) {
    case 'before':
    case 'after':
    case 'under-way-at':
      return { ...relation, event: inExpression(relation.event, known) }
    case 'within':
      return { ...relation, span: inExpression(relation.span, known), event: inExpression(relation.event, known) }
    case 'caused-by':
      return { ...relation, pattern: inPattern(relation.pattern, known) }
    case 'followed-by':
    case 'preceded-by':
      return { ...relation, pattern: inPattern(relation.pattern, known), span: relation.span && inExpression(relation.span, known) }
  }
}

function inExpression(expression: Expression, known: NamedPatterns): Expression {
  const inside = (part: Expression): Expression => inExpression(part, known)
  switch (expression.type) {
    case 'literal':
    case 'name':
      return expression
    case 'list':
      return { ...expression, items: expression.items.map(inside) }
    case 'call':
      return { ...expression, arguments: expression.arguments.map(inside) }
    case 'field':
      return { ...expression, of: inside(expression.of) }
    case 'not':
      return { ...expression, operand: inside(expression.operand) }
    case 'and':
    case 'or':
    case 'sum':
    case 'compare':
      return { ...expression, left: inside(expression.left), right: inside(expression.right) }
    case 'events':
      return { ...expression, pattern: inPattern(expression.pattern, known) }
    case 'every':
      return { ...expression, pattern: inPattern(expression.pattern, known), condition: inside(expression.condition) }
    case 'relates':
      return { ...expression, of: inside(expression.of), relation: inRelation(expression.relation, known) }
    case 'is-a':
      return { ...expression, of: inside(expression.of), pattern: inPattern(expression.pattern, known) }
  }
}
