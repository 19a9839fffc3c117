import type { ExerciseSheet, OpenParameter, SheetAct, SheetQuestion } from '../../contract/exercise-desk'
import type { Language } from '../../contract/language'
import { LIMITS } from '../../contract/limits'
import type { Exercise, AllowedAct } from '../format/exercise'
import { ACTS } from '../format/acts'

/** An exercise as its learner sees it: nothing of what is right, and of hints only those that he took. */
export function sheetOf(
  {
    exercise,
    language,
    pictures,
  }: { readonly exercise: Exercise; readonly language: Language; readonly pictures: ExerciseSheet['pictures'] },
  hintsTaken: readonly string[],
): ExerciseSheet {
  const { id, title, level, minutes, outcomes, introduction, world } = exercise
  return {
    ...{ id, language, title, level, minutes, outcomes, introduction, pictures },
    steps: exercise.steps.map(({ title: heading, text }) => ({ title: heading, text })),
    predictions: exercise.predictions.map(questionOf),
    questions: exercise.questions.map(questionOf),
    allowed: exercise.allowed.map((one) => sheetActOf(one, exercise)),
    hints: exercise.checks.flatMap(({ id: check, hint, hintCost }) =>
      hint === undefined ? [] : [{ check, cost: hintCost, text: hintsTaken.includes(check) ? hint : undefined }],
    ),
    kind: world.kind,
    durationMs: world.durationMs,
    firmware: world.kind === 'simulated' ? world.firmware : undefined,
  }
}

/** Without what is right. */
export function questionOf(question: Exercise['predictions'][number]): SheetQuestion {
  const { id, text } = question
  switch (question.kind) {
    case 'order':
      return { id, text, kind: question.kind, items: question.items.map(choiceOf) }
    case 'choice':
      return { id, text, kind: question.kind, options: question.options.map(choiceOf) }
    case 'number':
      return { id, text, kind: question.kind, unit: question.unit, from: question.from, to: question.to }
    case 'gap':
      return { id, text, kind: question.kind, lun: question.lun }
    case 'blocks':
      return { id, text, kind: question.kind, of: question.of, to: question.to }
    case 'event':
    case 'text':
      return { id, text, kind: question.kind }
  }
}

function choiceOf({ id, text }: { readonly id: string; readonly text: string }): { readonly id: string; readonly text: string } {
  return { id, text }
}

export function sheetActOf({ act, parameters, most }: AllowedAct, { world }: Pick<Exercise, 'world'>): SheetAct {
  const entries: Readonly<Record<string, unknown>> = ACTS[act].entries
  const open = Object.entries(entries)
    .filter(([name]) => !(name in parameters))
    .flatMap(([name, schema]) => openParameter(name, schema, world) ?? [])
  return { act, parameters, open, most }
}

/**
 * What a valibot schema of a parameter allows, as far as a form can ask for it. Undefined: it can be left out, and is, or it is the id or
 * the name of a service request, for which the window has a field of its own.
 */
function openParameter(name: string, schema: unknown, world: Exercise['world']): OpenParameter | undefined {
  const { type, options, pipe } = schema as SchemaShape
  if (type === 'optional' || type === 'string') return undefined
  if (options !== undefined) return { name, kind: 'choice', options: options.map(String) }
  const bound = (kind: string): number | undefined => pipe?.find((part) => part.type === kind)?.requirement
  const drives = world.kind === 'simulated' ? world.drives : LIMITS.drives
  const most = name === 'drive' ? drives - 1 : name === 'lun' ? world.volumes.length - 1 : bound('max_value')
  return { name, kind: 'number', from: bound('min_value') ?? 0, to: most ?? Number.MAX_SAFE_INTEGER }
}

/** The parts of a schema that are looked at. */
interface SchemaShape {
  readonly type: string
  readonly options?: readonly unknown[]
  readonly pipe?: readonly { readonly type: string; readonly requirement?: number }[]
}
