import * as fs from 'node:fs'
import * as path from 'node:path'
import * as v from 'valibot'
import { ATTEMPT_PHASES, learnerNameSchema } from '../../contract/exercise-desk'
import { reasonSchema } from '../../contract/exercise-reason'
import { replySchema } from '../../contract/exercise-reply'
import { parseJson } from '../../contract/json'
import { LIMITS } from '../../contract/limits'
import { replaceFile } from '../../platform/replace-file'
import type { Attempt } from './attempt'

/** A learner, as his file has him. */
export interface Learner {
  readonly name: string
  /** By the ids of exercises. */
  readonly attempts: Readonly<Record<string, Attempt>>
}

const FORMAT = 1
const SUFFIX = '.json'
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const pointsOf = { points: v.number(), of: v.number() }
const trace = v.array(count)
const replies = v.record(v.string(), replySchema)
const gradesSchema = v.strictObject({
  ...pointsOf,
  passed: v.boolean(),
  hash: v.string(),
  checks: v.array(
    v.strictObject({
      ...pointsOf,
      id: v.string(),
      text: v.string(),
      value: v.picklist(['true', 'false', 'unknown']),
      message: v.string(),
      // One that this version cannot read is not worth the whole file.
      why: v.fallback(v.optional(reasonSchema), undefined),
      nothing: v.optional(v.picklist(['happened', 'done'])),
      events: trace,
    }),
  ),
  questions: v.array(v.strictObject({ id: v.string(), value: v.picklist(['right', 'wrong', 'unknown']), actual: v.optional(replySchema) })),
})
const attemptSchema = v.strictObject({
  phase: v.picklist(ATTEMPT_PHASES),
  seed: count,
  tries: count,
  predictions: replies,
  answers: replies,
  acts: v.pipe(
    v.array(v.strictObject({ event: count, atMs: v.number(), act: v.string(), parameters: v.record(v.string(), v.any()) })),
    v.maxLength(LIMITS.exerciseActs),
  ),
  hints: v.array(v.string()),
  grades: v.optional(gradesSchema),
  best: v.optional(v.strictObject(pointsOf)),
  passed: v.boolean(),
})
const learnerSchema = v.strictObject({
  format: v.literal(FORMAT),
  name: learnerNameSchema,
  attempts: v.record(v.string(), attemptSchema),
})

/**
 * One file for each learner in a folder, written anew at each step. One that cannot be read is left as it is, and its learner cannot
 * come to the desk until somebody has seen to it.
 */
export class LearnerFiles {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Names, in the order of the alphabet. */
  names(): readonly string[] {
    if (!fs.existsSync(this.#folder)) return []
    const files = fs.readdirSync(this.#folder).filter((file) => file.endsWith(SUFFIX))
    return files
      .map((file) => nameOf(file))
      .filter((name) => name !== undefined)
      .toSorted((a, b) => a.localeCompare(b))
  }

  /** A new one, if there is none of that name. Throws an Error with a sentence. */
  read(name: string): Learner {
    const file = this.#fileOf(name)
    if (!fs.existsSync(file)) {
      if (this.names().length >= LIMITS.learners)
        throw new Error(`There are ${LIMITS.learners} learners already. Remove files from ${this.#folder}.`)
      return { name, attempts: {} }
    }
    if (fs.statSync(file).size > LIMITS.learnerBytes) throw new Error(`${file} is too large for the file of a learner.`)
    const parsed = v.safeParse(learnerSchema, parseJsonFile(file))
    if (!parsed.success)
      throw new Error(`${file} is no file of a learner: ${v.getDotPath(parsed.issues[0]) ?? 'it'} ${parsed.issues[0].message}.`)
    const { attempts } = parsed.output
    return { name, attempts }
  }

  write({ name, attempts }: Learner): void {
    fs.mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    replaceFile(this.#fileOf(name), Buffer.from(`${JSON.stringify({ format: FORMAT, name, attempts })}\n`))
  }

  /** Of one that cannot be read, too. */
  remove(name: string): void {
    fs.rmSync(this.#fileOf(name))
  }

  /** Of a file of what a learner did in an exercise, without its ending. */
  tryName(name: string, exercise: string): string {
    return `${fileNameOf(name)}.${exercise}`
  }

  #fileOf(name: string): string {
    return path.join(this.#folder, `${fileNameOf(name)}${SUFFIX}`)
  }
}

/** Any name makes a file name: what some system does not allow there is written as a number. */
function fileNameOf(name: string): string {
  return name.replaceAll(/[\\/:*?"<>|%.]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function nameOf(file: string): string | undefined {
  const name = file.slice(0, -SUFFIX.length).replaceAll(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
  return v.is(learnerNameSchema, name) ? name : undefined
}

function parseJsonFile(file: string): unknown {
  const parsed = parseJson(fs.readFileSync(file, 'utf8'))
  if (!parsed.ok) throw new Error(`${file} ${parsed.error}.`)
  return parsed.value
}
