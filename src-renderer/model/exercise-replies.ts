import type { SheetQuestion } from '../../src-main/contract/exercise-desk'
import type { Reply } from '../../src-main/contract/exercise-reply'

export type Replies = Readonly<Record<string, Reply>>

/** What a form shows before its learner has touched it. Undefined: nothing yet. Orders stand by the alphabet, which says nothing. */
export function firstReply(question: SheetQuestion): Reply | undefined {
  if (question.kind === 'order') {
    const items = question.items.toSorted((left, right) => left.text.localeCompare(right.text)).map(({ id }) => id)
    return { kind: 'order', items }
  }
  return question.kind === 'text' ? { kind: 'text', text: '' } : undefined
}

/** Ids of the questions that have no reply yet. Nobody can name an event that did not happen, so that may stay open. */
export function unanswered(questions: readonly SheetQuestion[], replies: Replies): readonly string[] {
  return questions.filter(({ id, kind }) => kind !== 'event' && replies[id] === undefined).map(({ id }) => id)
}

/** Moves an item of an order by places. */
export function moved(items: readonly string[], index: number, by: number): string[] {
  const to = index + by
  const item = items[index]
  if (item === undefined || to < 0 || to >= items.length) return [...items]
  return items.toSpliced(index, 1).toSpliced(to, 0, item)
}

/** Numbers in a text such as "3, 7-9": undefined if there is anything else, or one that is too large. */
export function numbersIn(text: string, to: number): readonly number[] | undefined {
  const numbers = new Set<number>()
  for (const part of text.split(/[\s,;]+/).filter((one) => one !== '')) {
    const [, from, until] = /^(\d{1,9})(?:[-–](\d{1,9}))?$/.exec(part) ?? []
    if (from === undefined) return undefined
    const last = Number(until ?? from)
    if (last > to || last < Number(from)) return undefined
    for (let number = Number(from); number <= last; number++) numbers.add(number)
  }
  return [...numbers].toSorted((a, b) => a - b)
}
