import { PHASES } from '../pair-phases'
import type { FileCoverage } from './executed'
import type { Meetings } from './meetings'

const NAME_WIDTH = 28
const COUNT_WIDTH = 14

/** A matrix of faults and phases, the pairs that never met, and the lines and branches that never ran. */
export function tellCoverage(meetings: Meetings, files: readonly FileCoverage[]): string[] {
  const rows = meetings.rows().map(({ fault, counts }) => ({ fault, counts, missed: PHASES.filter((_, index) => counts[index] === 0) }))
  const pairs = rows.length * PHASES.length
  const missed = sum(rows.map((row) => row.missed.length))
  const lines = sum(files.map((file) => file.lines))
  const unmet = sum(files.map((file) => file.unmet.length))
  const branches = sum(files.map((file) => file.unmetBranches.length))
  return [
    tableRow('fault', PHASES),
    ...rows.map(({ fault, counts }) => tableRow(fault, counts.map(String))),
    `${pairs - missed} of ${pairs} pairs of fault and phase met.`,
    ...rows.flatMap((row) => (row.missed.length === 0 ? [] : [`  ${row.fault} never met: ${row.missed.join(', ')}`])),
    `${lines - unmet} of ${lines} lines of the core ran (${percent(lines - unmet, lines)}), ${branches} with a branch that never did.`,
    ...files.flatMap(tellFile),
  ]
}

function tellFile({ file, lines, unmet, unmetBranches }: FileCoverage): string[] {
  if (unmet.length === 0 && unmetBranches.length === 0) return []
  return [
    `  ${file}: ${percent(lines - unmet.length, lines)}`,
    ...(unmet.length === 0 ? [] : [`    lines ${runsOf(unmet)}`]),
    ...(unmetBranches.length === 0 ? [] : [`    branches in ${runsOf(unmetBranches)}`]),
  ]
}

/** `3, 5-7`. */
export function runsOf(numbers: readonly number[]): string {
  const runs: { first: number; last: number }[] = []
  for (const number of numbers) {
    const run = runs.at(-1)
    if (run?.last === number - 1) run.last = number
    else runs.push({ first: number, last: number })
  }
  return runs.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(', ')
}

function tableRow(name: string, cells: readonly string[]): string {
  return name.padEnd(NAME_WIDTH) + cells.map((cell) => cell.padStart(COUNT_WIDTH)).join('')
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
