import type { Reason } from '../../contract/exercise-reason'
import { REASON_SENTENCES, VALUE_WORDS } from '../../contract/reason-sentences'
import { toldReason } from '../../contract/reason-told'

const PLACES = 3

/** A reason in English, for a terminal: the end of a sentence that begins with "because". Its times count from `fromMs` on. */
export function reasonText(reason: Reason, fromMs = 0): string {
  return toldReason(
    {
      sentence: (key, parts) => filled(REASON_SENTENCES[key], parts),
      word: (word, parts) => filled(VALUE_WORDS[word], parts),
      number: numberText,
      time: (ms) => `${numberText(ms - fromMs)} ms`,
    },
    reason,
  )
}

function filled(sentence: string, parts: Readonly<Record<string, string>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '')
}

function numberText(number: number): string {
  return String(Number(number.toFixed(PLACES)))
}
