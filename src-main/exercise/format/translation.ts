import { failure, ok, type Result } from '../../base/result'
import { suggest } from '../checks/nearest'
import type { Question } from '../checks/question'
import type { Exercise } from './exercise'
import { FrontMatter, type FieldPath, type FileProblem } from './front-matter'
import { decodeBody } from './steps'
import { fillProse } from './variables'

/** Texts by their places: those of lists of things with ids by the id, others by their number from 0 on. */
export type Texts = { readonly [field: string]: string | Texts }

/** All that a translation says, and nothing else: what the fields of `exercise.de.md` have to be. The steps are its body. */
export function textsOf({ title, outcomes, predictions, questions, checks }: Exercise): Texts {
  return {
    title,
    outcomes: Object.fromEntries(outcomes.map((outcome, index) => [String(index), outcome])),
    ...(predictions.length === 0 ? {} : { predictions: byId(predictions, textsOfQuestion) }),
    ...(questions.length === 0 ? {} : { questions: byId(questions, textsOfQuestion) }),
    checks: byId(checks, ({ message, hint }): Texts => ({ message, ...(hint === undefined ? {} : { hint }) })),
  }
}

function textsOfQuestion(question: Question): Texts {
  const { text } = question
  if (question.kind === 'order') return { text, items: byId(question.items, (item) => item.text) }
  return question.kind === 'choice' ? { text, options: byId(question.options, (option) => option.text) } : { text }
}

function byId<T extends { readonly id: string }>(all: readonly T[], textOf: (one: T) => string | Texts): Texts {
  return Object.fromEntries(all.map((one) => [one.id, textOf(one)]))
}

export interface TranslationFile {
  readonly file: string
  readonly text: string
  /** For the learner whose variables it has. */
  readonly exercise: Exercise
  readonly hasPicture: (name: string) => boolean
}

/** An exercise in another language. Each text has to be there, and nothing but texts. */
export function decodeTranslation({ file, text, exercise, hasPicture }: TranslationFile): Result<Exercise, readonly FileProblem[]> {
  const fields = new FrontMatter(file, text)
  if (fields.problems.length > 0) return failure(fields.problems)
  const said = compareTexts(fields, [], {
    expected: textsOf(exercise),
    given: fields.document.toJS({ maxAliasCount: 0 }) as unknown,
    fill: (one) => fillProse(one, exercise.variables, () => undefined),
  })
  const { introduction, steps } = decodeBody(
    fields,
    fillProse(fields.body, exercise.variables, () => undefined),
    hasPicture,
  )
  if (steps.length > 0 && steps.length !== exercise.steps.length)
    fields.problems.push({
      file,
      line: steps.at(-1)?.line ?? fields.bodyLine,
      message: `There are ${steps.length} steps here, and ${exercise.steps.length} in the exercise: translate each, in the same order.`,
    })
  return fields.problems.length > 0 ? failure(fields.problems) : ok({ ...withTexts(exercise, said), introduction, steps })
}

interface Compared {
  readonly expected: Texts
  readonly given: unknown
  readonly fill: (text: string) => string
}

/** What is given, as far as it is expected. The rest is reported. */
function compareTexts(fields: FrontMatter, path: FieldPath, { expected, given, fill }: Compared): Texts {
  const known = typeof given === 'object' && given !== null ? (given as Readonly<Record<string, unknown>>) : {}
  for (const name of Object.keys(known))
    if (!Object.hasOwn(expected, name))
      fields.report(
        [...path, keyOf(given, name)],
        `"${name}" is not translated here: the exercise has no such text. ${suggest(name, Object.keys(expected))}`,
      )
  const texts: Record<string, string | Texts> = {}
  for (const [name, wanted] of Object.entries(expected)) {
    const value = Object.hasOwn(known, name) ? known[name] : undefined
    const place = [...path, keyOf(given, name)]
    if (value === undefined || value === null)
      fields.report(place, `"${[...path, name].join('.')}" is missing: translate "${tellExpected(wanted)}".`)
    else if (typeof wanted !== 'string') texts[name] = compareTexts(fields, place, { expected: wanted, given: value, fill })
    else if (typeof value !== 'string' || value.trim() === '') fields.report(place, `"${name}" must be text.`)
    else texts[name] = fill(value.trim())
  }
  return texts
}

function keyOf(given: unknown, name: string): string | number {
  return Array.isArray(given) ? Number(name) : name
}

const SHOWN = 60

function tellExpected(expected: string | Texts): string {
  if (typeof expected !== 'string') return Object.keys(expected).join(', ')
  return expected.length > SHOWN ? `${expected.slice(0, SHOWN)}…` : expected
}

function withTexts(exercise: Exercise, texts: Texts): Exercise {
  const at = (...path: readonly string[]): string => {
    let value: string | Texts | undefined = texts
    for (const name of path) value = typeof value === 'object' && Object.hasOwn(value, name) ? value[name] : undefined
    return typeof value === 'string' ? value : ''
  }
  const question =
    (list: string) =>
    (one: Question): Question => {
      const text = at(list, one.id, 'text')
      if (one.kind === 'order')
        return { ...one, text, items: one.items.map((item) => ({ ...item, text: at(list, one.id, 'items', item.id) })) }
      if (one.kind === 'choice')
        return { ...one, text, options: one.options.map((option) => ({ ...option, text: at(list, one.id, 'options', option.id) })) }
      return { ...one, text }
    }
  return {
    ...exercise,
    title: at('title'),
    outcomes: exercise.outcomes.map((_, index) => at('outcomes', String(index))),
    predictions: exercise.predictions.map(question('predictions')),
    questions: exercise.questions.map(question('questions')),
    checks: exercise.checks.map((check) => ({
      ...check,
      message: at('checks', check.id, 'message'),
      hint: check.hint === undefined ? undefined : at('checks', check.id, 'hint'),
    })),
  }
}
