import type { LabSnapshot } from '../../contract/snapshot'
import type { Place, TraceEvent, TraceKind } from '../../contract/trace'
import type { ByteSink } from '../byte-sink'
import type { ExportedRun, RunWriter } from '../run-writer'
import { Flows } from './flows'
import { Lanes } from './lanes'
import { TracePackets } from './trace-packets'

/** Events with which something begins that lasts until another event of the same request, and how it is called. */
const BEGINS: Partial<Readonly<Record<TraceKind, string>>> = {
  'host.command': 'command',
  'portal.command': 'command',
  'io.forwarded': 'forwarded I/O',
  'service.received': 'service request',
  'service.forwarded': 'forwarded service request',
}
const ENDS: Partial<Readonly<Record<TraceKind, string>>> = {
  'host.response': 'command',
  'portal.response': 'command',
  'io.returned': 'forwarded I/O',
  'service.answered': 'service request',
  'service.returned': 'forwarded service request',
}

/** The phase that begins when one ends. The last event ends the takeover. */
const PHASES: Partial<Readonly<Record<TraceKind, string>>> = {
  'takeover.detected': 'fence',
  'takeover.fenced': 'claim',
  'takeover.claimed': 'replay',
  'takeover.replayed': 'adopt',
  'takeover.adopted': 'serve',
}

interface PlaceTracks {
  /** What has no length. */
  readonly events: number
  readonly requests: Lanes
}

interface Takeover {
  readonly track: number
  hasPhase: boolean
}

/**
 * A trace of track events for Perfetto: a track for each place, slices for what takes time, instants for the rest. Everything that
 * belongs to a request, or has the same cause, is one flow.
 */
export class PerfettoWriter implements RunWriter {
  readonly #packets: TracePackets
  readonly #flows = new Flows()
  readonly #places = new Map<Place, PlaceTracks>()
  readonly #takeovers = new Map<Place, Takeover>()
  readonly #takeoverTracks = new Map<Place, number>()
  #nowMs: number

  constructor({ outline }: ExportedRun, sink: ByteSink) {
    this.#packets = new TracePackets(sink)
    this.#nowMs = outline.start.atMs
    // In this order, which is that of the picture.
    for (const place of FIRST_PLACES) this.#tracksOf(place)
  }

  take(event: TraceEvent, atMs: number): void {
    this.#nowMs = Math.max(this.#nowMs, atMs)
    const flow = this.#flows.of(event)
    // Whoever dies takes nothing over any more.
    if (event.kind === 'midplane.controller-exited' && event.to !== undefined) this.#endTakeover(event.to, { unfinished: true })
    if (event.kind.startsWith('takeover.')) this.#takeover(event, flow)
    else if (!this.#begin(event, flow) && !this.#end(event)) this.#instant(event, flow)
  }

  /** What has not ended ends with the run. */
  end(_last: LabSnapshot | undefined): void {
    for (const place of this.#takeovers.keys()) this.#endTakeover(place, { unfinished: true })
    for (const { requests } of this.#places.values())
      for (const key of requests.open) this.#endSlice(requests.end(key), { unfinished: true })
  }

  #begin(event: TraceEvent, flow: number): boolean {
    const what = BEGINS[event.kind]
    if (what === undefined || event.request === undefined) return false
    const track = this.#tracksOf(placeOf(event)).requests.begin(keyOf(what, event.request))
    if (track === undefined) return false
    this.#packets.begin({ ...this.#shared(event, flow), track, name: nameOf(event, what) })
    return true
  }

  #end(event: TraceEvent): boolean {
    const { kind, request } = event
    const what = ENDS[kind]
    if (what === undefined || request === undefined) return false
    const track = this.#tracksOf(placeOf(event)).requests.end(keyOf(what, request))
    if (track === undefined) return false
    this.#endSlice(track, event.data ?? {})
    if (kind === 'host.response') this.#endElsewhere(request)
    return true
  }

  /** Of a command that the host has an answer to, or has given up. A controller that died left it as it was. */
  #endElsewhere(request: string): void {
    for (const place of ['portal-a', 'portal-b', 'interconnect'] as const)
      for (const what of ['command', 'forwarded I/O'])
        this.#endSlice(this.#tracksOf(place).requests.end(keyOf(what, request)), { unfinished: true })
  }

