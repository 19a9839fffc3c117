import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { readExercise } from '../../../../src-main/exercise/shelf/exercise-folder'
import { readFolders } from '../../../../src-main/exercise/shelf/read-folders'
import { projectDir } from '../../../support/planted-build'

const shelf = readFolders(join(projectDir, 'exercises'))
const translated = shelf.entries
  .map((entry) => ({ entry, id: basename(entry.folder), file: join(entry.folder, 'exercise.de.md') }))
  .filter(({ file }) => existsSync(file))

it('each exercise that ships is translated', () => {
  const missing = shelf.entries.map(({ folder }) => basename(folder)).filter((id) => translated.every((one) => one.id !== id))
  expect(missing).toEqual([])
  expect(translated.length).toBeGreaterThan(15)
})

it.each(translated)('$id is translated whole, and says nothing that the exercise does not', ({ entry }) => {
  const english = readExercise(entry.file, { seed: 100 })
  const german = readExercise(entry.file, { seed: 100, language: 'de' })
  expect(german.ok ? [] : german.error).toEqual([])
  if (!english.ok || !german.ok) return
  expect(german.value.exercise.title).not.toBe(english.value.exercise.title)
  expect(german.value.exercise.steps).toHaveLength(english.value.exercise.steps.length)
})
