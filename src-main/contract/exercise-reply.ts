import * as v from 'valibot'
import { LIMITS } from './limits'

/** What a learner says, before the run (a prediction) or after it (an answer). One kind for each kind of question. */
export const REPLY_KINDS = ['order', 'number', 'choice', 'gap', 'blocks', 'event', 'text'] as const
export type ReplyKind = (typeof REPLY_KINDS)[number]

const count = v.pipe(v.number('must be a number'), v.safeInteger('must be a whole number'), v.minValue(0, 'must not be negative'))
const ms = v.pipe(v.number('must be a number'), v.finite('must be finite'), v.minValue(0, 'must not be negative'))
const name = v.pipe(v.string('must be text'), v.maxLength(64, 'must have at most 64 characters'))

/** Of a submission, which comes from outside. Messages are the ends of sentences. */
export const replySchema = v.variant('kind', [
  /** Ids of the items, the earliest first. */
  v.strictObject({ kind: v.literal('order'), items: v.pipe(v.array(name), v.maxLength(LIMITS.exerciseOptions)) }),
  /** In the unit of the question; a duration is in milliseconds. */
  v.strictObject({ kind: v.literal('number'), value: v.pipe(v.number('must be a number'), v.finite('must be finite')) }),
  /** The id of the option. */
  v.strictObject({ kind: v.literal('choice'), option: name }),
  /** Drawn on the chart: when the LUN stops to answer, since the start of the run, and for how long. */
  v.strictObject({ kind: v.literal('gap'), fromMs: ms, durationMs: ms }),
  /** Numbers of blocks, or of drives, whatever the question asks for. */
  v.strictObject({ kind: v.literal('blocks'), blocks: v.pipe(v.array(count), v.maxLength(LIMITS.exerciseBlocks)) }),
  /** The id of an event of the trace. */
  v.strictObject({ kind: v.literal('event'), event: count }),
  v.strictObject({
    kind: v.literal('text'),
    text: v.pipe(
      v.string('must be text'),
      v.maxLength(LIMITS.exerciseReplyText, `must have at most ${LIMITS.exerciseReplyText} characters`),
    ),
  }),
])
export type Reply = v.InferOutput<typeof replySchema>
