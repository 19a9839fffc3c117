import * as fs from 'node:fs'
import * as path from 'node:path'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { because, partsOf, REASON_PARTS, reasonSchema, type PartKind, type Reason } from '../../../../src-main/contract/exercise-reason'
import { REASON_SENTENCES, VALUE_WORDS, type ReasonKey } from '../../../../src-main/contract/reason-sentences'
import { reasonText } from '../../../../src-main/exercise/checks/reason-text'
import { reasons as german } from '../../../../src-renderer/i18n/de/reasons'
import { reasons as english } from '../../../../src-renderer/i18n/en/reasons'
import { projectDir } from '../../../support/planted-build'

const KEYS = Object.keys(REASON_PARTS) as ReasonKey[]
const SAMPLE = { text: 'alpha', number: 7, time: 1234.5678, value: { type: 'word', word: 'crash' } } as const satisfies Record<
  PartKind,
  unknown
>
const sampleOf = (key: ReasonKey): Reason => ({
  key,
  parts: Object.fromEntries(Object.entries(REASON_PARTS[key]).map(([name, kind]) => [name, SAMPLE[kind]])),
})

/** Of reasons, wherever the code of exercises gives one. */
const given = [...sourceOf('src-main/exercise'), ...sourceOf('src-main/contract')].flatMap((text) =>
  [...text.matchAll(/\bbecause\(\s*'(\w+)'/g)].map(([, key = '']) => key),
)

function sourceOf(folder: string): readonly string[] {
  const files = fs.readdirSync(path.join(projectDir, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return files.map((name) => fs.readFileSync(path.join(projectDir, folder, name), 'utf8'))
}

const namesIn = (sentence: string): readonly string[] => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted()

describe('reasons', () => {
  it('that the code gives all have a sentence, and none has a sentence that no code gives', () => {
    expect([...new Set(given)].toSorted()).toEqual(KEYS.toSorted())
    expect(Object.keys(REASON_SENTENCES).toSorted()).toEqual(KEYS.toSorted())
  })

  it.each([
    ['English', english.reason],
    ['German', german.reason],
  ])('are told in %s, each with all of its parts', (_, { because: sentences, value }) => {
    expect(Object.keys(sentences).toSorted()).toEqual(KEYS.toSorted())
    for (const key of KEYS) {
      expect(namesIn(sentences[key]), key).toEqual(Object.keys(REASON_PARTS[key]).toSorted())
      expect(sentences[key], key).not.toMatch(/[.@|]$|[@|]/)
    }
    expect(Object.entries(value).map(([word, text]) => [word, namesIn(text)])).toEqual(
      Object.entries(VALUE_WORDS).map(([word, text]) => [word, namesIn(text)]),
    )
  })

  it.each(KEYS)('%s is a whole sentence in a terminal, and the same after it was kept in a file', (key) => {
    const reason = sampleOf(key)
    const text = reasonText(reason)
    expect(text).not.toMatch(/[{}]|undefined|NaN|\[object/)
    for (const { kind } of partsOf(reason))
      expect(text).toContain({ text: 'alpha', number: '7', time: '1234.568 ms', value: 'crash' }[kind])
    expect(v.parse(reasonSchema, JSON.parse(JSON.stringify(reason)))).toEqual(reason)
  })

  it.each([
    [{ type: 'range', least: 3 }, 'it is at least 3'],
    [{ type: 'range', most: 3 }, 'it is at most 3'],
    [{ type: 'range', least: 3, most: 4.5 }, 'it is from 3 to 4.5'],
    [{ type: 'truth', value: false }, 'it is false'],
    [{ type: 'duration', ms: 12.3456 }, 'it is 12.346 ms'],
    [{ type: 'none' }, 'it is none'],
    [{ type: 'list', items: [{ type: 'number', value: 1 }, { type: 'list', items: [] }, { type: 'unknown' }] }, 'it is [1, [], unknown]'],
  ] as const)('tell of the value %j: %s', (value, text) => {
    const reason = because('is', { value })
    expect(reasonText(reason)).toBe(text)
    expect(v.parse(reasonSchema, reason)).toEqual(reason)
  })

  it('of files of an earlier version are the sentences that they have', () => {
    const reason = v.parse(reasonSchema, 'there was no drive.failed')
    expect(reason).toEqual(because('told', { text: 'there was no drive.failed' }))
    expect(reasonText(reason)).toBe('there was no drive.failed')
  })

  it.each([
    { key: 'nobody', parts: {} },
    { key: 'noGap', parts: {} },
    { key: 'noGap', parts: { lun: 'zero' } },
    { key: 'noGap', parts: { lun: 0, more: 1 } },
    { key: 'is', parts: { value: { type: 'range' } } },
    { key: 'goesOn', parts: {}, more: 1 },
    7,
  ])('%j is none', (kept) => {
    expect(v.is(reasonSchema, kept)).toBe(false)
  })
})
