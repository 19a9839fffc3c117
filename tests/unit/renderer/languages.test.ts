import * as fs from 'node:fs'
import * as path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { LANGUAGES } from '../../../src-main/contract/language'
import { createMessages } from '../../../src-renderer/i18n'
import de from '../../../src-renderer/i18n/de'
import en from '../../../src-renderer/i18n/en'
import { parseGlossary } from '../../../src-renderer/i18n/glossary'
import { language, languageFor, speak } from '../../../src-renderer/i18n/language'
import { decodeSettings, LANGUAGE_CHOICES } from '../../../src-renderer/stores/settings'
import WordsPanel from '../../../src-renderer/views/WordsPanel.vue'
import { SAME_IN_BOTH } from './same-in-both'

function leaves(at: unknown, prefix = ''): [string, string][] {
  if (typeof at === 'string') return [[prefix, at]]
  return Object.entries(at as Record<string, unknown>).flatMap(([key, value]) => leaves(value, prefix === '' ? key : `${prefix}.${key}`))
}

/** Without the glossary, whose words have tests of their own. */
const messagesOf = (all: object) => new Map(leaves(all).filter(([key]) => !key.startsWith('words.')))
const english = messagesOf(en)
const german = messagesOf(de)
const formsOf = (message: string | undefined) => (message ?? '').split(' | ')
const placesIn = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
const placesOf = (message: string | undefined) => [...new Set(placesIn(message ?? ''))].sort()

afterEach(() => {
  speak('en')
  vi.restoreAllMocks()
})

