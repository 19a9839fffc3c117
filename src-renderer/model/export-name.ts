import { EXPORT_ENDINGS, type ExportFormat } from '../../src-main/contract/run-export'
import type { RunSource, SeedSource } from '../../src-main/contract/simulation'

/** What the file is called that an export is saved in. */
export function exportName(run: RunSource, format: ExportFormat): string {
  const what = run.kind === 'seed' ? nameOfSeed(run) : run.name.replace(/\.ndjson$/, '')
  return `takeover-lab-${what}-${format}.${EXPORT_ENDINGS[format]}`
}

function nameOfSeed({ seed, operations, forks = [] }: SeedSource): string {
  return [`seed-${seed}-${operations}`, ...forks.map(({ event }) => `fork-${event}`)].join('-')
}
