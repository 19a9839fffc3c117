import * as v from 'valibot'
import { LIMITS } from '../../contract/limits'
import { SIMULATION_BOUNDS } from '../../contract/simulation'
import { EXERCISE_FORMAT } from './exercise'
import { durationSchema, from, idSchema, listOf, textSchema, timedActSchema, simulatedSchema } from './schema'

const { minSpeed, maxSpeed } = SIMULATION_BOUNDS

const stepSchema = v.strictObject({
  at: v.optional(durationSchema),
  on: v.optional(textSchema),
  nth: v.optional(from(1, 1000)),
  before: v.optional(durationSchema),
  speed: v.pipe(
    v.number('must be a number'),
    v.minValue(minSpeed, `must be at least ${minSpeed}`),
    v.maxValue(maxSpeed, `must be at most ${maxSpeed}`),
  ),
  for: v.optional(durationSchema),
  until: v.optional(textSchema),
  plus: v.optional(durationSchema),
  talk: durationSchema,
})
export type DemoStepFields = v.InferOutput<typeof stepSchema>

/** The fields before the text of `demo.md`. */
export const demoSchema = v.strictObject({
  format: v.literal(EXERCISE_FORMAT, `must be ${EXERCISE_FORMAT}: the format that this version reads`),
  id: idSchema,
  title: textSchema,
  minutes: from(1, 60),
  seed: v.optional(from(0, Number.MAX_SAFE_INTEGER), 1),
  world: v.strictObject({
    ...simulatedSchema.entries,
    kind: v.literal('simulated', 'must be "simulated". A demo is played in the simulator'),
  }),
  script: v.optional(listOf(timedActSchema), []),
  steps: v.pipe(listOf(stepSchema, LIMITS.demoSteps), v.minLength(1, 'must have at least one step')),
})
export type DemoFields = v.InferOutput<typeof demoSchema>

/** The fields before the text of `demo.de.md`: the rest of a translation is its text. */
export const demoTranslationSchema = v.strictObject({ title: textSchema })
