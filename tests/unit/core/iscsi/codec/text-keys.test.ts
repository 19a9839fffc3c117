import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeTextKeys, parseTextKeys } from '../../../../../src-main/core/iscsi/codec/text-keys'

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0))
const key = fc.stringMatching(/^[A-Z][A-Za-z0-9.+@_-]{0,62}$/)
const value = fc.stringMatching(/^[!-~]{0,255}$/)

describe('text keys', () => {
  it('come back as they were encoded', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key, value }), { maxLength: 20 }), (keys) => {
        expect(parseTextKeys(encodeTextKeys(keys))).toEqual({ ok: true, value: keys })
      }),
    )
  })

  it('keep "=" in values, bear a missing end and padding that was counted', () => {
    expect(parseTextKeys(bytesOf('X-a=b=c\0\0\0Y='))).toEqual({
      ok: true,
      value: [
        { key: 'X-a', value: 'b=c' },
        { key: 'Y', value: '' },
      ],
    })
  })

  it('know the one key of RFC 7144 that begins with a small letter', () => {
    expect(parseTextKeys(bytesOf('iSCSIProtocolLevel=2\0'))).toEqual({ ok: true, value: [{ key: 'iSCSIProtocolLevel', value: '2' }] })
  })

  it.each([
    ['an entry without "="', 'HeaderDigest\0'],
    ['a key of 64 bytes', `${'A'.repeat(64)}=1\0`],
    ['a key that is no standard label', 'lower=1\0'],
    ['a key that is no standard label', '=1\0'],
    ['a value of 256 bytes for A', `A=${'x'.repeat(256)}\0`],
    ['more than 256 keys', 'A=1\0'.repeat(257)],
  ])('refuses %s', (reason, text) => {
    expect(parseTextKeys(bytesOf(text))).toEqual({ ok: false, error: reason })
  })

  it('may be as long as the bounds say', () => {
    const longest = { key: `A${'b'.repeat(62)}`, value: 'x'.repeat(255) }
    expect(parseTextKeys(encodeTextKeys([longest]))).toEqual({ ok: true, value: [longest] })
    expect(parseTextKeys(bytesOf('A=1\0'.repeat(256))).ok).toBe(true)
  })

  it('bears any garbage', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (text) => void parseTextKeys(text)))
  })
})
