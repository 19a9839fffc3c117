/** No files import each other in a circle, not even types; and a circle would be found. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { circlesAmong } from './circles'
import { readSources, WHOLE_PROJECT_MS } from './source-files'

const projectDir = fileURLToPath(new URL('../../..', import.meta.url))
const CIRCLE = 'tests/unit/architecture/fixtures/circle'

describe('the project', () => {
  it(
    'has no import circle',
    () => {
      const folders = ['src-main', 'src-renderer', 'tests/support']
      expect(circlesAmong(folders.flatMap((folder) => readSources(projectDir, folder)))).toEqual([])
    },
    WHOLE_PROJECT_MS,
  )
})

describe('a circle', () => {
  const sources = readSources(projectDir, CIRCLE)

  it('is found, through a component and through a type', () => {
    expect(circlesAmong(sources)).toEqual([[`${CIRCLE}/first.ts`, `${CIRCLE}/second.ts`, `${CIRCLE}/third.vue`]])
  })

  it.each(['first.ts', 'second.ts', 'third.vue'])('is open without %s', (name) => {
    expect(circlesAmong(sources.filter(({ path }) => path !== `${CIRCLE}/${name}`))).toEqual([])
  })

  it('may be a file that imports itself', () => {
    expect(circlesAmong([{ path: 'src-main/base/example.ts', text: "import './example'" }])).toEqual([['src-main/base/example.ts']])
  })

  it('is not one when two files import the same third', () => {
    const text = "import './third'"
    const files = ['first', 'second'].map((name) => ({ path: `src-main/base/${name}.ts`, text }))
    expect(circlesAmong([...files, { path: 'src-main/base/third.ts', text: '' }])).toEqual([])
  })
})
