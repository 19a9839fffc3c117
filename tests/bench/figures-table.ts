/** The table at the end of a run of the bench. */
import { readFileSync } from 'node:fs'

export interface Row {
  readonly figure: string
  readonly ours: string
  readonly beside: string
  readonly ratio: string
  readonly goal: string
  readonly reached: string
}

const HEAD: Row = { figure: 'figure', ours: 'ours', beside: 'beside', ratio: 'ratio', goal: 'goal', reached: 'reached' }

/** From a file of one row a line. */
export function figuresTable(file: string): string {
  const rows = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row)
  if (rows.length === 0) return 'No figures.'
  const columns = Object.keys(HEAD) as (keyof Row)[]
  const widths = columns.map((column) => Math.max(...[HEAD, ...rows].map((row) => row[column].length)))
  return [HEAD, ...rows]
    .map((row) =>
      columns
        .map((column, index) => row[column].padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
