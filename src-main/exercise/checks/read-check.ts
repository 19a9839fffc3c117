import { failure, ok, type Result } from '../../base/result'
import { contradictionsIn } from './contradictions'
import { visitPattern } from './mentions'
import { expandExpression, expandPattern, type NamedPatterns } from './named-patterns'
import { readExpression, readPatternText } from './parser'
import type { Check, Expression, Pattern, Trigger } from './syntax'
import type { Problem } from './tokens'
import { checkPatternAlone, checkTruth, typeOf } from './type-check'
import { isAlike, tellType, type Type } from './types'
import type { Surroundings } from './typing'

/** What an expression may name. */
export interface ReadingContext extends Surroundings {
  readonly patterns: NamedPatterns
}

/** Reads a check, and says what makes no sense in it: what can be true and false, depending on the run, is a check. */
export function readCheck(text: string, context: ReadingContext): Result<Check, readonly Problem[]> {
  const expression = readExpanded(text, context)
  if (!expression.ok) return expression
  const problems = checkTruth(expression.value, context)
  if (problems.length > 0) return failure(problems)
  const senseless = contradictionsIn(expression.value)
  return senseless.length > 0 ? failure(senseless) : ok({ text, expression: expression.value })
}

/** Reads an expression of one of these types. */
export function readValue(text: string, types: readonly Type[], context: ReadingContext): Result<Expression, readonly Problem[]> {
  const expression = readExpanded(text, context)
  if (!expression.ok) return expression
  const { type, problems } = typeOf(expression.value, context)
  if (problems.length > 0 || type === undefined) return failure(problems)
  if (types.some((one) => isAlike(one, type))) return expression
  return failure([{ at: 0, message: `This is ${tellType(type)}, and ${types.map(tellType).join(' or ')} is needed.` }])
}

/** Reads the pattern of an event that starts something: it can be decided as soon as the event happens. */
export function readTrigger(text: string, context: ReadingContext): Result<Trigger, readonly Problem[]> {
  const pattern = readPatternAlone(text, context)
  if (!pattern.ok) return pattern
  const late = whatIsDecidedLater(pattern.value)
  return late === undefined ? ok({ text, pattern: pattern.value }) : failure([late])
}

/** Reads a pattern that exercises share. */
export function readPatternAlone(text: string, context: ReadingContext): Result<Pattern, readonly Problem[]> {
  const read = readPatternText(text)
  if (!read.ok) return failure([read.error])
  const pattern = expandPattern(read.value, context.patterns)
  if (!pattern.ok) return failure([pattern.error])
  const problems = checkPatternAlone(pattern.value, context)
  return problems.length > 0 ? failure(problems) : pattern
}

function readExpanded(text: string, context: ReadingContext): Result<Expression, readonly Problem[]> {
  const read = readExpression(text)
  if (!read.ok) return failure([read.error])
  const expanded = expandExpression(read.value, context.patterns)
  return expanded.ok ? expanded : failure([expanded.error])
}

function whatIsDecidedLater(pattern: Pattern): Problem | undefined {
  let found: Problem | undefined
  const report = (at: number): void => {
    found ??= {
      at,
      message:
        'This starts something as soon as the event happens, so it can say nothing but the kind, the places, and "where" with fields.',
    }
  }
  visitPattern(pattern, {
    pattern: (one) => {
      const [relation] = one.relations
      if (one !== pattern || relation !== undefined) report(relation?.at ?? one.at)
    },
    expression: ({ type, at }) => {
      if (type === 'call' || type === 'events' || type === 'every' || type === 'relates') report(at)
    },
  })
  return found
}
