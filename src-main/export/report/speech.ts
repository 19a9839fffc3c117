import type { Language } from '../../contract/language'
import type { Place } from '../../contract/trace'
import { figuresOf, type Figures } from './figures'
import { html, type Markup } from './markup'
import { ENGLISH, type ReportWords } from './words/english'
import { GERMAN } from './words/german'

const WORDS: Readonly<Record<Language, ReportWords>> = { en: ENGLISH, de: GERMAN }

/** How a report speaks: in which language, with which words, and how it writes numbers. */
export interface Speech extends Figures {
  readonly language: Language
  readonly words: ReportWords
}

export function speechOf(language: Language): Speech {
  return { language, words: WORDS[language], ...figuresOf(language) }
}

/** A name in a run in the words of the report. What comes from a recording may be any text: it stands as it is. */
export function named(words: Readonly<Record<string, string>>, name: string): string {
  return (Object.hasOwn(words, name) ? words[name] : undefined) ?? name
}

/** `controller-a` as "controller A". */
export function placeName({ words }: Speech, place: Place): string {
  const [thing = '', which = ''] = place.split('-')
  const name = named(words.places, thing)
  return which === '' ? name : `${name} ${which.toUpperCase()}`
}

/** What the lab said in the run, as it said it: in English. */
export function said({ language }: Speech, text: string): Markup {
  return language === 'en' ? html`${text}` : html`<span lang="en">${text}</span>`
}