describe('German and English', () => {
  it('have the same messages, none of them empty in one language alone', () => {
    expect(english.size).toBeGreaterThan(500)
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort())
    expect([...german].filter(([key, text]) => (text.trim() === '') !== (english.get(key)?.trim() === '')).map(([key]) => key)).toEqual([])
  })

  it.each(LANGUAGES)('have each section in one file alone, so that none stands in place of another: %s', async (of) => {
    const folder = path.resolve('src-renderer/i18n', of)
    const sections: string[] = []
    for (const name of fs.readdirSync(folder).filter((file) => file !== 'index.ts'))
      for (const exported of Object.values((await import(path.join(folder, name))) as Record<string, object>))
        sections.push(...Object.keys(exported))
    expect(sections.length).toBeGreaterThan(20)
    expect(sections.filter((section, index) => sections.indexOf(section) !== index)).toEqual([])
  })

  it('have the same places to fill in each message', () => {
    const differing = [...english].filter(([key, text]) => placesOf(text).join() !== placesOf(german.get(key)).join())
    expect(differing.map(([key]) => key)).toEqual([])
  })

  it('have the same number of plural forms, and say the count where English says it', () => {
    const counted = [...english].filter(([, text]) => text.includes(' | '))
    expect(counted.length).toBeGreaterThan(30)
    expect(counted.filter(([key, text]) => formsOf(text).length !== formsOf(german.get(key)).length).map(([key]) => key)).toEqual([])
    const plural = (text: string | undefined) =>
      placesIn(formsOf(text).at(-1) ?? '')
        .sort()
        .join()
    expect(counted.filter(([key, text]) => plural(text) !== plural(german.get(key))).map(([key]) => key)).toEqual([])
  })

  it('differ, but for words that are on the list of those that are the same', () => {
    const same = [...english].filter(([key, text]) => /\p{L}/u.test(text.replaceAll(/\{\w+\}/g, '')) && german.get(key) === text)
    expect(same.filter(([, text]) => !SAME_IN_BOTH.has(text)).map(([key, text]) => `${key}: ${text}`)).toEqual([])
    const used = new Set(same.map(([, text]) => text))
    expect([...SAME_IN_BOTH].filter((text) => !used.has(text))).toEqual([])
  })

  it.each(LANGUAGES)('can be read in every form by the interpreter, with every place filled: %s', (tongue) => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    speak(tongue)
    const { t } = createMessages().global
    for (const [key, text] of tongue === 'de' ? german : english) {
      const values = Object.fromEntries(placesOf(text).map((name) => [name, '7']))
      formsOf(text).forEach((form, count) => {
        const expected = form.replaceAll(/\{\w+\}/g, '7').trim()
        const index = formsOf(text).length === 2 ? count + 1 : count
        expect(t(key, values, index).trim(), key).toBe(expected)
      })
    }
    expect(warn).not.toHaveBeenCalled()
  })

  it('are each of the shape of the other, by type', () => {
    const { header: _left, ...rest } = en
    // @ts-expect-error a section is missing
    const lacking: typeof en = rest
    // @ts-expect-error a message is missing
    const shorter: typeof en.toast = { label: 'Hinweis', close: 'Hinweis schließen' }
    // @ts-expect-error a message is too many
    const longer: typeof en.actions = { failed: 'Das ging nicht', done: 'Das ging' }
    expect([lacking, shorter, longer]).toHaveLength(3)
  })

  it('are written in their own signs', () => {
    // Quotation marks and apostrophes of the other language, and three points where one sign is meant.
    expect([...german].filter(([, text]) => /[”’"']|\.\.\./.test(text)).map(([key]) => key)).toEqual([])
    expect([...english].filter(([, text]) => /[„"]|\w'\w|\.\.\./.test(text)).map(([key]) => key)).toEqual([])
    // A number and its sign of percent stand apart in German.
    expect([...german].filter(([, text]) => /[\d}]%/.test(text)).map(([key]) => key)).toEqual([])
  })
})

describe('the German glossary', () => {
  const pages = {
    en: parseGlossary(fs.readFileSync('docs/glossary.md', 'utf8')),
    de: parseGlossary(fs.readFileSync('docs/glossary.de.md', 'utf8')),
  }
  const entries = pages.de.sections.flatMap((section) => section.entries)

  it('has the sections and the words of the English one, in its order', () => {
    const patentsOf = ({ sections }: (typeof pages)['en']) => sections.map((section) => section.entries.map(({ patent }) => patent))
    expect(patentsOf(pages.de)).toEqual(patentsOf(pages.en))
  })

  it('has each word once, and says in one sentence what it means', () => {
    const words = entries.map(({ word }) => word.toLowerCase())
    expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([])
    expect(entries.filter(({ meaning }) => !/^[A-ZÄÖÜ][^.?!]*\.$/.test(meaning)).map(({ word }) => word)).toEqual([])
  })

  it('is what the panel of words shows in German', async () => {
    speak('de')
    const html = await renderToString(createSSRApp(WordsPanel).use(createMessages()))
    for (const { word, meaning } of entries) {
      expect(html).toContain(word)
      expect(html).toContain(meaning)
    }
  })
})

describe('the language of the window', () => {
  it('is the first of those the system prefers that it speaks, or English', () => {
    expect(languageFor(['fr-CH', 'de-CH', 'en'])).toBe('de')
    expect(languageFor(['en-GB', 'de'])).toBe('en')
    expect(languageFor(['DE'])).toBe('de')
    expect([languageFor([]), languageFor(['fr']), languageFor(['den'])]).toEqual(['en', 'en', 'en'])
  })

  it('is as the system says, unless a person chose, and what is not understood is no choice', () => {
    expect(decodeSettings(null).language).toBe('system')
    expect(decodeSettings('{"language":"de"}').language).toBe('de')
    expect(decodeSettings('{"language":"fr","panel":"events"}')).toMatchObject({ language: 'system', panel: 'events' })
    expect(LANGUAGE_CHOICES).toEqual(['system', ...LANGUAGES])
  })

  it('changes what is shown at once', () => {
    const messages = createMessages()
    expect([language(), messages.global.t('view.open')]).toEqual(['en', 'View'])
    speak('de')
    expect([language(), messages.global.t('view.open')]).toEqual(['de', 'Ansicht'])
  })

  it('tells the console of a message that is missing', () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    createMessages().global.t('view.nowhere')
    expect(warn).toHaveBeenCalledWith('No message "view.nowhere" in "en".')
  })
})
