import { shallowRef } from 'vue'
import { LANGUAGES, type Language } from '../../src-main/contract/language'

const spoken = shallowRef<Language>('en')

/** The language of the window now. What reads it while it is shown is shown anew when it changes. */
export function language(): Language {
  return spoken.value
}

export function speak(next: Language): void {
  spoken.value = next
}

/** Of the languages that a person's system prefers, the first that the window speaks, or else English. */
export function languageFor(preferred: readonly string[]): Language {
  const known = preferred.map((tag) => LANGUAGES.find((one) => one === tag.toLowerCase().split('-', 1)[0]))
  return known.find((one) => one !== undefined) ?? 'en'
}
