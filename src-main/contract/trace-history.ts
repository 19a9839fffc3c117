import { LIMITS } from './limits'
import { newestEvents, type TraceEvent, type TraceKind } from './trace'

/** Kinds of which there are a few for each fault, act or change, and that people look for long after. */
const RARE_KINDS: ReadonlySet<TraceKind> = new Set<TraceKind>([
  'host.workload-started',
  'host.workload-stopped',
  'host.block-lost',
  'host.failed',
  'drive.pulled',
  'drive.put-back',
  'drive.died',
  'drive.replaced',
  'drive.slowed',
  'drive.sector-spoilt',
  'drive.bit-flipped',
  'drive.failed',
  'drive.rebuild-started',
  'drive.rebuild-ended',
  'drive.rebuilt',
  'nvram.replayed',
  'nvram.discarded',
  'cache.policy-changed',
  'service.owner-changed',
  'configuration.committed',
  'volume.owner-changed',
  'volume.blocks-lost',
  'volume.short-of-room',
  'volume.room-again',
  'volume.moves-by-load',
  'volume.created',
  'volume.deleted',
  'controller.started',
  'controller.waiting',
  'controller.joined',
  'controller.serving',
  'controller.stopping',
  'peer.suspected',
  'peer.recovered',
  'peer.unmet',
  'takeover.detected',
  'takeover.fenced',
  'takeover.claimed',
  'takeover.replayed',
  'takeover.adopted',
  'takeover.serving',
  'giveback.started',
  'giveback.completed',
  'giveback.refused',
  'midplane.controller-started',
  'midplane.controller-killed',
  'midplane.controller-hung',
  'midplane.panic-asked',
  'midplane.controller-exited',
  'midplane.reset-requested',
  'midplane.reset-granted',
  'midplane.reset-refused',
  'midplane.watchdog-fired',
  'midplane.interconnect-cut',
  'midplane.interconnect-mended',
  'midplane.interconnect-slowed',
  'midplane.portal-unplugged',
  'midplane.portal-plugged-in',
  'midplane.management-unplugged',
  'midplane.management-plugged-in',
  'midplane.address-stolen',
  'midplane.address-given-back',
  'midplane.battery-removed',
  'midplane.battery-put-back',
  'midplane.nvram-erased',
  'lab.surprise-armed',
  'lab.surprise-struck',
  'lab.surprise-revealed',
  'lab.started',
  'lab.stopped',
])

/** Takeovers, givebacks, faults, drives and configuration: a takeover with its giveback has about forty. */
export function isRare({ kind }: TraceEvent): boolean {
  return RARE_KINDS.has(kind)
}

/** Enough for five hundred takeovers with their givebacks: the life of a lab. */
export const MAX_RARE_EVENTS = LIMITS.rareEvents

/** Events of the past, in their order: all rare ones, apart from the others, of which there are at most so many. */
export class TraceHistory {
  readonly #maxOthers: number
  #events: TraceEvent[] = []
  #rare = 0

  constructor(maxOthers: number) {
    this.#maxOthers = maxOthers
  }

  get all(): readonly TraceEvent[] {
    return this.#events
  }

  clear(): void {
    this.#events = []
    this.#rare = 0
  }

  /** Returns how many events were forgotten for it. */
  add(more: readonly TraceEvent[]): number {
    for (const event of more) {
      this.#events.push(event)
      if (isRare(event)) this.#rare++
    }
    const others = this.#events.length - this.#rare
    if (others <= this.#maxOthers && this.#rare <= MAX_RARE_EVENTS) return 0
    return this.#forget()
  }

  /** All that are rare, and the newest of the others. */
  recent(maxOthers: number): readonly TraceEvent[] {
    return selected(this.#events, { rare: this.#rare, others: maxOthers })
  }

  /** A quarter of what there is too much of, so that it is not to be done again at once. */
  #forget(): number {
    const before = this.#events.length
    if (this.#rare > MAX_RARE_EVENTS) this.#rare = Math.floor(MAX_RARE_EVENTS * 0.75)
    this.#events = [...selected(this.#events, { rare: this.#rare, others: Math.floor(this.#maxOthers * 0.75) })]
    return before - this.#events.length
  }
}

interface Bounds {
  readonly rare: number
  readonly others: number
}

function selected(events: readonly TraceEvent[], bounds: Bounds): readonly TraceEvent[] {
  const rare = events.filter(isRare)
  const others = events.filter((event) => !isRare(event))
  const kept = new Set([...rare.slice(rare.length - bounds.rare), ...newestEvents(others, bounds.others)])
  return events.filter((event) => kept.has(event))
}
