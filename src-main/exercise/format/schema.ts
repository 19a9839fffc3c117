import * as v from 'valibot'
import { CACHE_POLICIES } from '../../contract/array-state'
import { nameSchema, RAID_LEVELS } from '../../contract/configuration'
import { controllerIdSchema } from '../../contract/controller-id'
import { LIMITS } from '../../contract/limits'
import { dispatchSchemeSchema } from '../../contract/service-request'
import { NUMBER_UNITS } from '../checks/question'
import { ACT_NAMES, ACTS } from './acts'
import { EXERCISE_FORMAT, LEVELS } from './exercise'
import { variablesSchema } from './variables'

export const textSchema = v.pipe(
  v.string('must be text'),
  v.trim(),
  v.minLength(1, 'must not be empty'),
  v.maxLength(LIMITS.exerciseTextLength, `must have at most ${LIMITS.exerciseTextLength} characters`),
)
export const idSchema = v.pipe(
  v.string('must be text'),
  v.regex(/^[a-z][a-z0-9-]{0,47}$/, 'must be a name in small letters, digits and dashes'),
)
const [text, id] = [textSchema, idSchema]
const count = v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be negative'))
export const from = (min: number, max: number) =>
  v.pipe(count, v.minValue(min, `must be at least ${min}`), v.maxValue(max, `must be at most ${max}`))
export const listOf = <S extends v.GenericSchema>(item: S, most: number = LIMITS.exerciseEntries) =>
  v.pipe(v.array(item, 'must be a list: begin each item with a dash'), v.maxLength(most, `must have at most ${most} items`))

const DURATION = /^(\d{1,7}(?:\.\d{1,3})?) ?(ms|s|min)$/
const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000 }

/** Milliseconds, from `500 ms`, `2 s`, `1 min`, or a number of milliseconds. */
export function durationOf(written: string | number): number {
  if (typeof written === 'number') return written
  const [, number = '0', unit = 'ms'] = DURATION.exec(written) ?? []
  return Number(number) * (UNIT_MS[unit] ?? 1)
}

const durationMessage = 'must be a time such as 500 ms, 2 s or 1 min'
export const durationSchema = v.union(
  [
    v.pipe(
      v.number(),
      v.minValue(0, 'must not be negative'),
      v.maxValue(LIMITS.exerciseRunMs, `must be at most ${LIMITS.exerciseRunMs} ms`),
    ),
    v.pipe(v.string(), v.regex(DURATION, durationMessage)),
  ],
  durationMessage,
)

const load = {
  'read-share': v.optional(v.pipe(v.number('must be a number'), v.minValue(0), v.maxValue(1, 'must be at most 1')), 0.5),
  blocks: v.optional(from(1, 256), 8),
  'region-blocks': v.optional(from(256, 1_048_576), 2048),
  luns: v.optional(v.union([v.literal('all'), listOf(from(0, LIMITS.luns - 1))], 'must be "all" or a list of LUNs'), 'all'),
} as const
const policyEntries = {
  'cache-policy': v.optional(v.picklist(CACHE_POLICIES, `must be one of ${CACHE_POLICIES.join(', ')}`)),
  'dispatch-scheme': v.optional(dispatchSchemeSchema),
  'automatic-giveback': v.optional(v.boolean('must be true or false')),
  'ownership-by-load': v.optional(v.boolean('must be true or false')),
}

