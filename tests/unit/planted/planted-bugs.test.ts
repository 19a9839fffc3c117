import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLASSIC_BUGS, OTHER_BUGS } from '../../simulation/planted'
import { tellPlantedBugs } from '../../simulation/planted/table'
import { TESTED_BUGS } from '../../simulation/planted/tested'

const PARTS = ['nvram', 'raid', 'controller', 'management', 'scsi', 'iscsi/session']

describe('planted bugs', () => {
  it.each([...CLASSIC_BUGS, ...OTHER_BUGS, ...TESTED_BUGS])('quote what stands in their file exactly once: $name', (bug) => {
    for (const { file, find, replace } of 'also' in bug && bug.also !== undefined ? [bug, bug.also] : [bug]) {
      expect(readFileSync(file, 'utf8').split(find), `${JSON.stringify(find)} in ${file}`).toHaveLength(2)
      expect(replace).not.toBe(find)
    }
  })

  it.each(TESTED_BUGS)('name a test that is there: $name', ({ foundBy: { file, test } }) => {
    const path = join('tests', file)
    expect(existsSync(path), path).toBe(true)
    const [title = ''] = test.split(' > ').slice(-1)
    const tests = readFileSync(path, 'utf8')
    // The titles of tests for several cases have places for what differs.
    const isThere = tests.includes(title) || [...tests.matchAll(/'([^'\n]*%[a-z][^'\n]*)'/g)].some(([, form = '']) => fits(form, title))
    expect(isThere, `"${title}" in ${path}`).toBe(true)
  })

  it('have names of their own', () => {
    const names = [...CLASSIC_BUGS, ...OTHER_BUGS, ...TESTED_BUGS].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('are in every part of the core, at least forty besides those of the simulator', () => {
    expect(TESTED_BUGS.length).toBeGreaterThanOrEqual(40)
    for (const part of PARTS)
      expect(TESTED_BUGS.filter(({ file }) => file.startsWith(`src-main/core/${part}/`)).length, part).toBeGreaterThan(4)
  })

  it('stand in the table of docs', async () => {
    await expect(tellPlantedBugs()).toMatchFileSnapshot('../../../docs/planted-bugs.md')
  })
})

function fits(form: string, title: string): boolean {
  const pattern = form
    .split(/%[a-z]/)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*')
  return new RegExp(`^${pattern}$`).test(title)
}
