import type { StoryKind } from '../../src-main/contract/story-kinds'
import type { TraceEvent } from '../../src-main/contract/trace'
import { controllersOf, type NARRATED, type Narration } from './narration'

/** What is told of a pair, beside what is narrated as it happens, and the name of its sentence. */
export const HAPPENED = {
  'host.workload-started': 'workload-started',
  'host.workload-stopped': 'workload-stopped',
  'host.block-lost': 'block-lost',
  'drive.pulled': 'drive-pulled',
  'drive.put-back': 'drive-put-back',
  'drive.died': 'drive-died',
  'drive.replaced': 'drive-replaced',
  'drive.failed': 'drive-failed',
  'drive.rebuild-started': 'rebuild-started',
  'drive.rebuild-ended': 'rebuild-ended',
  'drive.rebuilt': 'drive-rebuilt',
  'nvram.discarded': 'nvram-discarded',
  'cache.policy-changed': 'policy-changed',
  'volume.blocks-lost': 'blocks-lost',
  'volume.owner-changed': 'owner-changed',
  'service.owner-changed': 'service-owner-changed',
  'controller.started': 'started',
  'controller.serving': 'serves',
  'peer.recovered': 'peer-recovered',
  'giveback.refused': 'giveback-refused',
  'midplane.controller-started': 'thread-started',
  'midplane.controller-exited': 'thread-ended',
  'midplane.watchdog-fired': 'watchdog',
} as const satisfies Readonly<Record<Exclude<StoryKind, keyof typeof NARRATED>, string>>

export interface Happening extends Pick<Narration, 'id' | 'peer'> {
  readonly sentence: (typeof HAPPENED)[keyof typeof HAPPENED]
  readonly drive: string
}

/** Undefined: no sentence tells of it. */
export function happeningOf(event: TraceEvent): Happening | undefined {
  const { kind } = event
  return kind in HAPPENED
    ? { sentence: HAPPENED[kind as keyof typeof HAPPENED], ...controllersOf(event), drive: driveOf(event) }
    : undefined
}

function driveOf({ place, to, data }: TraceEvent): string {
  const told = data?.['drive']
  if (typeof told === 'number') return String(told)
  return [to, place].find((one) => one?.startsWith('drive-') === true)?.slice('drive-'.length) ?? '?'
}
