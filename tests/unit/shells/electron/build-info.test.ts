import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BuildInfo } from '../../../../src-main/packaging/build-info'
import { developmentBuildOf } from '../../../../src-main/shells/electron/build-info'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-info-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function told(info: BuildInfo | undefined, launchedWith?: string): string | undefined {
  const file = join(folder, 'build-info.json')
  if (info !== undefined) writeFileSync(file, JSON.stringify(info))
  return developmentBuildOf({ file, launchedWith, electron: '45.4.1' })
}

describe('A package', () => {
  it('is for users only as a release, whatever started it', () => {
    expect(told({ runtime: 'official', electron: '45.4.1', isRelease: true })).toBeUndefined()
    expect(told({ runtime: 'official', electron: '45.4.1', isRelease: true }, 'registry')).toBeUndefined()
  })

  it.each([
    ['official', 'in a build that is not a release'],
    ['registry', 'from the package registry'],
    ['override', 'from an override path'],
  ] as const)('says that it is a development build with an Electron of kind %s', (runtime, words) => {
    expect(told({ runtime, electron: '45.4.1', isRelease: false })).toBe(`Electron 45.4.1 ${words}`)
  })
})

describe('A tree that was never packaged', () => {
  it('is what the launcher says', () => {
    expect(told(undefined)).toBeUndefined()
    expect(told(undefined, 'official')).toBeUndefined()
    expect(told(undefined, 'registry')).toBe('Electron 45.4.1 from the package registry')
  })
})
