import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { gradeFiles } from '../../../../src-main/entries/exercise-grade'
import { readFolders } from '../../../../src-main/exercise/shelf/read-folders'
import { projectDir } from '../../../support/planted-build'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grade-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('says of each file that cannot be graded why, and of one that is not there that it is not', async () => {
  const files = ['gone.json', 'folder', 'no.json'].map((name) => join(folder, name))
  mkdirSync(join(folder, 'folder'))
  writeFileSync(join(folder, 'no.json'), '{')
  const said: string[] = []
  const out = join(folder, 'gradebook.csv')
  const shelf = readFolders(join(projectDir, 'exercises'))
  expect(await gradeFiles({ files, out }, shelf, (text) => void said.push(text))).toBe(false)
  expect(said[0]).toContain(`There is no file ${join(folder, 'gone.json')}.`)
  expect(said[1]).toContain('The file cannot be read: EISDIR')
  expect(said[2]).toContain('not valid JSON')
  expect(readFileSync(out, 'utf8')).toContain('There is no file')
})
