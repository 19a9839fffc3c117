/** Reads every word that the window shows or says, and finds those that are not of the language it speaks. */
import { compare as compareDe } from '../../src-renderer/i18n/de/compare'
import { explain as explainDe } from '../../src-renderer/i18n/de/explain'
import { exporting as exportingDe } from '../../src-renderer/i18n/de/export'
import { faults as faultsDe } from '../../src-renderer/i18n/de/faults'
import { flight as flightDe } from '../../src-renderer/i18n/de/flight'
import { fork as forkDe } from '../../src-renderer/i18n/de/fork'
import { panels as panelsDe } from '../../src-renderer/i18n/de/panels'
import { room as roomDe } from '../../src-renderer/i18n/de/room'
import { shell as shellDe } from '../../src-renderer/i18n/de/shell'
import { simulation as simulationDe } from '../../src-renderer/i18n/de/simulation'
import { table as tableDe } from '../../src-renderer/i18n/de/table'
import { timeline as timelineDe } from '../../src-renderer/i18n/de/timeline'
import { topology as topologyDe } from '../../src-renderer/i18n/de/topology'
import { tour as tourDe } from '../../src-renderer/i18n/de/tour'
import { compare as compareEn } from '../../src-renderer/i18n/en/compare'
import { explain as explainEn } from '../../src-renderer/i18n/en/explain'
import { exporting as exportingEn } from '../../src-renderer/i18n/en/export'
import { faults as faultsEn } from '../../src-renderer/i18n/en/faults'
import { flight as flightEn } from '../../src-renderer/i18n/en/flight'
import { fork as forkEn } from '../../src-renderer/i18n/en/fork'
import { panels as panelsEn } from '../../src-renderer/i18n/en/panels'
import { room as roomEn } from '../../src-renderer/i18n/en/room'
import { shell as shellEn } from '../../src-renderer/i18n/en/shell'
import { simulation as simulationEn } from '../../src-renderer/i18n/en/simulation'
import { table as tableEn } from '../../src-renderer/i18n/en/table'
import { timeline as timelineEn } from '../../src-renderer/i18n/en/timeline'
import { topology as topologyEn } from '../../src-renderer/i18n/en/topology'
import { tour as tourEn } from '../../src-renderer/i18n/en/tour'

/** File by file: two of them may have a section of the same name. The glossary is a page of its own. */
const ENGLISH = [
  ...[compareEn, explainEn, exportingEn, faultsEn, flightEn, forkEn, panelsEn],
  ...[roomEn, shellEn, simulationEn, tableEn, timelineEn, topologyEn, tourEn],
]
const GERMAN = [
  ...[compareDe, explainDe, exportingDe, faultsDe, flightDe, forkDe, panelsDe],
  ...[roomDe, shellDe, simulationDe, tableDe, timelineDe, topologyDe, tourDe],
]

/**
 * What the lab itself says, in English in every language: names, data and descriptions of events and requests; the patent's words.
 * Exercises that are not translated say which language they are in.
 */
const OF_THE_LAB = [
  '[role="tabpanel"] [role="option"]',
  '.story',
  '.tree',
  'code',
  'form .field > .hint',
  '.words dt > span',
  '[lang="en"]:not(html)',
]

/** Places, as events name them in every language. */
const NAMES: ReadonlySet<string> = new Set(['host', 'interconnect', 'midplane'])

function leaves(at: object, prefix = ''): [string, string][] {
  return Object.entries(at).flatMap(([key, value]: [string, unknown]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`
    return typeof value === 'string' ? [[path, value]] : leaves(value as object, path)
  })
}

const fixed = (form: string): string => form.replaceAll(/\{\w+\}/g, '').trim()
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
/** Any text with its places filled. */
const patternOf = (form: string): RegExp =>
  new RegExp(
    `^${form
      .trim()
      .split(/\{\w+\}/)
      .map(escaped)
      .join('.*')}$`,
  )

const keys = new Set(ENGLISH.flatMap((file) => leaves(file)).map(([key]) => key))
const formsOf = (files: readonly object[]): Set<string> =>
  new Set(files.flatMap((file) => leaves(file)).flatMap(([, text]) => text.split(' | ').map((form) => form.trim())))
const germanForms = formsOf(GERMAN)
const germanPatterns = [...germanForms].filter((form) => /\p{L}{2}/u.test(fixed(form))).map(patternOf)
const englishPatterns = [...formsOf(ENGLISH)].filter((form) => !germanForms.has(form) && /\p{L}{2}/u.test(fixed(form))).map(patternOf)

/** Messages that nobody wrote, since the window was last told to note them. */
export async function noteMissing(): Promise<void> {
  await browser.execute(() => {
    const page = window as unknown as { missing?: string[] }
    if (page.missing !== undefined) return
    const missing: string[] = (page.missing = [])
    const warn = console.warn
    console.warn = (...told: unknown[]) => {
      if (String(told[0]).startsWith('No message')) missing.push(String(told[0]))
      warn(...told)
    }
  })
}

/** Keys that are shown instead of their messages; in German also what is English. */
export async function foreignWords(language: 'en' | 'de'): Promise<readonly string[]> {
  const { texts, missing } = await browser.execute(readPage, OF_THE_LAB.join(','))
  const raw = texts.filter((text) => keys.has(text)).map((text) => `a key: ${text}`)
  const english = language === 'en' ? [] : texts.filter(isEnglish).map((text) => `in English: ${text}`)
  return [...missing, ...raw, ...english]
}

function isEnglish(text: string): boolean {
  if (NAMES.has(text)) return false
  return englishPatterns.some((pattern) => pattern.test(text)) && !germanPatterns.some((pattern) => pattern.test(text))
}

/** Runs in the page, so it can use nothing from outside. */
function readPage(ofTheLab: string): { texts: string[]; missing: string[] } {
  const SAID = ['aria-label', 'title', 'placeholder', 'aria-valuetext', 'aria-description', 'alt']
  const texts = new Set<string>()
  const add = (text: string): void => void texts.add(text.trim().replaceAll(/\s+/g, ' '))
  for (const element of document.querySelectorAll('body, body *')) {
    if (element.closest(ofTheLab) !== null) continue
    for (const name of SAID) add(element.getAttribute(name) ?? '')
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) add(node.textContent ?? '')
  }
  texts.delete('')
  const page = window as unknown as { missing?: string[] }
  return { texts: [...texts], missing: page.missing?.splice(0) ?? ['nobody notes what is missing'] }
}
