import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Outcome } from './bench-client'
import type { Mutant } from './mutants'

export interface Entry {
  readonly file: string
  readonly mutant: Mutant
  readonly outcome: Outcome
}

/** What earlier runs found, one line each, so that a run goes on where one was stopped. */
export class Ledger {
  readonly #path: string
  readonly #known = new Map<string, Entry>()

  constructor(path: string) {
    this.#path = path
    mkdirSync(dirname(path), { recursive: true })
    if (!existsSync(path)) return
    for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const { key, ...entry } = JSON.parse(line) as Entry & { readonly key: string }
      this.#known.set(key, entry)
    }
  }

  get(key: string): Entry | undefined {
    return this.#known.get(key)
  }

  add(key: string, entry: Entry): void {
    this.#known.set(key, entry)
    appendFileSync(this.#path, `${JSON.stringify({ key, ...entry })}\n`)
  }
}

/** The same only as long as the file is. */
export function keyOf(file: string, text: string, { start, end, replacement }: Mutant): string {
  return createHash('sha256')
    .update(JSON.stringify([file, text, start, end, replacement]))
    .digest('base64url')
    .slice(0, 22)
}
