import { readFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import type { Entry } from './ledger'
import { applied } from './mutants'

/** A table by folder, and every change that no test noticed. */
export function tellEntries(entries: readonly Entry[]): string {
  const survivors = entries.filter(({ outcome }) => outcome.result === 'survived')
  return [...survivors.map(tellSurvivor), '', ...table(entries)].join('\n')
}

export function tellSurvivor({ file, mutant }: Entry): string {
  const text = readFileSync(file, 'utf8')
  const changed = applied(text, mutant).split('\n')[mutant.line - 1] ?? ''
  const line = text.split('\n')[mutant.line - 1] ?? ''
  return `${file}:${mutant.line}:${mutant.column} ${mutant.kind}\n  - ${line.trim()}\n  + ${changed.trim()}`
}

function table(entries: readonly Entry[]): string[] {
  const folders = [...new Set(entries.map(({ file }) => folderOf(file)))].toSorted()
  const rows = folders.map((folder) => [folder, ...counts(entries.filter(({ file }) => folderOf(file) === folder))])
  return [['folder', 'run', 'noticed', 'survived'], ...rows, ['all', ...counts(entries)]].map((cells) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(24) : cell.padStart(10))).join(''),
  )
}

function counts(entries: readonly Entry[]): string[] {
  const survived = entries.filter(({ outcome }) => outcome.result === 'survived').length
  return [entries.length, entries.length - survived, survived].map(String)
}

function folderOf(file: string): string {
  return relative('src-main/core', dirname(file))
}
