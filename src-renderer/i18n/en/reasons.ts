import { REASON_SENTENCES, VALUE_WORDS, type ReasonKey, type ValueWord } from '../../../src-main/contract/reason-sentences'

interface Reasons {
  readonly reason: {
    readonly because: Readonly<Record<ReasonKey, string>>
    readonly value: Readonly<Record<ValueWord, string>>
  }
}

/** Why a check is false or unknown: the same sentences as in a terminal. */
export const reasons: Reasons = { reason: { because: REASON_SENTENCES, value: VALUE_WORDS } }
