import type { CheckTime, ExerciseCheck } from './exercise'
import type { Expressions } from './expressions'
import { durationOf, type ExerciseFields } from './schema'

export function decodeChecks(expressions: Expressions, checks: ExerciseFields['checks']): readonly ExerciseCheck[] {
  const { frontMatter } = expressions
  return checks.map((fields, index) => {
    const path = ['checks', index] as const
    if (fields['hint-cost'] > fields.points) frontMatter.report([...path, 'hint-cost'], '"hint-cost" must not be more than "points".')
    if (fields.hint === undefined && fields['hint-cost'] > 0)
      frontMatter.report([...path, 'hint-cost'], 'There is no "hint" that could cost something: add one.')
    return {
      id: fields.id,
      when: timeOf(expressions, index, fields.when),
      check: expressions.check([...path, 'check'], fields.check),
      points: fields.points,
      message: fields.message,
      hint: fields.hint,
      hintCost: fields['hint-cost'],
      line: frontMatter.lineOf(path),
    }
  })
}

function timeOf(expressions: Expressions, index: number, when: ExerciseFields['checks'][number]['when']): CheckTime {
  if (typeof when === 'string') return { type: when }
  return { type: 'within', ms: durationOf(when.within), after: expressions.trigger(['checks', index, 'when', 'after'], when.after) }
}
