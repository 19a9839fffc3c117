import { peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { TraceEvent, TraceKind } from '../../src-main/contract/trace'

/** Events after which something can be said of what happens now, and the name of the sentence. */
export const NARRATED = {
  'midplane.controller-killed': 'killed',
  'midplane.controller-hung': 'hung',
  'midplane.panic-asked': 'panic',
  'midplane.interconnect-cut': 'cut',
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

/** What happens at a moment. `id`: whom the sentence is about; `peer`: the other controller. */
export interface Narration {
  readonly sentence: (typeof NARRATED)[keyof typeof NARRATED]
  readonly id: ControllerId
  readonly peer: ControllerId
}

/** `events`: up to that moment, in their order. */
export function narrationAt(events: readonly TraceEvent[], atMs: number): Narration | undefined {
  const event = events.findLast((candidate) => isNarrated(candidate.kind))
  if (event === undefined || atMs - event.timeMs > HOLDS_MS || !isNarrated(event.kind)) return undefined
  const told = event.data?.['controller']
  const id = told === 'a' || told === 'b' ? told : event.place === 'controller-b' ? 'b' : 'a'
  return { sentence: NARRATED[event.kind], id, peer: peerOf(id) }
}

function isNarrated(kind: TraceKind): kind is keyof typeof NARRATED {
  return kind in NARRATED
}
