import { BLOCKS, CONTROLLER, DURATION, EVENT, listOf, NUMBER, oneOf, PLACE, TEXT, TRUTH, type Type } from './types'

/**
 * What a function takes: a value of a type, a pattern, `each` (an expression about each event of the pattern before it), `any` value, or
 * the name of a question, in quotes.
 */
export type Parameter = Type | { readonly type: 'pattern' | 'each' | 'any' | 'question' }

/** `like`: of the type of that argument. `question`: of the kind of that question. */
export type ResultType = Type | { readonly type: 'like'; readonly argument: number } | { readonly type: 'question' }

export interface Signature {
  readonly parameters: readonly Parameter[]
  /** So many of the last parameters may be left out. */
  readonly optional?: number
  /** The last parameter may be there several times. */
  readonly repeats?: boolean
  readonly result: ResultType
}

const LUN: Type = { type: 'lun' }
const REQUEST: Type = { type: 'request' }
const PATTERN: Parameter = { type: 'pattern' }
const EACH: Parameter = { type: 'each' }
const QUESTION: Parameter = { type: 'question' }

export const SIGNATURES = {
  // Events
  count: { parameters: [PATTERN], result: NUMBER },
  max: { parameters: [PATTERN, EACH], result: { type: 'like', argument: 1 } },
  min: { parameters: [PATTERN, EACH], result: { type: 'like', argument: 1 } },
  sum: { parameters: [PATTERN, EACH], result: { type: 'like', argument: 1 } },
  'in-order': { parameters: [PATTERN, PATTERN], repeats: true, result: TRUTH },
  'blocks-of': { parameters: [PATTERN], result: listOf(NUMBER) },
  'cause-of': { parameters: [EVENT], result: EVENT },
  'root-of': { parameters: [EVENT], result: EVENT },
  'end-of': { parameters: [EVENT], result: EVENT },
  'time-between': { parameters: [EVENT, EVENT], result: DURATION },
  at: { parameters: [EVENT, { type: 'any' }], result: { type: 'like', argument: 1 } },
  // Hosts
  gap: { parameters: [LUN], optional: 1, result: DURATION },
  unanswered: { parameters: [LUN], optional: 1, result: DURATION },
  'longest-gap': { parameters: [LUN], result: { type: 'gap' } },
  // The pair
  'owner-of': { parameters: [TEXT], result: CONTROLLER },
  'volume-exists': { parameters: [TEXT], result: TRUTH },
  'drives-of': { parameters: [TEXT], result: listOf(PLACE) },
  'drive-state': { parameters: [NUMBER], result: oneOf('online', 'failed', 'rebuilding') },
  'state-of': { parameters: [CONTROLLER], result: oneOf('starting', 'running', 'hung', 'resetting', 'down') },
  'mirror-of': { parameters: [CONTROLLER], result: oneOf('in-step', 'resyncing', 'away', 'off') },
  'served-by': { parameters: [CONTROLLER], result: CONTROLLER },
  request: { parameters: [TEXT], result: REQUEST },
  // The learner
  prediction: { parameters: [QUESTION], result: { type: 'question' } },
  answer: { parameters: [QUESTION], result: { type: 'question' } },
  actual: { parameters: [QUESTION], result: { type: 'question' } },
  right: { parameters: [QUESTION], result: TRUTH },
} as const satisfies Readonly<Record<string, Signature>>
export type FunctionName = keyof typeof SIGNATURES

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(SIGNATURES, name)
}

/** Names that mean how the pair stands, at the end of the window. */
export const GLOBALS: Readonly<Record<string, Type>> = {
  ledger: { type: 'ledger' },
  'service-owner': CONTROLLER,
  'cache-policy': oneOf('write-through', 'write-back-unmirrored'),
  'dispatch-scheme': oneOf('serve-locally', 'forward-to-owner', 'transfer-ownership', 'primary-only'),
  interconnect: oneOf('up', 'cut'),
  generation: NUMBER,
  'automatic-giveback': TRUTH,
}

export const GAP_FIELDS: Readonly<Record<string, Type>> = { start: DURATION, length: DURATION }
/** The type of quantities of a question. */
export const UNIT_TYPES = { count: NUMBER, ms: DURATION, blocks: BLOCKS } as const
