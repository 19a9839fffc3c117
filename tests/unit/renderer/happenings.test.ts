import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../../src-main/contract/language'
import { STORY_KINDS } from '../../../src-main/contract/story-kinds'
import type { TraceEvent, TraceKind } from '../../../src-main/contract/trace'
import de from '../../../src-renderer/i18n/de'
import en from '../../../src-renderer/i18n/en'
import { HAPPENED, happeningOf } from '../../../src-renderer/model/happenings'
import { NARRATED } from '../../../src-renderer/model/narration'

const event = (kind: TraceKind, rest: Partial<TraceEvent> = {}): TraceEvent =>
  ({ id: 1, timeMs: 1, place: 'controller-b', kind, ...rest }) as TraceEvent

describe('what a run tells of', () => {
  it.each(LANGUAGES)('has a sentence for each kind of event, none of them the name of the event: %s', (language) => {
    const { compare, narration } = { en, de }[language]
    const sentences: Readonly<Record<string, string>> = { ...narration, ...compare.happened }
    const names: Readonly<Record<string, string>> = { ...NARRATED, ...HAPPENED }
    const without = STORY_KINDS.filter((kind) => !/^[A-ZÄÖÜ{].* .*\.$/.test(sentences[names[kind] ?? ''] ?? ''))
    expect(without).toEqual([])
    expect(Object.values(sentences).filter((sentence) => /\w\.\w/.test(sentence))).toEqual([])
  })

  it('has two kinds with the same sentence nowhere', () => {
    const names = STORY_KINDS.map((kind) => ({ ...NARRATED, ...HAPPENED })[kind])
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
  })

  it('says whom and which drive it is about', () => {
    expect(happeningOf(event('midplane.controller-exited', { place: 'midplane', data: { controller: 'b' } }))).toEqual({
      sentence: 'thread-ended',
      id: 'b',
      peer: 'a',
      drive: '?',
    })
    expect(happeningOf(event('drive.failed', { to: 'drive-3' }))).toMatchObject({ sentence: 'drive-failed', id: 'b', drive: '3' })
    expect(happeningOf(event('drive.pulled', { place: 'drive-5' }))).toMatchObject({ drive: '5' })
    expect(happeningOf(event('drive.rebuilt', { data: { drive: 0 } }))).toMatchObject({ drive: '0' })
    expect(happeningOf(event('io.read' as TraceKind))).toBeUndefined()
  })
})
