import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, it } from 'vitest'
import { readExercise } from '../../../../src-main/exercise/shelf/exercise-folder'
import { readPictures } from '../../../../src-main/exercise/shelf/pictures'
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
  const shown = readPictures(entry.file, english.value.exercise)
  expect(Object.keys(readPictures(entry.file, german.value.exercise))).toEqual(Object.keys(shown))
  expect(JSON.stringify(german.value.exercise.steps)).not.toContain('${')
  expect(german.value.exercise.steps).toHaveLength(english.value.exercise.steps.length)
})

it.each(['first-steps', 'what-the-fence-is-for', 'the-mirror', 'write-hole', 'split-brain', 'dispatch-schemes', 'exactly-once', 'alua'])(
  '%s has a drawing, which says nothing in one language and fetches nothing',
  (id) => {
    const file = join(projectDir, 'exercises', id, 'exercise.md')
    const read = readExercise(file, { seed: 1 })
    if (!read.ok) throw new Error('it cannot be read')
    const drawings = Object.values(readPictures(file, read.value.exercise)).map((address) => {
      expect(address).toMatch(/^data:image\/svg\+xml;base64,/)
      return Buffer.from(address.slice(address.indexOf(',') + 1), 'base64').toString()
    })
    expect(drawings).toHaveLength(1)
    expect(drawings[0]).not.toMatch(/<(script|image|foreignObject|style)|href|on[a-z]+=/)
    const words = [...(drawings[0] ?? '').matchAll(/<text[^>]*>([^<]*)</g)].flatMap(([, text = '']) => text.match(/[a-zA-Z]{3,}/g) ?? [])
    expect(words.filter((word) => word !== 'alpha' && word !== 'bravo')).toEqual([])
  },
)
