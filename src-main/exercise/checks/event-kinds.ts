import { CACHE_POLICIES } from '../../contract/array-state'
import { SERVICE_ERROR_CODES } from '../../contract/service-request'
import { TRACE_KINDS, type TraceKind } from '../../contract/trace'
import { OTHER_KINDS, type EventKind } from './syntax'
import { CONTROLLER, DURATION, listOf, NUMBER, oneOf, TEXT, TRUTH, type Type, BLOCKS } from './types'

export const EVENT_KINDS: readonly EventKind[] = [...TRACE_KINDS, ...OTHER_KINDS]

/** The first words of kinds: `drive` of `drive.write`. */
export const EVENT_GROUPS: ReadonlySet<string> = new Set(TRACE_KINDS.map((kind) => kind.slice(0, kind.indexOf('.'))))

type Fields = Readonly<Record<string, Type>>

const OPERATION = oneOf('read', 'write', 'flush')
const OUTCOME = oneOf('good', ...SERVICE_ERROR_CODES)
const volume: Fields = { volumeId: NUMBER }
const range: Fields = { firstBlock: NUMBER, blockCount: BLOCKS }
const controller: Fields = { controller: CONTROLLER }
const drive: Fields = { drive: NUMBER }
const group: Fields = { ...drive, groupId: NUMBER }
const generation: Fields = { generation: NUMBER }
const session: Fields = { initiator: TEXT, isid: TEXT, discovery: TRUTH, remote: TEXT }
const path: Fields = { portal: CONTROLLER, address: TEXT }
const hostCommand: Fields = { operation: OPERATION, lun: NUMBER, ...range }
const phase: Fields = { dead: CONTROLLER, durationMs: DURATION }
const address: Fields = { ...controller, address: oneOf('portal', 'management') }

