import { peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { TraceEvent, TraceKind } from '../../src-main/contract/trace'

/** Events after which something can be said of what happens now, and the name of the sentence. */
export const NARRATED = {
  'midplane.controller-killed': 'killed',
  'midplane.controller-hung': 'hung',
  'midplane.panic-asked': 'panic',
  'midplane.interconnect-cut': 'cut',
  'midplane.interconnect-mended': 'mended',
  'midplane.interconnect-slowed': 'slowed',
  'midplane.portal-unplugged': 'portal-out',
  'midplane.portal-plugged-in': 'portal-in',
  'midplane.management-unplugged': 'management-out',
  'midplane.management-plugged-in': 'management-in',
  'midplane.address-stolen': 'stolen',
  'midplane.address-given-back': 'unstolen',
  'midplane.battery-removed': 'battery-out',
  'midplane.battery-put-back': 'battery-in',
  'peer.suspected': 'suspected',
  'takeover.detected': 'detected',
  'takeover.fenced': 'fenced',
  'takeover.claimed': 'claimed',
  'takeover.replayed': 'replayed',
  'takeover.adopted': 'adopted',
  'takeover.serving': 'taken-over',
  'giveback.started': 'giving-back',
  'giveback.completed': 'given-back',
  'controller.joined': 'joined',
} as const satisfies Partial<Record<TraceKind, string>>

/** Later, what was said is old. */
const HOLDS_MS = 5000
const TOGETHER_MS = 1

/** What happens at a moment. `id`: whom the sentence is about; `peer`: the other controller. */
export interface Narration {
  readonly sentence: (typeof NARRATED)[keyof typeof NARRATED] | 'planned' | 'restarting' | 'sped-up'
  readonly id: ControllerId
  readonly peer: ControllerId
}

/**
 * The newest that can be told at a moment, with what was so shortly before it that nobody could have read it by itself. `events`: up
 * to that moment, in their order.
 */
export function narrationAt(events: readonly TraceEvent[], atMs: number): readonly Narration[] {
  const told = events.filter(isNarrated)
  const newest = told.at(-1)
  if (newest === undefined || atMs - newest.timeMs > HOLDS_MS) return []
  return told.filter(({ timeMs }) => newest.timeMs - timeMs <= TOGETHER_MS).map(narrationOf)
}

export function narrationOf(event: NarratedEvent): Narration {
  return { sentence: sentenceOf(event), ...controllersOf(event) }
}

function sentenceOf({ kind, data }: NarratedEvent): Narration['sentence'] {
  if (kind === 'takeover.detected' && data?.['reason'] === 'planned') return 'planned'
  if (kind === 'takeover.detected' && data?.['reason'] === 'restart') return 'restarting'
  if (kind === 'midplane.interconnect-slowed' && data?.['extraLatencyMs'] === 0) return 'sped-up'
  return NARRATED[kind]
}

/** Whom an event is about. */
export function controllersOf({ place, data }: TraceEvent): Pick<Narration, 'id' | 'peer'> {
  const told = data?.['controller']
  const id = told === 'a' || told === 'b' ? told : place === 'controller-b' ? 'b' : 'a'
  return { id, peer: peerOf(id) }
}

type NarratedEvent = TraceEvent & { readonly kind: keyof typeof NARRATED }

export function isNarrated(event: TraceEvent): event is NarratedEvent {
  return event.kind in NARRATED
}
