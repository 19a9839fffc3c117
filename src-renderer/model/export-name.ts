import { EXPORT_ENDINGS, type ExportFormat } from '../../src-main/contract/run-export'
import type { RunSource, SeedSource } from '../../src-main/contract/simulation'

/** What the file is called that an export is saved in. */
export function exportName(run: RunSource, format: ExportFormat): string {
  return `takeover-lab-${nameOf(run)}-${format}.${EXPORT_ENDINGS[format]}`
}

function nameOf(run: RunSource): string {
  if (run.kind === 'seed') return nameOfSeed(run)
  return run.kind === 'exercise' ? `exercise-${run.id}-${run.seed}` : run.name.replace(/\.ndjson$/, '')
}

function nameOfSeed({ seed, operations, forks = [] }: SeedSource): string {
  return [`seed-${seed}-${operations}`, ...forks.map(({ event }) => `fork-${event}`)].join('-')
}
