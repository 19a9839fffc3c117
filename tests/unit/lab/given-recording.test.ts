import { describe, expect, it } from 'vitest'
import { givenPieceSchema, type GivenPiece } from '../../../src-main/contract/given-recording'
import { LIMITS } from '../../../src-main/contract/limits'
import { GivenRecording } from '../../../src-main/lab/given-recording'
import * as v from 'valibot'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const piece = (at: number, text: string, part: Partial<GivenPiece> = {}): GivenPiece => ({
  name: 'run.ndjson',
  byteCount: 10,
  at,
  base64: base64(text),
  ...part,
})
const MORE = { ok: true, value: undefined }
const GIVEN_UP = { ok: false, error: { code: 'not-possible-now' } }

describe('a recording that is given in pieces', () => {
  it('is whole with its last piece', () => {
    const given = new GivenRecording()
    expect(given.take(piece(0, 'abcd'))).toEqual(MORE)
    expect(given.take(piece(4, 'efgh'))).toEqual(MORE)
    const whole = given.take(piece(8, 'ij'))
    expect(whole.ok && whole.value && [whole.value.name, Buffer.from(whole.value.bytes).toString()]).toEqual(['run.ndjson', 'abcdefghij'])
    expect(given.take(piece(8, 'ij'))).toMatchObject(GIVEN_UP)
  })

  it.each([
    ['a piece is missing', piece(8, 'ij')],
    ['a piece comes twice', piece(0, 'abcd', { at: 2 })],
    ['it is another file', piece(4, 'efgh', { name: 'other.ndjson' })],
    ['it has another length', piece(4, 'efgh', { byteCount: 11 })],
    ['it is for something else', piece(4, 'efgh', { isBeside: true })],
  ])('ends where %s', (_, wrong) => {
    const given = new GivenRecording()
    given.take(piece(0, 'abcd'))
    expect(given.take(wrong)).toMatchObject(GIVEN_UP)
    expect(given.take(piece(4, 'efgh'))).toMatchObject(GIVEN_UP)
  })

  it.each([
    ['more than it said', piece(4, 'efghijk')],
    ['nothing', piece(4, '')],
  ])('ends where a piece has %s', (_, wrong) => {
    const given = new GivenRecording()
    given.take(piece(0, 'abcd'))
    expect(given.take(wrong)).toMatchObject({ ok: false, error: { code: 'bad-command', field: 'base64' } })
    expect(given.take(piece(4, 'efgh'))).toMatchObject(GIVEN_UP)
  })

  it('begins anew with a first piece, and ends when it is given up', () => {
    const given = new GivenRecording()
    given.take(piece(0, 'abcd'))
    expect(given.take(piece(0, 'xxxxxxxxxx'))).toMatchObject({ ok: true, value: { name: 'run.ndjson' } })
    given.take(piece(0, 'abcd'))
    given.giveUp()
    expect(given.take(piece(4, 'efgh'))).toMatchObject(GIVEN_UP)
  })
})

describe('a piece from outside', () => {
  it.each([
    ['a path', { name: '../x.ndjson' }],
    ['no name', { name: '' }],
    ['a name without end', { name: 'x'.repeat(201) }],
    ['more than a recording has', { byteCount: LIMITS.recordingBytes + 1 }],
    ['nothing', { byteCount: 0 }],
    ['a place before the beginning', { at: -1 }],
    ['what is no base64', { base64: '<script>' }],
    ['more than a piece has', { base64: 'A'.repeat(Math.ceil(LIMITS.givenPieceBytes / 3) * 4 + 4) }],
  ])('is refused that has %s', (_, part) => {
    expect(v.is(givenPieceSchema, piece(0, 'abcd'))).toBe(true)
    expect(v.is(givenPieceSchema, { ...piece(0, 'abcd'), ...part })).toBe(false)
  })

  it('fits into a message', () => {
    const largest = piece(0, 'x'.repeat(LIMITS.givenPieceBytes), { name: '\u{1f4be}'.repeat(100), byteCount: LIMITS.recordingBytes })
    expect(v.is(givenPieceSchema, largest)).toBe(true)
    const message = JSON.stringify({ id: Number.MAX_SAFE_INTEGER, method: 'giveRecording', args: [largest] })
    expect(Buffer.byteLength(message)).toBeLessThan(LIMITS.labSocketMessageBytes)
  })
})
