import { partsOf, type PartKind, type Reason, type ReasonPart, type ToldValue } from './exercise-reason'
import type { ReasonKey, ValueWord } from './reason-sentences'

type Parts = Readonly<Record<string, string>>

/** How a language tells reasons. */
export interface ReasonTeller {
  readonly sentence: (key: ReasonKey, parts: Parts) => string
  readonly word: (word: ValueWord, parts: Parts) => string
  /** With up to three decimals: a check that is false by less would seem to be true. */
  readonly number: (value: number) => string
  /** A moment on the trace clock. */
  readonly time: (ms: number) => string
}

/** A reason as people read it: the end of a sentence that begins with "because". */
export function toldReason(teller: ReasonTeller, reason: Reason): string {
  const parts = partsOf(reason).map(({ name, kind, part }) => [name, partText(teller, kind, part)] as const)
  return teller.sentence(reason.key, Object.fromEntries(parts))
}

function partText(teller: ReasonTeller, kind: PartKind, part: ReasonPart): string {
  if (typeof part === 'object') return valueText(teller, part)
  if (typeof part === 'string') return part
  return kind === 'time' ? teller.time(part) : teller.number(part)
}

function valueText(teller: ReasonTeller, value: ToldValue): string {
  const { word, number } = teller
  switch (value.type) {
    case 'number':
      return number(value.value)
    case 'range': {
      if (value.least === undefined) return word('atMost', { most: number(value.most) })
      const least = number(value.least)
      return value.most === undefined ? word('atLeast', { least }) : word('range', { least, most: number(value.most) })
    }
    case 'truth':
      return word(value.value ? 'yes' : 'no', {})
    case 'word':
      return value.word
    case 'duration':
      return word('duration', { ms: number(value.ms) })
    case 'list':
      return `[${value.items.map((item) => valueText(teller, item)).join(', ')}]`
    case 'ledger':
    case 'none':
    case 'unknown':
      return word(value.type, {})
  }
}
