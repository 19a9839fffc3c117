/** Around a run of the bench: one file for all figures, and one table of them at the end. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import type { TestProject } from 'vitest/node'
import { load, machine } from '../support/machine'
import { figuresTable } from './figures-table'

export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-figures-'))
  const file = path.join(folder, 'figures.jsonl')
  writeFileSync(file, '')
  project.provide('figures', file)
  const loadBefore = load()
  return () => {
    console.log(`\n${machine()}, ${loadBefore} before and ${load()} after\n\n${figuresTable(file)}\n`)
    rmSync(folder, { recursive: true })
  }
}
