import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { EXERCISE_FILE } from './exercise-folder'

/** The folder of an exercise, as it is on the disk. */
export interface ExerciseFolder {
  /** Its name, which should be the id of the exercise. */
  readonly folder: string
  readonly file: string
  readonly text: string
}

export interface ExerciseFolders {
  /** By the names of their folders. */
  readonly entries: readonly ExerciseFolder[]
}

/** All exercises below a folder, or the one whose folder it is. Throws where the folder cannot be read. */
export function readFolders(dir: string): ExerciseFolders {
  const folders = existsSync(join(dir, EXERCISE_FILE)) ? [dir] : readdirSync(dir).map((name) => join(dir, name))
  const entries = folders.toSorted().flatMap((folder) => {
    const file = join(folder, EXERCISE_FILE)
    if (!existsSync(file) || !statSync(file).isFile()) return []
    return [{ folder, file, text: readFileSync(file, 'utf8') }]
  })
  return { entries }
}
