import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { decodeExercise } from '../../../../src-main/exercise/format/decode'
import { projectDir } from '../../../support/planted-build'

const FILE = readFileSync(join(projectDir, 'exercises', 'first-steps', 'exercise.md'), 'utf8')

/** The line of a piece of the file, from 1 on. */
const lineOf = (piece: string): number => FILE.slice(0, FILE.indexOf(piece)).split('\n').length

it.each([
  ['most: 1 }', 'most: 1', 'The "{" of this line has no "}"'],
  ['[a, b]', '[a, b', 'has no'],
  ["'Controller ${survivor}.'", "'Controller ${survivor}.", 'something follows it'],
  ["'gap(lun 0) < 500 ms and some takeover.serving'", "'gap(lun 0) < 500 ms' and some", 'something follows it'],
  ['text: Nobody.', 'text: "Nobody.', 'has no end'],
  ['message: Controller ${victim} is', 'message: Note: it is', 'a colon with a space within the text'],
  ['  kind: simulated', '\tkind: simulated', 'A tab cannot indent'],
  ['  duration: 2500 ms', '   duration: 2500 ms', 'begins in a column where nothing can'],
  ['  duration: 2500 ms', ' duration: 2500 ms', 'begins in a column where nothing can'],
  ['minutes: 5', 'minutes:5', 'This line is no field'],
  ['  - id: lost\n', '    id: lost\n', 'This field is there twice'],
  ['check: right("who")', 'check: @who', 'Text that begins with "@" has to stand in quotes'],
  ['{ peer-of: victim }', '{ peer-of: victim } }', 'There is a "}" too many'],
])('the slip %j -> %j makes one message, with its line', (piece, instead, message) => {
  const decoded = decodeExercise({
    ...{ file: 'exercise.md', text: FILE.replace(piece, () => instead), seed: 1 },
    ...{ patterns: new Map(), hasPicture: () => true },
  })
  const problems = decoded.ok ? [] : decoded.error
  expect(problems).toHaveLength(1)
  expect(problems[0]?.message).toContain(message)
  expect(problems[0]?.line).toBe(lineOf(piece))
})
