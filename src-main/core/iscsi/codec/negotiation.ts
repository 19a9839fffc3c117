import { assert } from '../../../base/assert'
import {
  DECLARED_KEYS,
  isDeclaredKey,
  isNegotiatedKey,
  NEGOTIATED_KEYS,
  OBSOLETE_KEY_ANSWERS,
  type DeclaredKey,
  type KeyRule,
  type NegotiatedKey,
  type NegotiatedParameters,
  type ParameterWishes,
} from './key-rules'
import type { TextKey } from './text-keys'

/** Negotiation of text keys (RFC 7143 §6.2), for the side that answers and for the side that offered. */

type Value = number | boolean | string
type Wish = number | boolean | readonly string[]

export interface NegotiationContext {
  /** Who sent the key. */
  readonly sender: 'initiator' | 'target'
  readonly discovery: boolean
}

export type KeyAnswer =
  /** Agreed: send `answer` back. */
  | { readonly kind: 'agreed'; readonly key: NegotiatedKey; readonly value: Value; readonly answer: string }
  /** Declared: nothing to send back. `number` is set if the value is one. */
  | { readonly kind: 'declared'; readonly key: DeclaredKey; readonly value: string; readonly number?: number }
  /** Nothing changes: send `answer` back, which is NotUnderstood, Irrelevant, Reject, or fixed for an obsolete key. */
  | { readonly kind: 'refused'; readonly key: string; readonly answer: string }

/** The answer to one key that the other side sent. */
export function answerKey(offer: TextKey, wishes: ParameterWishes, context: NegotiationContext): KeyAnswer {
  const { key, value } = offer
  if (isNegotiatedKey(key)) return answerNegotiated(key, value, wishes, context)
  if (isDeclaredKey(key)) return takeDeclaration(key, value, context)
  return { kind: 'refused', key, answer: OBSOLETE_KEY_ANSWERS.get(key) ?? 'NotUnderstood' }
}

function answerNegotiated(key: NegotiatedKey, offered: string, wishes: ParameterWishes, context: NegotiationContext): KeyAnswer {
  const rule = NEGOTIATED_KEYS[key]
  if (context.discovery && rule.irrelevantInDiscovery) return { kind: 'refused', key, answer: 'Irrelevant' }
  const value = combine(rule, offered, wishes[key])
  if (value === undefined) return { kind: 'refused', key, answer: 'Reject' }
  return { kind: 'agreed', key, value, answer: valueText(value) }
}

function combine(rule: KeyRule, offered: string, wish: Wish): Value | undefined {
  if (rule.kind === 'list') {
    assert(typeof wish === 'object', 'a wish for a list is a list')
    return offered.split(',').find((choice) => wish.includes(choice))
  }
  const value = parseValue(rule, offered)
  if (rule.kind === 'boolean') {
    assert(typeof wish === 'boolean', 'a wish for a boolean is a boolean')
    if (typeof value !== 'boolean') return undefined
    return rule.combine === 'and' ? value && wish : value || wish
  }
  assert(typeof wish === 'number', 'a wish for a number is a number')
  if (typeof value !== 'number') return undefined
  return rule.combine === 'minimum' ? Math.min(value, wish) : Math.max(value, wish)
}

function parseValue(rule: KeyRule, text: string): Value | undefined {
  return rule.kind === 'list' ? text : rule.kind === 'boolean' ? parseBoolean(text) : parseNumber(text, rule)
}

function takeDeclaration(key: DeclaredKey, value: string, context: NegotiationContext): KeyAnswer {
  const declarer = DECLARED_KEYS[key]
  const rejected = { kind: 'refused', key, answer: 'Reject' } as const
  if (declarer !== 'both' && declarer !== context.sender) return rejected
  if (key === 'MaxRecvDataSegmentLength') {
    const number = parseNumber(value, { lowest: 512, highest: 0xff_ffff })
    return number === undefined ? rejected : { kind: 'declared', key, value, number }
  }
  if (key === 'TargetPortalGroupTag') {
    const number = parseNumber(value, { lowest: 0, highest: 65_535 })
    return number === undefined ? rejected : { kind: 'declared', key, value, number }
  }
  if (key === 'SessionType' && value !== 'Normal' && value !== 'Discovery') return rejected
  if ((key === 'InitiatorName' || key === 'TargetName') && !isIscsiName(value)) return rejected
  return { kind: 'declared', key, value }
}

/** The text that offers a wish. */
export function offerKey<K extends NegotiatedKey>(key: K, wish: ParameterWishes[K]): TextKey {
  return { key, value: typeof wish === 'object' ? wish.join(',') : valueText(wish) }
}

export type KeySettlement =
  | { readonly kind: 'agreed'; readonly key: NegotiatedKey; readonly value: Value }
  /** The other side does not know or need the key, so its default remains. */
  | { readonly kind: 'default'; readonly key: NegotiatedKey }
  | { readonly kind: 'failed'; readonly key: NegotiatedKey; readonly answer: string }

/** What the answer to our offer means. An answer outside of what was offered ends the negotiation (§6.2). */
export function settleKey(key: NegotiatedKey, answer: string, wishes: ParameterWishes): KeySettlement {
  if (answer === 'NotUnderstood' || answer === 'Irrelevant') return { kind: 'default', key }
  const rule = NEGOTIATED_KEYS[key]
  const value = parseValue(rule, answer)
  // An agreed value does not change if it is combined with our wish again.
  if (value === undefined || combine(rule, answer, wishes[key]) !== value) return { kind: 'failed', key, answer }
  return { kind: 'agreed', key, value }
}

export function applyAgreement(parameters: NegotiatedParameters, key: NegotiatedKey, value: Value): void {
  Object.assign(parameters, { [key]: value })
}

function parseBoolean(text: string): boolean | undefined {
  return text === 'Yes' ? true : text === 'No' ? false : undefined
}

/** Decimal or hexadecimal (§6.1), within bounds. */
export function parseNumber(text: string, bounds: { readonly lowest: number; readonly highest: number }): number | undefined {
  if (!/^(?:\d{1,10}|0[xX][0-9a-fA-F]{1,8})$/.test(text)) return undefined
  const value = Number(text)
  return value >= bounds.lowest && value <= bounds.highest ? value : undefined
}

/** An iqn, eui or naa name of at most 223 bytes, of printable ASCII without what no name may have and JSON escapes (§4.2.7). */
export function isIscsiName(name: string): boolean {
  return (
    name.length <= 223 &&
    (/^iqn\.\d{4}-\d{2}\.[!#-+\--[\]-~]+$/.test(name) ||
      /^eui\.[0-9A-Fa-f]{16}$/.test(name) ||
      /^naa\.[0-9A-Fa-f]{16}(?:[0-9A-Fa-f]{16})?$/.test(name))
  )
}

function valueText(value: Value): string {
  return typeof value === 'boolean' ? (value ? 'Yes' : 'No') : String(value)
}
