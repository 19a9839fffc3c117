import * as fs from 'node:fs'
import * as path from 'node:path'
import { present } from '../../src-main/base/assert'
import type { Batch } from './batch'
import { TARGETS } from './targets/targets'

/** What was found once, and must never be found again. */
export interface CorpusFile {
  readonly target: string
  readonly seed: number
  /** What was found, for people. */
  readonly found: string
  readonly cases: readonly unknown[]
}

export function readCorpus(folder: string): readonly { readonly name: string; readonly file: CorpusFile }[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({ name, file: JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as CorpusFile }))
}

export function batchOf({ target, seed, cases }: CorpusFile): Batch {
  return {
    target: present(
      TARGETS.find(({ name }) => name === target),
      `fuzz target ${target}`,
    ),
    seed,
    cases,
  }
}

/** Returns the name of the new file. */
export function keepInCorpus(folder: string, file: CorpusFile): string {
  fs.mkdirSync(folder, { recursive: true })
  const name = path.join(folder, `${file.target}-${file.seed}.json`)
  fs.writeFileSync(name, `${JSON.stringify(file, undefined, 2)}\n`)
  return name
}

/** From the project's folder, where every program of it runs. */
export const CORPUS_FOLDER = 'tests/fuzz/corpus'