/** What an event of that kind says, besides what every event says. An event may leave some of it out. */
const DATA: { readonly [K in EventKind]?: Fields } = {
  'host.command': hostCommand,
  'host.response': { portal: CONTROLLER, latencyMs: DURATION, status: NUMBER },
  'host.retry': { ...hostCommand, portal: CONTROLLER, reason: TEXT },
  'host.path-up': { ...path, luns: NUMBER },
  'host.path-down': { ...path, message: TEXT },
  'host.path-changed': { portal: CONTROLLER, lun: NUMBER, accessState: TEXT },
  'host.workload-started': { requestsPerSecond: NUMBER, readShare: NUMBER, blockBytes: NUMBER, regionBytes: NUMBER },
  'host.verification-started': { blocks: NUMBER },
  'host.verification-finished': { checkedBlocks: NUMBER, verified: NUMBER, lost: NUMBER, unknown: NUMBER },
  'host.block-lost': { lun: NUMBER, block: NUMBER, reason: TEXT },
  'host.failed': { message: TEXT },
  'portal.login': { ...session, tsih: NUMBER },
  'portal.logout': { ...session, reason: TEXT },
  'portal.command': { lun: NUMBER, name: TEXT, opcode: NUMBER },
  'portal.response': { status: NUMBER, aborted: TRUTH },
  'portal.rejected': { initiator: TEXT, opcode: NUMBER, loginStatus: NUMBER, reason: TEXT, remote: TEXT },
  'security.noted': { what: TEXT, who: TEXT, remote: TEXT, text: TEXT },
  'io.forwarded': { ...volume, operation: OPERATION },
  'io.returned': { outcome: TEXT },
  'io.failed': { reason: TEXT },
  'drive.read': { block: NUMBER, blockCount: BLOCKS, ...volume },
  'drive.write': { block: NUMBER, blockCount: BLOCKS, ...volume },
  'drive.refused': { block: NUMBER, blockCount: BLOCKS, ...volume },
  'drive.error': { message: TEXT },
  'drive.pulled': drive,
  'drive.put-back': drive,
  'drive.died': drive,
  'drive.replaced': drive,
  'drive.slowed': { ...drive, extraLatencyMs: DURATION },
  'drive.sector-spoilt': { ...drive, block: NUMBER },
  'drive.bit-flipped': { ...drive, block: NUMBER, bit: NUMBER },
  'drive.short-of-room': { ...drive, message: TEXT },
  'drive.failed': { ...group, afterGeneration: NUMBER },
  'drive.rebuild-started': group,
  'drive.rebuild-ended': group,
  'drive.rebuilt': group,
  'nvram.mirrored': { ...volume, sequence: NUMBER, byteCount: NUMBER },
  'nvram.destaged': { ...volume, ...range },
  'nvram.replayed': { records: NUMBER, blocks: NUMBER, durationMs: DURATION },
  'nvram.discarded': { ...volume, holder: CONTROLLER },
  'nvram.unjournaled': volume,
  'cache.policy-changed': { policy: oneOf(...CACHE_POLICIES) },
  'service.received': { name: TEXT },
  'service.served': { name: TEXT, outcome: OUTCOME },
  'service.answered': { code: OUTCOME },
  'owner.preparing': { serving: NUMBER },
  'owner.kept': { reason: TEXT },
  'service.owner-changed': { owner: CONTROLLER, epoch: NUMBER },
  'configuration.committed': generation,
  'configuration.installed': generation,
  'volume.quiesced': volume,
  'volume.verification-started': { ...volume, stripes: NUMBER },
  'volume.verified': { ...volume, stripes: NUMBER },
  'volume.blocks-lost': { ...volume, ...range },
  'volume.short-of-room': volume,
  'volume.room-again': volume,
  'volume.moves-by-load': { ...volume, to: CONTROLLER, percent: NUMBER },
  'volume.owner-changed': { ...volume, owner: CONTROLLER, epoch: NUMBER },
  'volume.created': { ...volume, name: TEXT },
  'volume.deleted': { ...volume, name: TEXT },
  'controller.waiting': { reason: TEXT },
  'controller.joined': generation,
  'controller.serving': generation,
  'peer.suspected': { silenceMs: DURATION },
  'peer.recovered': { silenceMs: DURATION },
  'peer.unmet': { waitedMs: DURATION },
  'takeover.detected': { ...phase, reason: oneOf('crash', 'hang', 'interconnect', 'planned', 'restart') },
  'takeover.fenced': { ...phase, proof: oneOf('gone', 'reset') },
  'takeover.claimed': { ...phase, ...generation, serviceEpoch: NUMBER },
  'takeover.replayed': { ...phase, records: NUMBER, blocks: NUMBER },
  'takeover.adopted': { ...phase, volumes: listOf(NUMBER) },
  'takeover.serving': phase,
  'giveback.started': { to: CONTROLLER, volumes: listOf(NUMBER) },
  'giveback.completed': { to: CONTROLLER, volumes: listOf(NUMBER) },
  'giveback.refused': { to: CONTROLLER, reason: TEXT },
  'midplane.controller-started': controller,
  'midplane.controller-killed': controller,
  'midplane.controller-hung': controller,
  'midplane.panic-asked': controller,
  'midplane.controller-exited': { ...controller, message: TEXT },
  'midplane.reset-requested': controller,
  'midplane.reset-granted': controller,
  'midplane.reset-refused': controller,
  'midplane.watchdog-fired': { ...controller, silentMs: DURATION },
  'midplane.interconnect-slowed': { extraLatencyMs: DURATION },
  'midplane.portal-unplugged': controller,
  'midplane.portal-plugged-in': controller,
  'midplane.management-unplugged': controller,
  'midplane.management-plugged-in': controller,
  'midplane.address-stolen': address,
  'midplane.address-given-back': address,
  'midplane.battery-removed': controller,
  'midplane.battery-put-back': controller,
  'midplane.nvram-erased': controller,
  'lab.surprise-armed': { seed: NUMBER },
  'lab.surprise-revealed': { command: TEXT },
  'trace.omitted': { commands: NUMBER },
  violation: { checker: TEXT, sentence: TEXT },
  act: { name: TEXT, actor: oneOf('learner', 'script'), controller: CONTROLLER, drive: NUMBER },
}

/** What every event says. `volume`: the name of the volume that it is about; `destination`: where it is sent. */
export const COMMON_FIELDS = {
  time: DURATION,
  kind: TEXT,
  place: { type: 'place' },
  destination: { type: 'place' },
  by: CONTROLLER,
  request: TEXT,
  volume: TEXT,
} as const satisfies Fields
export type CommonField = keyof typeof COMMON_FIELDS

export function isCommonField(name: string): name is CommonField {
  return Object.hasOwn(COMMON_FIELDS, name)
}

/** The fields of the data of a kind. */
export function dataFieldsOf(kind: EventKind): Fields {
  return DATA[kind] ?? {}
}

/** `drive.write`, `drive.*` or `any`. Undefined if there is no such kind. */
export function kindsNamed(name: string): readonly EventKind[] | undefined {
  if (name === 'any') return TRACE_KINDS
  const found = name.endsWith('.*')
    ? TRACE_KINDS.filter((kind) => kind.startsWith(name.slice(0, -1)))
    : EVENT_KINDS.filter((kind) => kind === name)
  return found.length > 0 ? found : undefined
}

export function isTraceKind(kind: EventKind): kind is TraceKind {
  return kind !== 'violation' && kind !== 'act'
}
