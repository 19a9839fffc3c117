import { createI18n } from 'vue-i18n'
import en from './en'

/** Messages are interpreted, never compiled to functions, as the page's policy forbids that. */
export function createMessages() {
  return createI18n({ legacy: false, locale: 'en', fallbackLocale: 'en', messages: { en } })
}
