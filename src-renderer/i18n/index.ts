import { watch } from 'vue'
import { createI18n } from 'vue-i18n'
import de from './de'
import en from './en'
import { language } from './language'

/**
 * Messages are interpreted, never compiled to functions, as the page's policy forbids that. They follow the language of the window.
 * A message that is missing is told in the console, also in a built window.
 */
export function createMessages() {
  const messages = createI18n({
    legacy: false,
    locale: language(),
    fallbackLocale: 'en',
    messages: { en, de },
    missing: (locale, key) => console.warn(`No message "${key}" in "${locale}".`),
  })
  watch(language, (next) => (messages.global.locale.value = next), { flush: 'sync' })
  return messages
}
