import * as fs from 'node:fs'
import * as path from 'node:path'
import { ok, type Result } from '../../base/result'
import type { DemoEntry } from '../../contract/classroom'
import type { Language } from '../../contract/language'
import { decodeDemo, decodeDemoTranslation } from '../format/decode-demo'
import type { Demo } from '../format/demo'
import { tellFileProblem, type FileProblem } from '../format/front-matter'
import { readText, shortName } from './exercise-folder'

export const DEMO_FILE = 'demo.md'

export interface ReadDemo {
  readonly demo: Demo
  /** Of its words. */
  readonly language: Language
}

/** The file of a demo (`ID/demo.md`), in that language if there is a translation (`demo.de.md`). */
export function readDemo(file: string, language: Language): Result<ReadDemo, readonly FileProblem[]> {
  const text = readText(file)
  if (!text.ok) return text
  const demo = decodeDemo({ file: shortName(file), text: text.value })
  if (!demo.ok) return demo
  const translation = translationOf(file, language)
  if (language === 'en' || !fs.existsSync(translation)) return ok({ demo: demo.value, language: 'en' })
  const words = readText(translation)
  if (!words.ok) return words
  const translated = decodeDemoTranslation({ file: shortName(translation), text: words.value }, demo.value)
  return translated.ok ? ok({ demo: translated.value, language }) : translated
}

function translationOf(file: string, language: Language): string {
  return path.join(path.dirname(file), `demo.${language}.md`)
}

/** In the folders below, whether there is an exercise beside it or not. */
export function demoFilesIn(folder: string): readonly string[] {
  if (!fs.existsSync(folder)) return []
  const names = fs.readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const files = names.map(({ name }) => path.join(folder, name, DEMO_FILE))
  return files.filter((file) => fs.existsSync(file)).toSorted()
}

interface Found {
  readonly written: string
  readonly read: ReturnType<typeof readDemo>
}

/** All demos that there are. One is read again only if it was written since. */
export class DemoShelf {
  readonly #folders: readonly string[]
  #found: ReadonlyMap<string, Found> = new Map()

  constructor(folders: readonly string[]) {
    this.#folders = folders
  }

  list(language: Language): readonly DemoEntry[] {
    return [...this.#look(language)].map(([file, { read }]) => entryOf(file, read))
  }

  find(id: string, language: Language): (ReadDemo & { readonly file: string }) | undefined {
    for (const [file, { read }] of this.#look(language)) if (read.ok && read.value.demo.id === id) return { file, ...read.value }
    return undefined
  }

  #look(language: Language): ReadonlyMap<string, Found> {
    const next = new Map<string, Found>()
    for (const file of this.#folders.flatMap(demoFilesIn)) {
      const times = [file, translationOf(file, language)].map((one) => fs.statSync(one, { throwIfNoEntry: false })?.mtimeMs ?? 0)
      const written = [language, ...times].join()
      const before = this.#found.get(file)
      next.set(file, before?.written === written ? before : { written, read: readDemo(file, language) })
    }
    this.#found = next
    return next
  }
}

function entryOf(file: string, read: Found['read']): DemoEntry {
  if (!read.ok) {
    const id = path.basename(path.dirname(file))
    return { id, title: id, language: 'en', minutes: 0, steps: 0, problems: read.error.map(tellFileProblem) }
  }
  const { demo, language } = read.value
  return { id: demo.id, title: demo.title, language, minutes: demo.minutes, steps: demo.steps.length, problems: [] }
}
