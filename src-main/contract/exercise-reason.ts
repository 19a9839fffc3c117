import * as v from 'valibot'
import type { ReasonKey } from './reason-sentences'

/**
 * Why a check of an exercise is false or unknown: which sentence says it, and what stands in it. Nobody keeps the sentence itself: the
 * window says it in its language, a terminal in English.
 */
export interface Reason {
  readonly key: ReasonKey
  readonly parts: Readonly<Record<string, ReasonPart>>
}

export type ReasonPart = string | number | ToldValue

/** A value of the language of checks, as far as people are told of it. */
export type ToldValue =
  | { readonly type: 'number'; readonly value: number }
  /** Known only to be within bounds, of which one may be missing. */
  | { readonly type: 'range'; readonly least: number; readonly most?: number | undefined }
  | { readonly type: 'range'; readonly least?: undefined; readonly most: number }
  | { readonly type: 'truth'; readonly value: boolean }
  /** In the words of the language of checks, such as a name or a place. */
  | { readonly type: 'word'; readonly word: string }
  | { readonly type: 'duration'; readonly ms: number }
  | { readonly type: 'list'; readonly items: readonly ToldValue[] }
  | { readonly type: 'ledger' | 'none' | 'unknown' }

/** What a part is: a text as it stands, a number, a moment in milliseconds on the trace clock, or a value. */
export type PartKind = 'text' | 'number' | 'time' | 'value'
type PartOf = { readonly text: string; readonly number: number; readonly time: number; readonly value: ToldValue }

/** Of each reason, what stands in its sentence. */
export const REASON_PARTS = {
  goesOn: {},
  tooManyLooks: { most: 'number' },
  checkFailed: { error: 'text' },
  noTruth: {},
  noEvent: {},
  notExact: {},
  nothingToAdd: {},
  is: { value: 'value' },
  isThere: { kind: 'text', at: 'time' },
  noneOf: { what: 'text' },
  notTrueOf: { kind: 'text', at: 'time' },
  noGap: { lun: 'number' },
  longestOnly: {},
  shorterLeftOut: {},
  noLunMeasured: {},
  lunNotMeasured: { lun: 'number' },
  causeMissing: { kind: 'text' },
  endsAfter: { ms: 'number', what: 'text' },
  noArgument: {},
  neverAnswered: { kind: 'text' },
  noCause: { kind: 'text' },
  rootMissing: { kind: 'text' },
  nobodyLooked: {},
  notSent: { id: 'text' },
  noDrive: { drive: 'number' },
  nobodyUp: {},
  noController: { id: 'text' },
  mirrorUntold: { controller: 'text' },
  noVolume: { name: 'text' },
  noOwner: { name: 'text' },
  nothingIsRight: {},
  byHand: {},
  noSuchEvent: { id: 'text' },
  noOption: {},
  noFunction: { name: 'text' },
  notAsked: { id: 'text' },
  notSaid: { id: 'text' },
  fieldUntold: { kind: 'text', field: 'text' },
  volumeUnknown: { kind: 'text' },
  eventHasNo: { kind: 'text', field: 'text' },
  hasNo: { field: 'text' },
  countedLater: {},
  notReadBack: { figure: 'text' },
  noName: { name: 'text' },
  unanswered: { id: 'text' },
  ranUnknown: { id: 'text' },
  answererUnknown: { id: 'text' },
  serverUnknown: { id: 'text' },
  requestHasNo: { field: 'text' },
  noChecker: {},
  nothingDone: {},
  tooManyMoments: { most: 'number' },
  damaged: {},
  leftOutUntold: {},
  eventsLost: { count: 'number' },
  notTraced: { count: 'number' },
  told: { text: 'text' },
} as const satisfies Readonly<Record<ReasonKey, Readonly<Record<string, PartKind>>>>

type Parts = typeof REASON_PARTS
export type PartsOf<K extends ReasonKey> = {
  readonly [P in keyof Parts[K]]: Parts[K][P] extends PartKind ? PartOf[Parts[K][P]] : never
}

/** A reason, with all that its sentence needs. */
export function because<K extends ReasonKey>(key: K, ...[parts]: keyof Parts[K] extends never ? [] : [PartsOf<K>]): Reason {
  return { key, parts: { ...parts } }
}

/** The parts of a reason, each with what it is. */
export function partsOf({ key, parts }: Reason): readonly { readonly name: string; readonly kind: PartKind; readonly part: ReasonPart }[] {
  return Object.entries(REASON_PARTS[key]).map(([name, kind]) => ({ name, kind, part: parts[name] ?? '' }))
}

const number = v.pipe(v.number(), v.finite())
const valueSchema: v.GenericSchema<ToldValue> = v.union([
  v.strictObject({ type: v.literal('number'), value: number }),
  v.strictObject({ type: v.literal('range'), least: number, most: v.optional(number) }),
  v.strictObject({ type: v.literal('range'), most: number }),
  v.strictObject({ type: v.literal('truth'), value: v.boolean() }),
  v.strictObject({ type: v.literal('word'), word: v.string() }),
  v.strictObject({ type: v.literal('duration'), ms: number }),
  v.strictObject({ type: v.literal('list'), items: v.array(v.lazy(() => valueSchema)) }),
  v.strictObject({ type: v.picklist(['ledger', 'none', 'unknown']) }),
])

const PART_SCHEMAS = {
  text: v.string(),
  number,
  time: number,
  value: valueSchema,
} as const satisfies Readonly<Record<PartKind, v.GenericSchema<ReasonPart>>>

const reasonKeys = Object.keys(REASON_PARTS) as readonly ReasonKey[]
const keptReason = v.pipe(
  v.strictObject({ key: v.picklist(reasonKeys), parts: v.record(v.string(), v.unknown()) }),
  v.check(({ key, parts }) => {
    const kinds: Readonly<Record<string, PartKind>> = REASON_PARTS[key]
    const names = Object.keys(kinds)
    return Object.keys(parts).length === names.length && names.every((name) => v.is(PART_SCHEMAS[kinds[name] ?? 'text'], parts[name]))
  }, 'must be a reason with all its parts'),
  v.transform((reason) => reason as Reason),
)

/** As it is kept in a file. Before reasons had keys, files had the English sentence: it stays what it is. */
export const reasonSchema = v.union([
  v.pipe(
    v.string(),
    v.transform((text) => because('told', { text })),
  ),
  keptReason,
])
