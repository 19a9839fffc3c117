/**
 * The architecture holds over the whole import graph, and every rule of it catches the fixture made to break it.
 * A fixture says in its first line which file it plays and which rule it breaks.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { layerOf, LAYERS } from './layers'
import { deadExceptions } from './limit-rule'
import { check } from './rules'
import { parse, readSources, WHOLE_PROJECT_MS } from './source-files'

const projectDir = fileURLToPath(new URL('../../..', import.meta.url))
const fixturesDir = fileURLToPath(new URL('./fixtures', import.meta.url))

interface Fixture {
  readonly name: string
  readonly path: string
  readonly rule: string
  readonly text: string
}

function readFixture(name: string): Fixture {
  const text = readFileSync(join(fixturesDir, name), 'utf8')
  const header = /as (\S+), breaks (\S+)/.exec(text)
  if (header?.[1] === undefined || header[2] === undefined) throw new Error(`${name} has no header`)
  return { name, path: header[1], rule: header[2], text }
}

const fixtures = readdirSync(fixturesDir, { withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ name }) => readFixture(name))

describe('the project', () => {
  it.each(['src-main', 'src-renderer'])(
    'keeps the layers of %s',
    (folder) => {
      const violations = readSources(projectDir, folder).flatMap(check)
      expect(violations.map(({ file, line, message }) => `${file}:${line} ${message}`)).toEqual([])
    },
    WHOLE_PROJECT_MS,
  )
})

describe('the rules', () => {
  it.each(fixtures)('catch $name ($rule)', ({ path, rule, text }) => {
    const violations = check({ path, text })
    expect(violations.map((violation) => violation.rule)).toEqual([rule])
  })

  it('have a fixture for every layer', () => {
    const covered = new Set(fixtures.map((fixture) => layerOf(fixture.path)))
    expect(LAYERS.filter((layer) => !covered.has(layer)).map((layer) => layer.path)).toEqual([])
  })

  it('let a bound be made of another one', () => {
    const text = "import { LIMITS } from '../../contract/limits'\nexport const MAX_PAIRS = LIMITS.drives / 2"
    expect(check({ path: 'src-main/core/raid/example.ts', text })).toEqual([])
  })

  it('excuse no bound that does not exist', () => {
    const treeOf = (path: string) => parse({ path, text: readFileSync(join(projectDir, path), 'utf8') })
    expect(deadExceptions(treeOf)).toEqual([])
  })

  it('let types of the core through to the platform', () => {
    const text = "import type { Session } from '../core/iscsi/session/session'\nexport type Kept = Session"
    expect(check({ path: 'src-main/platform/example.ts', text })).toEqual([])
  })
})
