import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { packageVersion, type BuildInfo } from '../../../src-main/packaging/build-info'
import { debianVersion } from '../../../src-main/packaging/forge-config'
import { stageApplication } from '../../../src-main/packaging/staging'

let projectDir: string
beforeEach(() => {
  projectDir = mkdtempSync(join(tmpdir(), 'packaging-'))
})
afterEach(() => {
  rmSync(projectDir, { recursive: true, force: true })
})

const registry: BuildInfo = { runtime: 'registry', electron: '33.2.1', isRelease: false }

describe('the version of a package', () => {
  it('is the plain one only for a release', () => {
    expect(packageVersion('0.1.0', { runtime: 'official', electron: '45.4.1', isRelease: true })).toBe('0.1.0')
    expect(packageVersion('0.1.0', { runtime: 'official', electron: '45.4.1', isRelease: false })).toBe('0.1.0-dev.official')
    expect(packageVersion('0.1.0', registry)).toBe('0.1.0-dev.registry')
  })

  it('sorts before the release for Debian', () => {
    expect(debianVersion('0.1.0-dev.registry')).toBe('0.1.0~dev.registry')
  })
})

describe('the staged application', () => {
  function write(file: string, text = '') {
    mkdirSync(join(projectDir, file, '..'), { recursive: true })
    writeFileSync(join(projectDir, file), text)
  }

  it('holds what users need, says what it is made of, and no more', async () => {
    const manifest = { name: 'lab', version: '0.1.0', main: 'out/main/electron.js', scripts: { start: 'x' }, devDependencies: { vue: '3' } }
    write('package.json', JSON.stringify(manifest))
    for (const file of ['electron.js', 'electron.js.map', 'start.js', 'serve.js', 'package.js']) write(`out/main/${file}`)
    write('out/preload/index.cjs')
    write('assets/icons/512.png')
    write('dist/lab.cdx.json', '{"bomFormat":"CycloneDX"}')

    const appDir = await stageApplication({
      projectDir,
      stageDir: join(projectDir, 'dist/stage'),
      buildInfo: registry,
      bill: join(projectDir, 'dist/lab.cdx.json'),
    })

    const read = (file: string) => JSON.parse(readFileSync(join(appDir, file), 'utf8')) as Record<string, unknown>
    expect(readdirSync(join(appDir, 'out/main'))).toEqual(['electron.js'])
    expect(readdirSync(join(appDir, 'out/preload'))).toEqual(['index.cjs'])
    expect(read('build-info.json')).toEqual(registry)
    expect(read('sbom.cdx.json')).toEqual({ bomFormat: 'CycloneDX' })
    expect(read('package.json')).toMatchObject({ version: '0.1.0-dev.registry', devDependencies: { electron: '33.2.1' } })
    expect(read('package.json')).not.toHaveProperty('scripts')
  })
})
