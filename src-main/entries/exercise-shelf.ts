/** What every command of `npm run exercise` needs: exercises from their folders, and the worlds of their firmware. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { failure, ok, type Result } from '../base/result'
import type { Demo } from '../exercise/format/demo'
import type { Exercise } from '../exercise/format/exercise'
import { tellFileProblem } from '../exercise/format/front-matter'
import { readExercise } from '../exercise/shelf/exercise-folder'
import { readFolders, type ExerciseFolders, type ExerciseFolder } from '../exercise/shelf/read-folders'
import * as shipped from './exercise-world'

/** Of the exercises that ship, from where the command runs. */
export const SHIPPED_DIR = 'exercises'

export type WorldOfFirmware = typeof shipped

/** The error is a sentence, or a line for each problem. */
export function shelfAt(dir: string): Result<ExerciseFolders, string> {
  if (!existsSync(dir)) return failure(`There is no folder ${dir}.`)
  const shelf = readFolders(dir)
  return shelf.entries.length === 0 ? failure(`There is no exercise in ${dir}: a folder with a file exercise.md.`) : ok(shelf)
}

/** The error has a line for each problem. */
export function opened({ file }: ExerciseFolder, seed: number): Result<Exercise, string> {
  const read = readExercise(file, { seed })
  return read.ok ? ok(read.value.exercise) : failure(read.error.map(tellFileProblem).join('\n'))
}

/** The one with that id. The error is a sentence. */
export function entryOf(id: string, shelf: ExerciseFolders): Result<ExerciseFolder, string> {
  const entry = shelf.entries.find((one) => one.folder.endsWith(id) && new RegExp(`^id: *${id} *$`, 'm').test(one.text))
  return entry === undefined ? failure(`There is no exercise "${id}" here.`) : ok(entry)
}

/** Of the firmware that an exercise names, which the launcher has built. The error is a sentence. */
export async function worldOf({ world }: Pick<Exercise | Demo, 'world'>): Promise<Result<WorldOfFirmware, string>> {
  const firmware = world.kind === 'simulated' ? world.firmware : undefined
  if (firmware === undefined) return ok(shipped)
  const module = new URL(`./firmware/${firmware}.mjs`, import.meta.url)
  if (!existsSync(fileURLToPath(module))) return failure(`There is no firmware "${firmware}".`)
  return ok((await import(/* @vite-ignore */ module.href)) as WorldOfFirmware)
}
