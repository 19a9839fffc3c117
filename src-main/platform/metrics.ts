import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { ControllerCounters, ControllerReport } from '../contract/snapshot'

/**
 * Measurements of one controller, in the text format of Prometheus (version 0.0.4). Whoever serves the address answers, so the survivor of
 * a takeover tells at both addresses of what it knows: `answered_by` says which controller that is.
 */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

type Labels = Readonly<Record<string, string | number>>
interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge'
  readonly help: string
  readonly samples: readonly (readonly [Labels, number])[]
}

const PREFIX = 'takeover_lab_'

export function metricsText(report: ControllerReport): string {
  return [...identity(report), ...counters(report), ...nvram(report), ...array(report), ...takeovers(report)]
    .filter(({ samples }) => samples.length > 0)
    .map(familyText)
    .join('')
}

function identity({ id, phase, portals, peerSilenceMs, initiators, drives }: ControllerReport): Family[] {
  return [
    gauge('answered_by', 'Which controller answers here.', [[{ controller: id }, 1]]),
    gauge('controller_serving', 'Whether this controller serves hosts.', [[{ controller: id }, phase === 'serving' ? 1 : 0]]),
    gauge(
      'address_served',
      'Whether this controller serves the addresses of a controller.',
      CONTROLLER_IDS.map((address) => [{ controller: id, address }, portals.includes(address) ? 1 : 0]),
    ),
    gauge(
      'peer_silence_seconds',
      'Time since the last heartbeat of the other controller.',
      peerSilenceMs === undefined ? [] : [[{ controller: id }, peerSilenceMs / 1000]],
    ),
    gauge('iscsi_sessions', 'Sessions of hosts at this controller.', [[{ controller: id }, initiators.length]]),
    gauge(
      'drive_online',
      'Whether a drive is in use in all of its RAID groups.',
      drives.map(({ index, state }) => [{ drive: index }, state === 'online' ? 1 : 0]),
    ),
  ]
}
const COUNTERS: readonly (readonly [keyof ControllerCounters, string, string])[] = [
  ['reads', 'reads_total', 'Reads of hosts that this controller answered.'],
  ['writes', 'writes_total', 'Writes of hosts that this controller answered.'],
  ['readBytes', 'read_bytes_total', 'Bytes that hosts read here.'],
  ['writtenBytes', 'written_bytes_total', 'Bytes that hosts wrote here.'],
  ['forwarded', 'forwarded_total', 'I/O that arrived here and that the other controller answered.'],
  ['forwardedIn', 'forwarded_in_total', 'I/O of the other controller that was answered here.'],
  ['serviceReceived', 'service_requests_received_total', 'Service requests that arrived here.'],
  ['serviceServed', 'service_requests_served_total', 'Service requests that this controller carried out.'],
  ['refusedWrites', 'refused_drive_writes_total', 'Writes that drives refused for an old epoch.'],
]

function counters({ id, counters: counted }: ControllerReport): Family[] {
  return COUNTERS.map(([key, name, help]) => ({ name, type: 'counter', help, samples: [[{ controller: id }, counted[key]]] }))
}

const MIRROR_STATES = ['in-step', 'resyncing', 'away', 'off'] as const

function nvram({ id, nvram: log }: ControllerReport): Family[] {
  if (log === undefined) return []
  const controller = id
  return [
    gauge('nvram_used_bytes', 'Room in NVRAM that holds data which is not on the drives yet.', [[{ controller }, log.bytes]]),
    gauge('nvram_capacity_bytes', 'Room in NVRAM for data of hosts.', [[{ controller }, log.capacityBytes]]),
    gauge('nvram_records', 'Records in the log of NVRAM.', [[{ controller }, log.records]]),
    gauge(
      'nvram_mirror',
      'The copy of this log at the other controller: 1 for the state that it is in.',
      MIRROR_STATES.map((state) => [{ controller, state }, log.mirror === state ? 1 : 0]),
    ),
  ]
}

function array({ array: state }: ControllerReport): Family[] {
  if (state === undefined) return []
  const { configuration, ownership, serviceOwner, generation } = state
  const nameOf = (volumeId: number): string => configuration.volumes.find(({ id }) => id === volumeId)?.name ?? String(volumeId)
  return [
    gauge('array_generation', 'Generation of the committed array state.', [[{ array: configuration.name }, generation]]),
    gauge(
      'volume_owner',
      'Which controller owns a volume: 1 for its owner.',
      ownership.flatMap(({ volumeId, owner }) => perController((id) => ({ volume: nameOf(volumeId), controller: id }), owner)),
    ),
    gauge(
      'service_owner',
      'Which controller owns service requests: 1 for the owner.',
      perController((id) => ({ controller: id }), serviceOwner),
    ),
  ]
}

function perController(labels: (id: ControllerId) => Labels, owner: ControllerId): (readonly [Labels, number])[] {
  return CONTROLLER_IDS.map((id) => [labels(id), id === owner ? 1 : 0])
}

function takeovers({ id, takeovers: all }: ControllerReport): Family[] {
  const reasons = [...new Set(all.map(({ reason }) => reason))]
  const lastMs = all.at(-1)?.totalMs
  return [
    {
      name: 'takeovers_total',
      type: 'counter',
      help: 'Takeovers by this controller since it started, as far as it remembers them.',
      samples: reasons.map((reason) => [{ controller: id, reason }, all.filter((one) => one.reason === reason).length]),
    },
    gauge(
      'last_takeover_seconds',
      'How long the last takeover took, from the failure to service.',
      lastMs === undefined ? [] : [[{ controller: id }, lastMs / 1000]],
    ),
  ]
}

function gauge(name: string, help: string, samples: Family['samples']): Family {
  return { name, type: 'gauge', help, samples }
}

function familyText({ name, type, help, samples }: Family): string {
  const lines = samples.map(([labels, value]) => `${PREFIX}${name}{${labelText(labels)}} ${value}\n`)
  return `# HELP ${PREFIX}${name} ${help}\n# TYPE ${PREFIX}${name} ${type}\n${lines.join('')}`
}

function labelText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(String(value))}"`)
    .join(',')
}

/** The three characters that the format has its own meaning for. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
