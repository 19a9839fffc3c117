import type { Reason } from '../../contract/exercise-reason'
import { REASON_SENTENCES, VALUE_WORDS } from '../../contract/reason-sentences'
import { toldReason } from '../../contract/reason-told'

const PLACES = 3
const SENTENCES = new Map<string, string>([
  ...Object.entries(REASON_SENTENCES).map(([key, sentence]) => [`because.${key}`, sentence] as const),
  ...Object.entries(VALUE_WORDS).map(([word, text]) => [`value.${word}`, text] as const),
])

/** A reason in English, for a terminal: the end of a sentence that begins with "because". Its times count from `fromMs` on. */
export function reasonText(reason: Reason, fromMs = 0): string {
  const words = (key: string, parts: Readonly<Record<string, string>>): string => filled(SENTENCES.get(key) ?? key, parts)
  return toldReason({ words, number: numberText, time: (ms) => `${numberText(ms - fromMs)} ms` }, reason)
}

function filled(sentence: string, parts: Readonly<Record<string, string>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '')
}

function numberText(number: number): string {
  return String(Number(number.toFixed(PLACES)))
}