export const simulatedSchema = v.strictObject({
  kind: v.literal('simulated', 'must be "simulated"'),
  duration: durationSchema,
  drives: v.optional(from(1, LIMITS.drives), 4),
  volumes: v.optional(
    v.pipe(
      listOf(
        v.strictObject({
          name: nameSchema,
          mebibytes: v.optional(from(1, 256), 4),
          level: v.optional(v.picklist(RAID_LEVELS, `must be one of ${RAID_LEVELS.join(', ')}`), 'raid1'),
          owner: v.optional(controllerIdSchema, 'a'),
        }),
        LIMITS.exerciseVolumes,
      ),
      v.minLength(1, 'must have at least one volume'),
    ),
    [{ name: 'alpha' }, { name: 'bravo', owner: 'b' }],
  ),
  policies: v.optional(
    v.strictObject({
      'cache-policy': v.optional(v.picklist(CACHE_POLICIES, `must be one of ${CACHE_POLICIES.join(', ')}`), 'write-through'),
      'dispatch-scheme': v.optional(dispatchSchemeSchema, 'forward-to-owner'),
      'automatic-giveback': v.optional(v.boolean('must be true or false'), false),
      'ownership-by-load': v.optional(v.boolean('must be true or false'), false),
    }),
    {},
  ),
  timers: v.optional(
    v.strictObject({
      heartbeat: v.optional(durationSchema, 100),
      'suspect-after-beats': v.optional(from(1, 100), 5),
      'fence-after-beats': v.optional(from(1, 100), 8),
    }),
    {},
  ),
  firmware: v.optional(id),
  workload: v.optional(v.strictObject({ 'requests-per-second': v.optional(from(1, LIMITS.workloadRequestsPerSecond), 200), ...load })),
})

const volumeNamesSchema = v.optional(v.pipe(listOf(nameSchema, LIMITS.exerciseVolumes), v.minLength(1, 'must have at least one volume')), [
  'alpha',
  'bravo',
])
/** Only what a lab that runs can be asked for. */
const liveSchema = v.strictObject({
  kind: v.literal('live'),
  duration: durationSchema,
  volumes: volumeNamesSchema,
  policies: v.optional(v.strictObject(policyEntries), {}),
  workload: v.optional(
    v.strictObject({ 'requests-per-second': v.optional(from(1, LIMITS.liveExerciseRequestsPerSecond), 20), ...load }),
    {},
  ),
})
const recordedSchema = v.strictObject({
  kind: v.literal('recording'),
  file: v.pipe(
    v.string('must be text'),
    v.regex(/^[a-z0-9][a-z0-9-]{0,47}\.ndjson$/, 'must be the name of a recording beside this file, such as outage.ndjson'),
  ),
  duration: durationSchema,
  volumes: volumeNamesSchema,
})
const worldSchema = v.variant('kind', [simulatedSchema, liveSchema, recordedSchema], 'must be "simulated", "live" or "recording"')

const whenEntries = {
  at: v.optional(durationSchema),
  on: v.optional(text),
  nth: v.optional(from(1, 1000)),
  plus: v.optional(durationSchema),
}

/** An act as it is written: its parameters beside it. */
export type ActFields = Readonly<Record<string, unknown>> & { readonly act: string }
type ActEntries = { readonly act: v.LiteralSchema<string, string>; readonly [field: string]: v.GenericSchema }
type AnyAct = v.StrictObjectSchema<ActEntries, undefined>

/** An act with what else stands beside it. `open`: its parameters may be left out. */
function actSchemas(beside: v.ObjectEntries, open: boolean): [AnyAct, ...AnyAct[]] {
  const schemas = ACT_NAMES.map((name) => {
    const entries = Object.entries(ACTS[name].entries as Readonly<Record<string, v.GenericSchema>>)
    const parameters = open ? entries.map(([key, entry]) => [key, v.optional(entry)] as const) : entries
    return v.strictObject({ act: v.literal(name, `must be ${name}`), ...beside, ...Object.fromEntries(parameters) }) as unknown as AnyAct
  })
  return schemas as [AnyAct, ...AnyAct[]]
}

const actMessage = `must name an act: ${ACT_NAMES.join(', ')}`
export const timedActSchema: v.GenericSchema<ActFields> = v.variant('act', actSchemas(whenEntries, false), actMessage) as never
export const allowedSchema: v.GenericSchema<ActFields> = v.variant(
  'act',
  actSchemas({ most: v.optional(from(1, 1000)) }, true),
  actMessage,
) as never

