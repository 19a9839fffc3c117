import type { ControllerId } from './controller-id'
import type { Json } from './json'

/** Where an event happened. `portal-a` is A's address, whichever controller serves it. */
export type Place =
  | 'host'
  | `portal-${ControllerId}`
  | `management-${ControllerId}`
  | `controller-${ControllerId}`
  | 'interconnect'
  | 'midplane'
  | `drive-${number}`

/**
 * Every kind of event there is. `io`, `service` and `takeover` kinds tell the whole story of one request or takeover;
 * events with `to` are a hop from `place` to that place, which the window draws as a moving dot.
 */
export const TRACE_KINDS = [
  // The lab's host
  'host.command', // to portal; data: operation, lun, firstBlock, blockCount
  'host.response', // data: status, latencyMs
  'host.retry',
  'host.path-up',
  'host.path-down',
  'host.path-changed', // data: portal, lun, accessState
  'host.workload-started',
  'host.workload-stopped',
  'host.verification-started',
  'host.verification-finished', // data: verified, lost, unknown
  'host.block-lost', // data: lun, block
  'host.failed', // the lab's host died of an error; data: message
  // Portals (iSCSI)
  'portal.opened',
  'portal.closed',
  'portal.login', // data: initiator, isid
  'portal.logout',
  'portal.command', // to controller; data: lun, opcode, name
  'portal.response', // to host; data: status
  'portal.rejected',
  'security.noted', // logins, refusals, resets, wrong tokens; data: what, who, remote, text
  // I/O inside the pair
  'io.forwarded', // controller to the other controller
  'io.returned', // the other controller back
  'io.failed', // data: reason
  'drive.read', // controller to drive; data: block, blockCount
  'drive.write', // data: block, blockCount; volumeId in a simulated lab, if it is for a volume
  'drive.flush',
  'drive.refused', // a write with an old epoch
  'drive.error',
  'drive.pulled', // to drive, as the next ones: what a person did to it; data: drive
  'drive.put-back',
  'drive.died',
  'drive.replaced', // by a blank one
  'drive.slowed', // data: extraLatencyMs
  'drive.sector-spoilt', // data: block
  'drive.bit-flipped', // data: block, bit
  'drive.short-of-room', // data: message
  'drive.failed', // a group goes on without it; data: drive, groupId, afterGeneration
  'drive.rebuild-started', // data: drive, groupId
  'drive.rebuild-ended', // it stays out; data: drive, groupId
  'drive.rebuilt', // in use again; data: drive, groupId
  // NVRAM log
  'nvram.mirrored', // controller to the other controller; data: volumeId, sequence
  'nvram.in-step',
  'nvram.destaged', // data: volumeId, firstBlock, blockCount; for traced writes
  'nvram.replayed', // data: records, blocks, durationMs
  'nvram.discarded', // data: volumeId, holder
  'nvram.unjournaled', // stripes are updated without their partial parity in the log, which has no room; data: volumeId
  'cache.policy-changed', // data: policy
  // Service requests
  'service.received', // host to management port; data: name
  'service.forwarded', // controller to the other controller
  'service.served', // data: name, outcome
  'service.returned', // the other controller back
  'service.answered', // management port to host; data: code?
  // Service ownership on its way (scheme transfer-ownership); without `to` where both are one controller
  'arbiter.asked', // receiver to arbiter
  'owner.relinquish-asked', // arbiter to owner
  'owner.preparing', // data: serving
  'owner.relinquished', // owner to arbiter
  'owner.kept', // owner to arbiter; data: reason
  'arbiter.granted', // arbiter to receiver
  'arbiter.refused', // arbiter to receiver
  'service.owner-changed', // at the new one; data: owner, epoch
  // Configuration and ownership
  'configuration.committed', // data: generation
  'configuration.installed',
  'volume.quiesced',
  'volume.verification-started', // stripes in doubt are settled; data: volumeId, stripes
  'volume.verified', // data: volumeId, stripes
  'volume.blocks-lost', // data: volumeId, firstBlock, blockCount
  'volume.short-of-room', // the drives have no room for its data; data: volumeId
  'volume.room-again', // data: volumeId
  'volume.moves-by-load', // data: volumeId, to, percent
  'volume.owner-changed', // data: volumeId, owner, epoch
  'volume.created', // at the service owner; data: volumeId, name
  'volume.deleted', // at the service owner; data: volumeId, name
  // Controllers
  'controller.started',
  'controller.waiting', // data: reason
  'controller.joined',
  'controller.serving',
  'controller.stopping',
  'peer.suspected', // heartbeats missed
  'peer.recovered',
  'peer.unmet', // data: waitedMs
  'takeover.detected',
  'takeover.fenced',
  'takeover.claimed',
  'takeover.replayed',
  'takeover.adopted',
  'takeover.serving',
  'giveback.started',
  'giveback.completed',
  'giveback.refused',
  // Midplane
  'midplane.controller-started',
  'midplane.controller-killed',
  'midplane.controller-hung',
  'midplane.panic-asked',
  'midplane.controller-exited', // data: message?
  'midplane.reset-requested', // controller to midplane
  'midplane.reset-granted',
  'midplane.reset-refused',
  'midplane.watchdog-fired', // data: controller, silentMs
  'midplane.interconnect-cut',
  'midplane.interconnect-mended',
  'midplane.interconnect-slowed', // data: extraLatencyMs
  'midplane.portal-unplugged', // to portal: the plug of that controller; data: controller, as with the next ones
  'midplane.portal-plugged-in',
  'midplane.management-unplugged', // to management port
  'midplane.management-plugged-in',
  'midplane.address-stolen', // to portal or management port: another device answers there; data: controller, address
  'midplane.address-given-back',
  'midplane.battery-removed', // to controller, as the next ones
  'midplane.battery-put-back',
  'midplane.nvram-erased', // it ended without a battery
  'lab.surprise-armed', // data: seed
  'lab.surprise-struck', // stands for what was done, for those who watch, until it is revealed
  'lab.surprise-revealed', // data: command, and its parameters
  'lab.started',
  'lab.stopped',
  'trace.omitted', // data: commands: I/O commands that were counted but not traced
] as const
export type TraceKind = (typeof TRACE_KINDS)[number]

