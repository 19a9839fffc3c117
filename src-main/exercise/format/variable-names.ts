import type { Question } from '../checks/question'
import type { Exercise } from './exercise'
import { FrontMatter } from './front-matter'
import { fillText, type Variables } from './variables'

/** The questions of a file as they are written, of which only these are looked at. */
interface WrittenQuestion {
  readonly text?: unknown
  readonly items?: readonly { readonly text?: unknown }[]
  readonly options?: readonly { readonly text?: unknown }[]
}

/**
 * An exercise for all its learners: where a text has a value that is drawn for each, it has the name of that instead. `text`: of the file
 * that it was read from.
 */
export function withVariableNames(exercise: Exercise, text: string): Exercise {
  const variables: Variables = Object.fromEntries(Object.keys(exercise.variables).map((name) => [name, `‹${name}›`]))
  const { document } = new FrontMatter('', text)
  const { predictions = [] } = (document.toJS({ maxAliasCount: 20 }) ?? {}) as { readonly predictions?: readonly WrittenQuestion[] }
  const named = (written: unknown, usual: string): string =>
    typeof written === 'string' ? fillText(written.trim(), variables, () => undefined) : usual
  const question = (one: Question, index: number): Question => {
    const written = predictions[index]
    const all = { ...one, text: named(written?.text, one.text) }
    if (all.kind === 'order')
      return { ...all, items: all.items.map((item, place) => ({ ...item, text: named(written?.items?.[place]?.text, item.text) })) }
    if (all.kind !== 'choice') return all
    return { ...all, options: all.options.map((item, place) => ({ ...item, text: named(written?.options?.[place]?.text, item.text) })) }
  }
  return { ...exercise, variables, predictions: exercise.predictions.map(question) }
}
