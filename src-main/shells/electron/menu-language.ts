import * as v from 'valibot'
import { languageSchema, type Language } from '../../contract/language'
import type { LabCallOutcome } from '../../contract/lab-ipc'
import { isLabPage, type CallingFrame } from './page-origin'

export interface MenuLanguageOptions {
  readonly pageUrl: string
  readonly use: (language: Language) => void
}

/** The window says which language it speaks; the menu follows. */
export function createMenuLanguage({
  pageUrl,
  use,
}: MenuLanguageOptions): (frame: CallingFrame | null, payload: unknown) => LabCallOutcome {
  return (frame, payload) => {
    if (!isLabPage(frame, pageUrl)) return { error: 'Only the window of the lab may choose the language.' }
    const language = v.safeParse(languageSchema, payload)
    if (!language.success) return { error: 'The menu does not have this language.' }
    use(language.output)
    return { result: null }
  }
}
