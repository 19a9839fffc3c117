import { SUBMISSION_ENDING } from '../../src-main/contract/saved-file'
import { EXPORT_ENDINGS, type ExportFormat } from '../../src-main/contract/run-export'
import type { RecordingSource, RunSource, SeedSource } from '../../src-main/contract/simulation'

/** With what stands around it, there is room for no more in the name of a saved file. */
const NAME_CHARACTERS = 50

/** What the file is called that an export is saved in. */
export function exportName(run: RunSource, format: ExportFormat): string {
  return `takeover-lab-${nameOf(run)}-${format}.${EXPORT_ENDINGS[format]}`
}

function nameOf(run: RunSource): string {
  if (run.kind === 'seed') return nameOfSeed(run)
  return run.kind === 'exercise' ? `exercise-${run.id}-${run.seed}` : nameOfRecording(run)
}

/** A recording that was given may be called anything. */
function nameOfRecording({ name }: RecordingSource): string {
  const plain = name
    .toLowerCase()
    .replace(/\.ndjson$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
  return plain === '' ? 'recording' : plain.slice(0, NAME_CHARACTERS)
}

function nameOfSeed({ seed, operations, forks = [] }: SeedSource): string {
  return [`seed-${seed}-${operations}`, ...forks.map(({ event }) => `fork-${event}`)].join('-')
}

/** Of the file that a learner hands in. What no file may be named with becomes a dash. */
export function submissionName(exercise: string, learner: string): string {
  return `${`${exercise}-${learner}`.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}.${SUBMISSION_ENDING}`
}
