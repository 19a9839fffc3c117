import * as fs from 'node:fs'
import * as path from 'node:path'
import { failure, ok, type Result } from '../../base/result'
import type { Language } from '../../contract/language'
import { prerequisiteProblems } from '../format/prerequisites'
import { tellFileProblem } from '../format/front-matter'
import { EXERCISE_FILE, filesOf, readExercise, readShared, type ReadExercise } from './exercise-folder'
import { readPictures } from './pictures'
import type { OpenedExercise, SharedExercise, ShelfEntry } from './shelf'

/** What a folder held when it was last looked at. */
interface Found {
  readonly file: string
  /** When the files that it was read from were written. */
  readonly written: string
  readonly read: ReturnType<typeof readExercise>
}

/** Exercises in folders, one folder each: first those that ship, then those of the lab's own folder. A broken one is listed, too. */
export class FolderShelf {
  readonly #folders: readonly string[]
  #found: ReadonlyMap<string, Found> = new Map()
  #language: Language = 'en'

  constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  list(language: Language): readonly ShelfEntry[] {
    this.#look(language)
    const all = [...this.#found.values()]
    const good = all.flatMap(({ file, read }) => (read.ok ? [{ file, ...read.value.exercise, line: 1 }] : []))
    const wrong = prerequisiteProblems(good)
    const entries = all.map(({ file, read }) =>
      read.ok
        ? entryOf(read.value, wrong.filter((one) => one.file === file).map(tellFileProblem))
        : brokenEntry(file, read.error.map(tellFileProblem)),
    )
    return inOrder(entries)
  }

  open(id: string, { language, seed }: { readonly language: Language; readonly seed: number }): Result<OpenedExercise, string> {
    this.#look(language)
    const found = [...this.#found.values()].find(({ file, read }) => (read.ok ? read.value.exercise.id === id : idOf(file) === id))
    if (found === undefined) return failure(`There is no exercise "${id}".`)
    const read = readExercise(found.file, { seed, language })
    return read.ok
      ? ok({ ...read.value, file: found.file, pictures: readPictures(found.file, read.value.exercise) })
      : failure(read.error.map(tellFileProblem).join(' '))
  }

  shared(id: string, language: Language): SharedExercise | undefined {
    this.#look(language)
    const found = [...this.#found.values()].find(({ read }) => read.ok && read.value.exercise.id === id)
    const read = found && readShared(found.file, language)
    return read?.ok === true ? read.value : undefined
  }

  /** Reads again only what was written since. */
  #look(language: Language): void {
    if (language !== this.#language) this.#found = new Map()
    this.#language = language
    const next = new Map<string, Found>()
    for (const file of this.#folders.flatMap(exerciseFiles)) {
      const written = filesOf(file, language)
        .map((one) => (fs.existsSync(one) ? fs.statSync(one).mtimeMs : 0))
        .join()
      const before = this.#found.get(file)
      next.set(file, before?.written === written ? before : { file, written, read: readExercise(file, { seed: 0, language }) })
    }
    this.#found = next
  }
}

function exerciseFiles(folder: string): readonly string[] {
  if (!fs.existsSync(folder)) return []
  const names = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return names
    .map(({ name }) => path.join(folder, name, EXERCISE_FILE))
    .filter((file) => fs.existsSync(file))
    .toSorted()
}

function idOf(file: string): string {
  return path.basename(path.dirname(file))
}

function entryOf({ exercise, language }: ReadExercise, problems: readonly string[]): ShelfEntry {
  const { id, title, level, minutes, outcomes, prerequisites, world } = exercise
  return { id, language, title, level, minutes, outcomes, prerequisites, kind: world.kind, problems }
}

function brokenEntry(file: string, problems: readonly string[]): ShelfEntry {
  const id = idOf(file)
  return { id, title: id, language: 'en', level: 'beginner', minutes: 0, outcomes: [], prerequisites: [], kind: 'simulated', problems }
}

/** Each after those that it builds on; otherwise by level and title. */
function inOrder(entries: readonly ShelfEntry[]): readonly ShelfEntry[] {
  const LEVELS = ['beginner', 'intermediate', 'advanced']
  const left = entries.toSorted(
    (a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || a.minutes - b.minutes || a.title.localeCompare(b.title),
  )
  const done: ShelfEntry[] = []
  while (left.length > 0) {
    const isReady = (entry: ShelfEntry): boolean => entry.prerequisites.every((id) => left.every((one) => one.id !== id))
    const next = Math.max(0, left.findIndex(isReady))
    done.push(...left.splice(next, 1))
  }
  return done
}
