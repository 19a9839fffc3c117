import type { Reason } from '../../../src-main/contract/exercise-reason'
import { toldReason } from '../../../src-main/contract/reason-told'
import { formatFineTime, formatThousandths } from '../../i18n/format'

type Say = (key: string, parts: Readonly<Record<string, string>>) => string

/** A reason in the language of the window: the end of a sentence. */
export function reasonText(t: Say, reason: Reason): string {
  return toldReason(
    {
      sentence: (key, parts) => t(`reason.because.${key}`, parts),
      word: (word, parts) => t(`reason.value.${word}`, parts),
      number: formatThousandths,
      time: formatFineTime,
    },
    reason,
  )
}