const anyQuestion = { id, text }
export const questionSchema = v.variant(
  'kind',
  [
    v.strictObject({
      ...anyQuestion,
      kind: v.literal('order'),
      items: v.pipe(
        listOf(v.strictObject({ id, text, event: text }), LIMITS.exerciseOptions),
        v.minLength(2, 'must have two items at least'),
      ),
    }),
    v.strictObject({
      ...anyQuestion,
      kind: v.literal('number'),
      unit: v.optional(v.picklist(NUMBER_UNITS, `must be one of ${NUMBER_UNITS.join(', ')}`), 'count'),
      from: v.optional(v.number('must be a number'), 0),
      to: v.number('must be a number'),
      actual: v.optional(text),
      tolerance: v.optional(v.pipe(v.number('must be a number'), v.minValue(0, 'must not be negative')), 0),
    }),
    v.strictObject({
      ...anyQuestion,
      kind: v.literal('choice'),
      options: v.pipe(
        listOf(v.strictObject({ id, text, when: v.optional(text) }), LIMITS.exerciseOptions),
        v.minLength(2, 'must have two options at least'),
      ),
    }),
    v.strictObject({ ...anyQuestion, kind: v.literal('gap'), lun: from(0, LIMITS.luns - 1), tolerance: durationSchema }),
    v.strictObject({
      ...anyQuestion,
      kind: v.literal('blocks'),
      of: v.optional(v.picklist(['blocks', 'drives'], 'must be "blocks" or "drives"'), 'blocks'),
      to: from(1, LIMITS.exerciseBlocks),
      actual: v.optional(text),
    }),
    v.strictObject({ ...anyQuestion, kind: v.literal('event'), actual: v.optional(text) }),
    v.strictObject({ ...anyQuestion, kind: v.literal('text') }),
  ],
  'must have a kind: order, number, choice, gap, blocks, event or text',
)

const whenSchema = v.union(
  [v.picklist(['before', 'throughout', 'after']), v.strictObject({ within: durationSchema, after: text })],
  'must be before, throughout, after, or have "within" with a time and "after" with a pattern of events',
)

export const checkSchema = v.strictObject({
  id,
  when: v.optional(whenSchema, 'after'),
  check: text,
  points: v.optional(from(0, 1000), 1),
  message: text,
  hint: v.optional(text),
  'hint-cost': v.optional(from(0, 1000), 0),
})

const reply = v.union([
  v.string(),
  v.number(),
  listOf(v.union([v.string(), v.number()])),
  v.strictObject({ from: durationSchema, length: durationSchema }),
])
const replies = v.optional(v.record(v.string(), reply), {})
const solutionEntries = { name: text, acts: v.optional(listOf(timedActSchema), []), predictions: replies, answers: replies }

/** The fields before the text of `exercise.md`. */
export const exerciseSchema = v.strictObject({
  format: v.literal(EXERCISE_FORMAT, `must be ${EXERCISE_FORMAT}: the format that this version reads`),
  id,
  title: text,
  outcomes: v.pipe(listOf(text), v.minLength(1, 'must say what the learner can do afterwards')),
  prerequisites: v.optional(listOf(id), []),
  minutes: from(1, 480),
  level: v.picklist(LEVELS, `must be one of ${LEVELS.join(', ')}`),
  world: worldSchema,
  variables: v.optional(variablesSchema, {}),
  script: v.optional(listOf(timedActSchema), []),
  allowed: v.optional(listOf(allowedSchema), []),
  predictions: v.optional(listOf(questionSchema), []),
  questions: v.optional(listOf(questionSchema), []),
  checks: v.pipe(listOf(checkSchema), v.minLength(1, 'must have at least one check')),
  solutions: v.pipe(listOf(v.strictObject(solutionEntries)), v.minLength(1, 'must have at least one solution')),
  wrong: v.optional(listOf(v.strictObject({ ...solutionEntries, fails: id })), []),
})
export type ExerciseFields = v.InferOutput<typeof exerciseSchema>
