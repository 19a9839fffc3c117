import { suggest } from '../checks/nearest'
import type { Question } from '../checks/question'
import { decodeActs } from './decode-acts'
import type { Solution, SolutionReply } from './exercise'
import type { Expressions } from './expressions'
import type { FieldPath } from './front-matter'
import { durationOf, type ExerciseFields } from './schema'

interface SolutionParts {
  readonly path: FieldPath
  readonly fields: ExerciseFields['solutions'][number]
  readonly predictions: readonly Question[]
  readonly questions: readonly Question[]
  readonly allowed: ExerciseFields['allowed']
}

type WrittenReply = ExerciseFields['solutions'][number]['predictions'][string]

export function decodeSolution(expressions: Expressions, { path, fields, predictions, questions, allowed }: SolutionParts): Solution {
  const { frontMatter } = expressions
  const acts = decodeActs(expressions, [...path, 'acts'], fields.acts)
  for (const [index, { act, parameters }] of acts.entries())
    if (!allowed.some((one) => allows(one, act, parameters)))
      frontMatter.report(
        [...path, 'acts', index],
        `The learner is not allowed to do this: add "${act}", with these parameters or without any, to "allowed".`,
      )
  const replies = (list: 'predictions' | 'answers', asked: readonly Question[]): Record<string, SolutionReply> =>
    Object.fromEntries(
      Object.entries(fields[list]).flatMap(([id, written]) => {
        const reply = replyOf(expressions, { path: [...path, list, id], id, written, asked })
        return reply === undefined ? [] : [[id, reply]]
      }),
    )
  return {
    name: fields.name,
    acts,
    predictions: replies('predictions', predictions),
    answers: replies('answers', questions),
    line: frontMatter.lineOf(path),
  }
}

function allows(
  { act: name, most: _, ...fixed }: Readonly<Record<string, unknown>>,
  act: string,
  parameters: Readonly<Record<string, unknown>>,
): boolean {
  const isFixed = Object.entries(fixed).filter(([, value]) => value !== undefined)
  return name === act && isFixed.every(([key, value]) => JSON.stringify(parameters[key]) === JSON.stringify(value))
}

interface ReplyParts {
  readonly path: FieldPath
  readonly id: string
  readonly written: WrittenReply
  readonly asked: readonly Question[]
}

/** Undefined: it is wrong, which is reported. */
function replyOf(expressions: Expressions, { path, id, written, asked }: ReplyParts): SolutionReply | undefined {
  const question = asked.find((one) => one.id === id)
  if (question === undefined) {
    expressions.frontMatter.report(
      path,
      `Nothing is asked with the id "${id}" there. ${suggest(
        id,
        asked.map((one) => one.id),
      )}`,
    )
    return undefined
  }
  if (written === 'right') return { kind: 'right' }
  const reply =
    question.kind === 'event' && typeof written === 'string' ? firstEvent(expressions, path, written) : decodeReply(question, written)
  if (typeof reply !== 'string') return reply
  expressions.frontMatter.report(path, `"${id}" ${reply}, or "right" for what happens in the run.`)
  return undefined
}

function firstEvent(expressions: Expressions, path: FieldPath, written: string): SolutionReply {
  return { kind: 'first', event: expressions.trigger(path, written) }
}

/** A text is the end of a message: what it must be. */
function decodeReply(question: Question, written: WrittenReply): SolutionReply | string {
  switch (question.kind) {
    case 'order': {
      const ids = question.items.map((item) => item.id)
      const isAll = Array.isArray(written) && written.length === ids.length && ids.every((one) => written.includes(one))
      return isAll ? { kind: 'order', items: written.map(String) } : `must be a list with each of ${ids.join(', ')}`
    }
    case 'number': {
      const value =
        typeof written === 'number' ? written : question.unit === 'ms' && typeof written === 'string' ? durationOf(written) : undefined
      const isThere = value !== undefined && value >= question.from && value <= question.to
      return isThere ? { kind: 'number', value } : `must be a number from ${question.from} to ${question.to}`
    }
    case 'choice': {
      const ids = question.options.map((option) => option.id)
      return typeof written === 'string' && ids.includes(written) ? { kind: 'choice', option: written } : `must be one of ${ids.join(', ')}`
    }
    case 'gap':
      if (typeof written !== 'object' || Array.isArray(written)) return 'must have "from" and "length", which are times'
      return { kind: 'gap', fromMs: durationOf(written.from), durationMs: durationOf(written.length) }
    case 'blocks': {
      const isList = Array.isArray(written) && written.every((one) => typeof one === 'number' && one >= 0 && one < question.to)
      return isList ? { kind: 'blocks', blocks: written.map(Number) } : `must be a list of numbers from 0 to ${question.to - 1}`
    }
    case 'event':
      return 'must be a pattern of events, of which it is the first'
    case 'text':
      return typeof written === 'string' ? { kind: 'text', text: written } : 'must be text'
  }
}
