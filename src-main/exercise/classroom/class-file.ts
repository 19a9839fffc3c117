import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { failure, ok, type Result } from '../../base/result'
import type { SkipReason } from '../../contract/classroom'
import { exerciseIdSchema } from '../../contract/classroom'
import { learnerNameSchema } from '../../contract/exercise-desk'
import { replySchema } from '../../contract/exercise-reply'
import { parseJson } from '../../contract/json'
import { LIMITS } from '../../contract/limits'

const FORMAT = 1
const WHAT = 'takeover-lab-class-reply'
const questionId = v.pipe(v.string(), v.maxLength(64))
const few = <T>(all: readonly T[]): boolean => all.length <= LIMITS.exerciseEntries

/** What one learner predicted in one try, as it lies in the folder of the class. */
const classFileSchema = v.strictObject({
  format: v.literal(FORMAT),
  what: v.literal(WHAT),
  exercise: exerciseIdSchema,
  lab: v.pipe(v.string(), v.maxLength(64)),
  learner: learnerNameSchema,
  tries: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  predictions: v.pipe(
    v.record(questionId, replySchema),
    v.check((all) => few(Object.keys(all)), 'has too many entries'),
  ),
  results: v.pipe(
    v.array(v.strictObject({ id: questionId, value: v.picklist(['right', 'wrong', 'unknown']), actual: v.optional(replySchema) })),
    v.check(few, 'has too many entries'),
  ),
})
export type ClassFile = Omit<v.InferOutput<typeof classFileSchema>, 'format' | 'what'>

export interface NotRead {
  readonly reason: SkipReason
  readonly detail: string
}

/** From outside: anybody may write into the folder. */
export function readClassFile(text: string): Result<ClassFile, NotRead> {
  const json = parseJson(text)
  if (!json.ok) return failure({ reason: 'half-written', detail: '' })
  const { format, what } = headOf(json.value)
  if (what !== WHAT) return failure({ reason: 'foreign', detail: '' })
  if (typeof format === 'number' && format > FORMAT) return failure({ reason: 'newer', detail: String(format) })
  const parsed = v.safeParse(classFileSchema, json.value)
  if (!parsed.success) {
    const field = v.getDotPath(parsed.issues[0])
    return failure({ reason: 'broken', detail: `${field ?? ''}: ${parsed.issues[0].message}` })
  }
  return ok(parsed.output)
}

function headOf(json: unknown): { readonly format?: unknown; readonly what?: unknown } {
  return typeof json === 'object' && json !== null ? json : {}
}

/** The error: it is too long to be given. */
export function writeClassFile(file: ClassFile): Result<string, 'large'> {
  const text = `${JSON.stringify({ format: FORMAT, what: WHAT, ...file })}\n`
  return Buffer.byteLength(text) <= LIMITS.classFileBytes ? ok(text) : failure('large')
}

const PREFIX = 'takeover-reply-'
export const CLASS_SUFFIX = '.json'
/** What a file has while it is written. */
export const UNFINISHED_SUFFIX = '.new'

/** Any name of a learner makes a file name, which says nothing of it. */
export function classFileName({ exercise, lab, learner, tries }: Pick<ClassFile, 'exercise' | 'lab' | 'learner' | 'tries'>): string {
  return `${PREFIX}${exercise}-${learnerKey({ lab, learner })}-${tries}${CLASS_SUFFIX}`
}

const KEY_DIGITS = 16

export function learnerKey({ lab, learner }: Pick<ClassFile, 'lab' | 'learner'>): string {
  return createHash('sha256').update(`${lab}\n${learner}`).digest('hex').slice(0, KEY_DIGITS)
}

export function isClassFileName(name: string): boolean {
  return name.startsWith(PREFIX) && name.endsWith(CLASS_SUFFIX)
}

export function isUnfinishedName(name: string): boolean {
  return name.startsWith(PREFIX) && name.endsWith(`${CLASS_SUFFIX}${UNFINISHED_SUFFIX}`)
}
