import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { skeleton } from '../../../../src-main/exercise/authoring/skeleton'
import { FolderShelf } from '../../../../src-main/exercise/shelf/folder-shelf'

let folder: string
beforeEach(() => (folder = fs.mkdtempSync(path.join(tmpdir(), 'shelf-'))))
afterEach(() => fs.rmSync(folder, { recursive: true }))

function put(id: string, text: string): void {
  fs.mkdirSync(path.join(folder, id), { recursive: true })
  fs.writeFileSync(path.join(folder, id, 'exercise.md'), text)
}

const sound = (id: string): string => skeleton(id).replace('by $survivor', 'by ${survivor}')
const after = (id: string, ...others: readonly string[]): string =>
  sound(id).replace('minutes: 10', `minutes: 10\nprerequisites: [${others.join(', ')}]`)

describe('the shelf', () => {
  it('is empty where there is no folder, and where nothing is in it', () => {
    expect(new FolderShelf([path.join(folder, 'none'), folder]).list('en')).toEqual([])
  })

  it('has exercises after those that they build on, and opens each with the variables of its learner', () => {
    put('a-late', after('a-late', 'z-early'))
    put('z-early', sound('z-early'))
    const shelf = new FolderShelf([folder])
    expect(shelf.list('en').map(({ id, problems }) => ({ id, problems }))).toEqual([
      { id: 'z-early', problems: [] },
      { id: 'a-late', problems: [] },
    ])
    const [one, other] = [shelf.open('z-early', { language: 'en', seed: 1 }), shelf.open('z-early', { language: 'en', seed: 2 })]
    expect(one.ok && other.ok && one.value.exercise.variables).not.toEqual(other.ok && other.value.exercise.variables)
    expect(shelf.open('nothing', { language: 'en', seed: 1 })).toEqual({ ok: false, error: 'There is no exercise "nothing".' })
  })

  it('shows a broken one with what is wrong in which line, and one that leads back to itself', () => {
    put('broken', sound('broken').replace('minutes: 10', 'minuets: 10'))
    put('one', after('one', 'other'))
    put('other', after('other', 'one'))
    const shelf = new FolderShelf([folder])
    const problems = Object.fromEntries(shelf.list('en').map((entry) => [entry.id, entry.problems.join('\n')]))
    expect(problems['broken']).toMatch(/broken.exercise\.md:\d+: "minuets" is no field here.*minutes/)
    expect(problems['one']).toMatch(/Nobody could begin this exercise/)
    expect(problems['other']).toMatch(/Nobody could begin this exercise/)
    expect(shelf.open('broken', { language: 'en', seed: 1 })).toMatchObject({
      ok: false,
      error: expect.stringContaining('minuets') as string,
    })
  })

  it('sees what was written since', () => {
    put('late', sound('late').replace('title:', 'tilte:'))
    const shelf = new FolderShelf([folder])
    expect(shelf.list('en')[0]?.problems).toHaveLength(2)
    put('late', sound('late'))
    fs.utimesSync(path.join(folder, 'late', 'exercise.md'), 1, 1)
    expect(shelf.list('en')[0]?.problems).toEqual([])
  })
})
