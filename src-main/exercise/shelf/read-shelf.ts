import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ok, type Result } from '../../base/result'
import type { NamedPatterns } from '../checks/named-patterns'
import { decodeExercise } from '../format/decode'
import type { Exercise } from '../format/exercise'
import type { FileProblem } from '../format/front-matter'
import { decodePatterns } from '../format/patterns'

const FILE_NAME = 'exercise.md'
/** Beside the folders of the exercises. */
const PATTERNS_NAME = 'patterns.yaml'

/** The folder of an exercise, as it is on the disk. */
export interface ShelfEntry {
  /** Its name, which should be the id of the exercise. */
  readonly folder: string
  readonly file: string
  readonly text: string
}

export interface Shelf {
  /** By the names of their folders. */
  readonly entries: readonly ShelfEntry[]
  readonly patterns: NamedPatterns
  /** With the file of the patterns that exercises share. */
  readonly problems: readonly FileProblem[]
}

/** All exercises below a folder, or the one whose folder it is. Throws where the folder cannot be read. */
export function readShelf(dir: string): Shelf {
  const isOne = existsSync(join(dir, FILE_NAME))
  const folders = isOne ? [dir] : readdirSync(dir).map((name) => join(dir, name))
  const entries = folders.toSorted().flatMap((folder) => {
    const file = join(folder, FILE_NAME)
    if (!existsSync(file) || !statSync(file).isFile()) return []
    return [{ folder, file, text: readFileSync(file, 'utf8') }]
  })
  const patterns = readPatterns(join(isOne ? dirname(resolve(dir)) : dir, PATTERNS_NAME))
  return patterns.ok ? { entries, patterns: patterns.value, problems: [] } : { entries, patterns: new Map(), problems: patterns.error }
}

function readPatterns(file: string): ReturnType<typeof decodePatterns> {
  return existsSync(file) ? decodePatterns(file, readFileSync(file, 'utf8')) : ok(new Map())
}

/** As the learner with this seed has it. */
export function openExercise(
  { folder, file, text }: ShelfEntry,
  seed: number,
  patterns: NamedPatterns,
): Result<Exercise, readonly FileProblem[]> {
  return decodeExercise({ file, text, seed, patterns, hasPicture: (name) => existsSync(join(folder, name)) })
}
