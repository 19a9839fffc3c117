import { present } from '../../src-main/base/assert'
import type { Language } from '../../src-main/contract/language'
import type { ExportFormat } from '../../src-main/contract/run-export'
import { RECORDING_VERSION } from '../../src-main/contract/recording'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { TraceEvent } from '../../src-main/contract/trace'
import { RunExporter } from '../../src-main/export/run-exporter'
import type { ShownRun } from '../../src-main/player/player'
import type { PlayableRun } from '../../src-main/player/playable-run'
import { RecordedRun } from '../../src-main/player/recorded-run'
import { Playback } from '../../src-main/simulator/playback/playback'
import { seedStage } from '../../src-main/simulator/playback/seed-stage'
import { createFakeLab } from './fake-lab'

export const RECORDED_LAB = {
  id: 'lab-1',
  folder: '/home/somebody/labs/one',
  version: '1.2.3',
  targetName: 'iqn.x:y',
  startedAtMs: 1_700_000_000_000,
}
const MADE_AT_MS = Date.UTC(2026, 10, 30, 12)

export function event(id: number, timeMs: number, part: Partial<TraceEvent> = {}): TraceEvent {
  return { id, timeMs, place: 'host', kind: 'host.command', ...part }
}

/** A lab that only pretends, in which A was killed. */
export async function takenOver(): Promise<LabSnapshot> {
  const lab = createFakeLab()
  await lab.api.command('start-workload', {})
  lab.advance(2000)
  await lab.api.command('kill', { controller: 'a' })
  lab.advance(2000)
  return lab.api.snapshot()
}

export function frame(timeMs: number, snapshot: LabSnapshot): { readonly frame: LabSnapshot } {
  return { frame: { ...snapshot, lab: RECORDED_LAB, timeMs } }
}

/** A recording that begins with this frame, gone through once. */
export function recordingOf(first: ReturnType<typeof frame>, ...others: readonly object[]): ShownRun {
  const head = { recording: RECORDING_VERSION, lab: RECORDED_LAB, fromMs: first.frame.timeMs }
  const text = [head, first, ...others].map((line) => `${JSON.stringify(line)}\n`)
  const run = RecordedRun.open('trace-000007.ndjson', new TextEncoder().encode(text.join('')))
  if (!run.ok) throw new Error(run.error)
  return shownRun(run.value)
}

export function seedOf(seed: number, operations: number): ShownRun {
  return shownRun(new Playback(seedStage({ seed, operations })))
}

function shownRun(run: PlayableRun): ShownRun {
  while (!run.survey(() => true));
  return { run, outline: present(run.outline, 'an outline'), atMs: present(run.outline, 'an outline').start.atMs }
}

export interface ExportAsked {
  readonly format: ExportFormat
  readonly notes?: string
  readonly language?: Language
  /** How long each piece may take. */
  readonly goesOn?: () => boolean
}

/** All pieces of an export. */
export function exported(shown: ShownRun, { format, notes = '', language = 'en', goesOn = () => true }: ExportAsked): Uint8Array {
  const exporter = new RunExporter('9.8.7', () => MADE_AT_MS)
  const parts: Uint8Array[] = []
  let answer = exporter.order({ order: 'export', format, language, notes }, shown, goesOn)
  while (answer.ok) {
    parts.push(answer.value.bytes)
    if (answer.value.isLast) return Buffer.concat(parts)
    answer = exporter.order({ order: 'export-more', id: answer.value.id }, shown, goesOn)
  }
  throw new Error(answer.error.message)
}
