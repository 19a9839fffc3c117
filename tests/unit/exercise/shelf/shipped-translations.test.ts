import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { decodeTranslation } from '../../../../src-main/exercise/format/translation'
import { openExercise, readShelf } from '../../../../src-main/exercise/shelf/read-shelf'
import { projectDir } from '../../../support/planted-build'

const shelf = readShelf(join(projectDir, 'exercises'))
const translated = shelf.entries
  .map((entry) => ({ entry, id: basename(entry.folder), file: join(entry.folder, 'exercise.de.md') }))
  .filter(({ file }) => existsSync(file))

it('there are translations at all', () => {
  expect(translated.map(({ id }) => id)).toContain('kill-hang-cut')
})

it.each(translated)('$id is translated whole, and says nothing that the exercise does not', ({ entry, file }) => {
  const exercise = openExercise(entry, 100, shelf.patterns)
  if (!exercise.ok) throw new Error(JSON.stringify(exercise.error))
  const hasPicture = (name: string): boolean => existsSync(join(entry.folder, name))
  const german = decodeTranslation({ file, text: readFileSync(file, 'utf8'), exercise: exercise.value, hasPicture })
  expect(german.ok ? [] : german.error).toEqual([])
  expect(german.ok ? german.value.title : '').not.toBe(exercise.value.title)
  expect(german.ok ? german.value.steps : []).toHaveLength(exercise.value.steps.length)
})
