import * as fs from 'node:fs'
import * as path from 'node:path'
import { failure, ok, type Result } from '../../base/result'
import type { Language } from '../../contract/language'
import { LIMITS } from '../../contract/limits'
import type { NamedPatterns } from '../checks/named-patterns'
import { decodeExercise } from '../format/decode'
import type { Exercise } from '../format/exercise'
import type { FileProblem } from '../format/front-matter'
import { decodePatterns } from '../format/patterns'
import { decodeTranslation } from '../format/translation'
import { withVariableNames } from '../format/variable-names'
import { hashOfText } from '../grading/submission'
import { hasPicture } from './pictures'
import { hasRecording } from './recordings'
import type { SharedExercise } from './shelf'

export const EXERCISE_FILE = 'exercise.md'
const PATTERN_FILE = 'patterns.yaml'

export interface ReadExercise {
  readonly exercise: Exercise
  /** Of its texts. */
  readonly language: Language
  /** Of its text: another version has another one. */
  readonly hash: string
}

/**
 * Reads the file of an exercise (`ID/exercise.md`, with `patterns.yaml` of the folder around it) as the learner with that seed has it,
 * in his language if there is a translation (`exercise.de.md`). All that is wrong is said, in each of these files.
 */
export function readExercise(
  file: string,
  { seed, language = 'en' }: { readonly seed: number; readonly language?: Language },
): Result<ReadExercise, readonly FileProblem[]> {
  const text = readText(file)
  if (!text.ok) return text
  const patterns = readPatterns(path.join(path.dirname(path.dirname(file)), PATTERN_FILE))
  if (!patterns.ok) return patterns
  const isThere = (name: string): boolean => hasPicture(file, name)
  const decoded = decodeExercise({
    ...{ file: shortName(file), text: text.value, seed, patterns: patterns.value },
    hasPicture: isThere,
    hasRecording: (name) => hasRecording(file, name),
  })
  if (!decoded.ok) return decoded
  const translation = translationOf(file, language)
  const exercise = translated(decoded.value, { file: translation, hasPicture: isThere })
  return exercise.ok
    ? ok({ exercise: exercise.value, language: translation === undefined ? 'en' : language, hash: hashOfText(text.value) })
    : exercise
}

/** The exercise as its class talks about it, without the values of one learner. */
export function readShared(file: string, language: Language): Result<SharedExercise, readonly FileProblem[]> {
  const read = readExercise(file, { seed: 0 })
  const text = readText(file)
  if (!read.ok) return read
  if (!text.ok) return text
  const named = withVariableNames(read.value.exercise, text.value)
  const translation = translationOf(file, language)
  const said = translated(named, { file: translation, hasPicture: () => true })
  if (!said.ok) return said
  const { id, title, predictions, world } = said.value
  return ok({ id, title, predictions, durationMs: world.durationMs, language: translation === undefined ? 'en' : language })
}

/** All files from which an exercise is read, whether they are there or not. */
export function filesOf(file: string, language: Language): readonly string[] {
  const folder = path.dirname(file)
  return [file, path.join(path.dirname(folder), PATTERN_FILE), path.join(folder, `exercise.${language}.md`)]
}

function translationOf(file: string, language: Language): string | undefined {
  const translation = path.join(path.dirname(file), `exercise.${language}.md`)
  return language !== 'en' && fs.existsSync(translation) ? translation : undefined
}

function translated(
  exercise: Exercise,
  { file, hasPicture }: { readonly file: string | undefined; readonly hasPicture: (name: string) => boolean },
): Result<Exercise, readonly FileProblem[]> {
  if (file === undefined) return ok(exercise)
  const text = readText(file)
  if (!text.ok) return text
  return decodeTranslation({ file: shortName(file), text: text.value, exercise, hasPicture })
}

function readPatterns(file: string): Result<NamedPatterns, readonly FileProblem[]> {
  if (!fs.existsSync(file)) return ok(new Map())
  const text = readText(file)
  if (!text.ok) return text
  return decodePatterns(shortName(file), text.value)
}

export function readText(file: string): Result<string, readonly FileProblem[]> {
  const problem = (message: string): Result<never, readonly FileProblem[]> => failure([{ file: shortName(file), line: 1, message }])
  try {
    if (fs.statSync(file).size > LIMITS.exerciseBytes) return problem(`The file has more than ${LIMITS.exerciseBytes} bytes.`)
    return ok(fs.readFileSync(file, 'utf8'))
  } catch (error) {
    return problem(`The file cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

/** With its folder, which names the exercise. */
export function shortName(file: string): string {
  return path.join(path.basename(path.dirname(file)), path.basename(file))
}
