import * as v from 'valibot'

/** The languages of the window and of its menu. The lab itself speaks English. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

export const languageSchema = v.picklist(LANGUAGES)
