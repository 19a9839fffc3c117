import { describe, expect, it } from 'vitest'
import { whyNoRelease } from '../../../src-main/packaging/release-check'

const PUBLISHED = ['42.9.9', '43.1.0', '44.0.0', '44.2.10', '44.2.9', '45.4.1', '45.4.0', '46.0.0-beta.3']

describe('A package for users', () => {
  it.each(['45.4.1', '44.2.10', '43.1.0'])('can be made from the official Electron %s', (version) => {
    expect(whyNoRelease({ kind: 'official', version }, PUBLISHED)).toBeUndefined()
  })

  it.each([
    ['registry', '33.2.1', 'the package registry, for development only'],
    ['override', '45.4.1', 'an override path'],
    ['official', '45.4.0', 'the newest Electron of its major version, 45.4.1'],
    ['official', '44.2.9', 'the newest Electron of its major version, 44.2.10'],
    ['official', '42.9.9', 'still mended (45, 44, 43)'],
    ['official', '46.0.0-beta.3', 'a stable Electron'],
    ['official', '47.0.0', 'was not'],
    ['official', undefined, 'of no known version'],
  ] as const)('is refused with the %s Electron %s', (kind, version, why) => {
    expect(whyNoRelease({ kind, version }, PUBLISHED)).toContain(why)
  })

  it('is refused where nobody knows what was published', () => {
    expect(whyNoRelease({ kind: 'official', version: '45.4.1' }, [])).toContain('was not')
  })
})
