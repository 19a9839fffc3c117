import type { Language } from '../../src-main/contract/language'
import { words as german } from './de/words'
import { words as english } from './en/words'
import type { Glossary, GlossaryEntry } from './glossary'

const GLOSSARIES: Readonly<Record<Language, Glossary>> = { en: english.words, de: german.words }

/** The element of an entry in the Words panel. Both languages have the same entries in the same order. */
export function entryId(section: number, entry: number): string {
  return `word-${section}-${entry}`
}

/** The entry of an English word, in a language. Undefined: the glossary does not have it. */
export function glossaryEntry(word: string, language: Language): (GlossaryEntry & { readonly id: string }) | undefined {
  for (const [section, { entries }] of GLOSSARIES.en.sections.entries()) {
    const at = entries.findIndex((entry) => entry.word === word)
    const entry = GLOSSARIES[language].sections[section]?.entries[at]
    if (at >= 0 && entry !== undefined) return { ...entry, id: entryId(section, at) }
  }
  return undefined
}
