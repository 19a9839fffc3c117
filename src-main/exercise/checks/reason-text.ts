import { partsOf, type PartKind, type Reason, type ReasonPart, type ToldValue } from '../../contract/exercise-reason'
import { REASON_SENTENCES, VALUE_WORDS, type ValueWord } from '../../contract/reason-sentences'

const PLACES = 3

/** A reason in English, for a terminal: the end of a sentence that begins with "because". */
export function reasonText(reason: Reason): string {
  const parts = partsOf(reason).map(({ name, kind, part }) => [name, partText(kind, part)] as const)
  return filled(REASON_SENTENCES[reason.key], Object.fromEntries(parts))
}

function partText(kind: PartKind, part: ReasonPart): string {
  if (typeof part === 'object') return valueText(part)
  if (typeof part === 'string') return part
  return kind === 'time' ? `${numberText(part)} ms` : numberText(part)
}

function valueText(value: ToldValue): string {
  switch (value.type) {
    case 'number':
      return numberText(value.value)
    case 'range': {
      if (value.least === undefined) return words('atMost', { most: numberText(value.most) })
      const least = numberText(value.least)
      return value.most === undefined ? words('atLeast', { least }) : words('range', { least, most: numberText(value.most) })
    }
    case 'truth':
      return words(value.value ? 'yes' : 'no')
    case 'word':
      return value.word
    case 'duration':
      return words('duration', { ms: numberText(value.ms) })
    case 'list':
      return `[${value.items.map(valueText).join(', ')}]`
    case 'ledger':
    case 'none':
    case 'unknown':
      return words(value.type)
  }
}

function words(word: ValueWord, parts: Readonly<Record<string, string>> = {}): string {
  return filled(VALUE_WORDS[word], parts)
}

function filled(sentence: string, parts: Readonly<Record<string, string>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '')
}

function numberText(number: number): string {
  return String(Number(number.toFixed(PLACES)))
}