/** Unique in a lab session: the writer's number times 2^40 plus its own sequence. */
export type TraceId = number

export type TraceData = { readonly [key: string]: Json }

export interface TraceEvent {
  readonly id: TraceId
  /** Milliseconds since the lab started, on one clock for all threads. */
  readonly timeMs: number
  readonly place: Place
  readonly kind: TraceKind
  /** An I/O command (`io-<isid>-<task tag>`) or the id of a service request (`sr-<id>`). */
  readonly request?: string
  /** The event that made this one happen. */
  readonly cause?: TraceId
  /** Where it is sent. */
  readonly to?: Place
  readonly data?: TraceData
}

/** Kinds that come with every I/O, thousands per second. A takeover has about a dozen events. */
const BULK_KINDS: ReadonlySet<TraceKind> = new Set<TraceKind>([
  'host.command',
  'host.response',
  'portal.command',
  'portal.response',
  'io.forwarded',
  'io.returned',
  'drive.read',
  'drive.write',
  'drive.flush',
  'nvram.mirrored',
  'nvram.destaged',
])

/** Whether it comes with every I/O. */
export function isBulk(kind: TraceKind): boolean {
  return BULK_KINDS.has(kind)
}

/**
 * At most so many of these events, in their order: the newest, and from before them those that are not of I/O. Otherwise the
 * I/O of ten seconds would push a takeover out of memory.
 */
export function newestEvents(events: readonly TraceEvent[], max: number): readonly TraceEvent[] {
  if (events.length <= max) return events
  const kept = Math.floor(max / 4)
  const from = events.length - (max - kept)
  const earlier = events.slice(0, from).filter((event) => !isBulk(event.kind))
  return [...earlier.slice(Math.max(0, earlier.length - kept)), ...events.slice(from)]
}

/** The same name on both ends of a connection: the initiator's ISID qualifier and its task tag. */
export function ioRequestName(isidQualifier: number, initiatorTaskTag: number): string {
  return `io-${isidQualifier.toString(16)}-${initiatorTaskTag.toString(16)}`
}
