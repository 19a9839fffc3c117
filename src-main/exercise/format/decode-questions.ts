import type { Question } from '../checks/question'
import { UNIT_TYPES } from '../checks/signatures'
import { EVENT, listOf, NUMBER, PLACE, TRUTH } from '../checks/types'
import type { Expressions } from './expressions'
import { durationOf, type ExerciseFields } from './schema'

type Fields = ExerciseFields['predictions'][number]

export function decodeQuestions(expressions: Expressions, list: 'predictions' | 'questions', all: readonly Fields[]): readonly Question[] {
  return all.map((fields, index) => decodeQuestion(expressions, [list, index], fields))
}

function decodeQuestion(expressions: Expressions, path: readonly [string, number], fields: Fields): Question {
  const { frontMatter } = expressions
  const { id, text } = fields
  const any = { id, text, line: frontMatter.lineOf(path) }
  const actualPath = [...path, 'actual']
  switch (fields.kind) {
    case 'order': {
      distinctIds(expressions, [...path, 'items'], fields.items)
      const items = fields.items.map(({ event, ...item }, index) => ({
        ...item,
        event: expressions.trigger([...path, 'items', index, 'event'], event),
      }))
      return { ...any, kind: 'order', items }
    }
    case 'number': {
      const { unit, from, to, tolerance } = fields
      if (from >= to) frontMatter.report([...path, 'to'], '"to" must be more than "from".')
      const actual = expressions.value(actualPath, fields.actual, [UNIT_TYPES[unit]])
      return { ...any, kind: 'number', unit, from, to, tolerance, actual }
    }
    case 'choice': {
      distinctIds(expressions, [...path, 'options'], fields.options)
      const options = fields.options.map(({ when, ...option }, index) => ({
        ...option,
        when: expressions.value([...path, 'options', index, 'when'], when, [TRUTH, EVENT]),
      }))
      return { ...any, kind: 'choice', options }
    }
    case 'gap':
      return { ...any, kind: 'gap', lun: fields.lun, toleranceMs: durationOf(fields.tolerance) }
    case 'blocks': {
      const actual = expressions.value(actualPath, fields.actual, [listOf(fields.of === 'drives' ? PLACE : NUMBER), listOf(NUMBER)])
      return { ...any, kind: 'blocks', of: fields.of, to: fields.to, actual }
    }
    case 'event':
      return { ...any, kind: 'event', actual: expressions.value(actualPath, fields.actual, [EVENT]) }
    case 'text':
      return { ...any, kind: 'text' }
  }
}

function distinctIds({ frontMatter }: Expressions, path: readonly (string | number)[], items: readonly { readonly id: string }[]): void {
  const twice = items.findIndex(({ id }, index) => items.findIndex((other) => other.id === id) !== index)
  if (twice >= 0) frontMatter.report([...path, twice], `"${items[twice]?.id ?? ''}" is there twice: give one of them another id.`)
}
