import type { TraceEvent } from '../../../src-main/contract/trace'

/** Families of events, for filtering. A family is one or more prefixes of kind names. */
const EVENT_FAMILIES = {
  all: [],
  pair: ['takeover.', 'giveback.', 'controller.', 'peer.', 'midplane.', 'volume.', 'nvram.', 'cache.', 'configuration.', 'lab.'],
  takeover: ['takeover.', 'giveback.', 'midplane.', 'peer.'],
  service: ['service.', 'arbiter.', 'owner.'],
  io: ['host.command', 'host.response', 'host.retry', 'portal.', 'io.', 'nvram.', 'drive.'],
  host: ['host.'],
  security: ['security.'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type EventFamily = keyof typeof EVENT_FAMILIES
export const EVENT_FAMILY_NAMES = Object.keys(EVENT_FAMILIES) as EventFamily[]

export interface EventFilter {
  readonly family: string
  readonly place: string
  /** Part of a kind, of a request's name or of the data. */
  readonly text: string
}

export function matchesFilter(event: TraceEvent, filter: EventFilter): boolean {
  const family = EVENT_FAMILY_NAMES.find((name) => name === filter.family) ?? 'all'
  const beginnings: readonly string[] = EVENT_FAMILIES[family]
  if (beginnings.length > 0 && !beginnings.some((beginning) => event.kind.startsWith(beginning))) return false
  if (filter.place !== 'all' && event.place !== filter.place && event.to !== filter.place) return false
  if (filter.text === '') return true
  const text = filter.text.toLowerCase()
  return (
    event.kind.includes(text) ||
    event.place.includes(text) ||
    (event.request?.toLowerCase().includes(text) ?? false) ||
    describeData(event).toLowerCase().includes(text)
  )
}

/** The event's data on one line: "lun 0, firstBlock 128". */
export function describeData(event: TraceEvent): string {
  if (event.data === undefined) return ''
  return Object.entries(event.data)
    .map(
      ([name, value]) =>
        `${name} ${typeof value === 'string' ? value : JSON.stringify(typeof value === 'number' ? rounded(value) : value)}`,
    )
    .join(', ')
}

/** Measured times have more digits than anyone wants to read. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** How an event's mark looks in the list: bad, moving, or plain. */
export function markOf(event: TraceEvent): 'bad' | 'moving' | 'good' | 'plain' {
  const { kind } = event
  if (kind === 'security.noted') return event.data?.['what'] === 'login' ? 'plain' : 'bad'
  if (/killed|panic|exited|hung|failed|error|lost|refused|rejected|cut|suspected|watchdog|path-down|rebuild-ended/.test(kind)) return 'bad'
  if (
    kind === 'takeover.serving' ||
    kind === 'giveback.completed' ||
    kind === 'controller.serving' ||
    kind === 'host.path-up' ||
    kind === 'drive.rebuilt'
  )
    return 'good'
  if (kind === 'volume.created' || kind === 'volume.deleted') return 'plain'
  if (/^(takeover|giveback|volume|arbiter|owner)\.|owner-changed|replayed|rebuild-started/.test(kind)) return 'moving'
  return 'plain'
}