  #endSlice(track: number | undefined, data: NonNullable<TraceEvent['data']>): void {
    if (track !== undefined) this.#packets.end({ atMs: this.#nowMs, track, data })
  }

  #instant(event: TraceEvent, flow: number): void {
    this.#packets.instant({ ...this.#shared(event, flow), track: this.#tracksOf(placeOf(event)).events, name: event.kind })
  }

  /** Within the slice of the takeover there is one for each phase after the detection, which is over when it is told. */
  #takeover(event: TraceEvent, flow: number): void {
    const { place, kind } = event
    if (kind === 'takeover.detected') {
      this.#endTakeover(place, { unfinished: true })
      const track = this.#takeoverTrackOf(place)
      this.#takeovers.set(place, { track, hasPhase: false })
      this.#packets.begin({ ...this.#shared(event, flow), track, name: 'takeover' })
    }
    const under = this.#takeovers.get(place)
    if (under === undefined) return this.#instant(event, flow)
    if (under.hasPhase) this.#endSlice(under.track, event.data ?? {})
    const phase = PHASES[kind]
    under.hasPhase = phase !== undefined
    if (phase === undefined) this.#endTakeover(place, {})
    else this.#packets.begin({ ...this.#shared(event, flow), track: under.track, name: phase })
  }

  #endTakeover(place: Place, data: NonNullable<TraceEvent['data']>): void {
    const under = this.#takeovers.get(place)
    if (under === undefined) return
    this.#takeovers.delete(place)
    if (under.hasPhase) this.#endSlice(under.track, data)
    this.#endSlice(under.track, data)
  }

  #takeoverTrackOf(place: Place): number {
    const track = this.#takeoverTracks.get(place) ?? this.#packets.track('takeovers', this.#tracksOf(place).events)
    this.#takeoverTracks.set(place, track)
    return track
  }

  #shared({ id, kind, request, cause, place, to, data }: TraceEvent, flow: number) {
    const [category = ''] = kind.split('.', 1)
    return { atMs: this.#nowMs, category, flow, data: { ...data, kind, id, request, cause, place, to } }
  }

  #tracksOf(place: Place): PlaceTracks {
    const known = this.#places.get(place)
    if (known !== undefined) return known
    const events = this.#packets.track(titleOf(place))
    const made = { events, requests: new Lanes(this.#packets, { name: 'requests', parent: events }) }
    this.#places.set(place, made)
    return made
  }
}

const FIRST_PLACES: readonly Place[] = [
  'host',
  'portal-a',
  'portal-b',
  'management-a',
  'management-b',
  'controller-a',
  'controller-b',
  'interconnect',
  'midplane',
]

/** Where it is drawn: what goes to a drive, at that drive; what goes from one controller to the other, at the interconnect. */
function placeOf({ place, to }: Pick<TraceEvent, 'place' | 'to'>): Place {
  if (to?.startsWith('drive-') === true) return to
  return place.startsWith('controller-') && to?.startsWith('controller-') === true && to !== place ? 'interconnect' : place
}

function keyOf(what: string, request: string): string {
  return `${what} ${request}`
}

/** As far as it is known: "write LUN 0". */
function nameOf({ data }: TraceEvent, what: string): string {
  const name = data?.['operation'] ?? data?.['name']
  const lun = data?.['lun']
  return typeof name === 'string' ? `${name}${typeof lun === 'number' ? ` LUN ${lun}` : ''}` : what
}

/** `controller-a` as "Controller A". */
function titleOf(place: Place): string {
  const [thing = '', which = ''] = place.split('-')
  return `${thing.charAt(0).toUpperCase()}${thing.slice(1)}${which === '' ? '' : ` ${which.toUpperCase()}`}`
}
