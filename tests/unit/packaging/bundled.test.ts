import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundledComponents, withRuntime } from '../../../src-main/packaging/bill-of-materials'
import { writeChecksums } from '../../../src-main/packaging/checksums'
import { importsOf, parse, readSources, WHOLE_PROJECT_MS } from '../architecture/source-files'

/** Parts of the source tree that are not in a package. */
const WORKSHOP = /^src-main\/(launcher|packaging|firmware|entries\/(start|package|simulator|simulator-threads|serve)\.ts)/
/** Comes with the runtime. */
const RUNTIME = 'electron'

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest

/** The packages that shipped code imports, but for types. */
function importedPackages(): readonly string[] {
  const shipped = ['src-main', 'src-renderer'].flatMap((folder) => readSources('.', folder)).filter(({ path }) => !WORKSHOP.test(path))
  const specifiers = shipped.flatMap((source) => importsOf(parse(source))).filter(({ typeOnly }) => !typeOnly)
  const names = specifiers.flatMap(({ specifier }) => (/^(\.|node:)/.test(specifier) ? [] : [packageOf(specifier)]))
  return [...new Set(names)].filter((name) => name !== RUNTIME).sort()
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

describe('What is bundled', () => {
  it(
    'is listed as dependencies, and nothing else is',
    () => {
      expect(Object.keys(manifest.dependencies).sort()).toEqual(importedPackages())
    },
    WHOLE_PROJECT_MS,
  )

  it('is in the bill of materials, with the runtime', async () => {
    const info = { runtime: 'registry', electron: '33.2.1', isRelease: false } as const
    const bill = withRuntime(await bundledComponents('.'), '0.1.0-dev.registry', info)
    const names = bill.components.map(({ name }) => name)
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { version: '0.1.0-dev.registry' } } })
    expect(names).toEqual(expect.arrayContaining([...Object.keys(manifest.dependencies), 'electron']))
    expect(new Set(bill.components.map((component) => component['bom-ref'])).size).toBe(names.length)
    expect(names.filter((name) => ['vitest', 'eslint', 'typescript', 'webdriverio'].includes(name))).toEqual([])
  })
})

describe('The checksums of packages', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'checksums-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are as sha256sum checks them', async () => {
    const files = ['b.deb', 'a.zip'].map((name) => join(folder, name))
    for (const file of files) writeFileSync(file, file)
    const sums = await writeChecksums(files)
    const check = () => execFileSync('sha256sum', ['--check', '--strict', sums], { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
    expect(check()).toBe('a.zip: OK\nb.deb: OK\n')
    writeFileSync(join(folder, 'a.zip'), 'changed')
    expect(check).toThrow('1 computed checksum did NOT match')
  })
})
