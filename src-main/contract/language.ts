import * as v from 'valibot'

/**
 * The languages of the window, of its menu, and of the reports that it orders. The lab itself speaks English: what it said in a run stands
 * in a report as it was said.
 */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

export const languageSchema = v.picklist(LANGUAGES)
