import * as fs from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ShownRun } from '../../../src-main/player/player'
import { LIMITS } from '../../../src-main/contract/limits'
import { Flows } from '../../../src-main/export/perfetto/flows'
import { ProtobufMessage } from '../../../src-main/export/perfetto/protobuf'
import { event, exported, frame, recordingOf, seedOf, takenOver } from '../../support/exported-run'
import { decode, readSchema } from '../../support/protobuf'

const schema = readSchema(fs.readFileSync('tests/unit/export/perfetto.proto', 'utf8'))
const picture = await takenOver()
const BEGIN = 1
const END = 2
const INSTANT = 3

interface Packet {
  readonly timestamp?: bigint
  readonly trusted_packet_sequence_id?: number
  readonly sequence_flags?: number
  readonly first_packet_on_sequence?: boolean
  readonly track_descriptor?: { readonly uuid: bigint; readonly name: string; readonly parent_uuid?: bigint }
  readonly track_event?: {
    readonly type: number
    readonly track_uuid: bigint
    readonly name?: string
    readonly categories?: readonly string[]
    readonly flow_ids?: readonly bigint[]
    readonly debug_annotations?: readonly { readonly name: string; readonly [value: string]: unknown }[]
  }
}

function packetsOf(shown: ShownRun): readonly Packet[] {
  return (decode(schema, 'Trace', exported(shown, { format: 'perfetto' })) as { readonly packet: readonly Packet[] }).packet
}

/** Everything that Perfetto asks of a trace. */
function check(packets: readonly Packet[]): void {
  expect(new Set(packets.map((packet) => packet.trusted_packet_sequence_id))).toEqual(new Set([1]))
  expect(packets[0]).toMatchObject({ sequence_flags: 1, first_packet_on_sequence: true })
  const open = new Map<bigint, number>()
  let timestamp = 0n
  for (const packet of packets) {
    const { track_descriptor: track, track_event: happened } = packet
    expect(track === undefined).toBe(happened !== undefined)
    if (track !== undefined) {
      expect(open.has(track.uuid)).toBe(false)
      if (track.parent_uuid !== undefined) expect(open.has(track.parent_uuid)).toBe(true)
      open.set(track.uuid, 0)
    }
    if (happened === undefined) continue
    expect(packet.timestamp).toBeGreaterThanOrEqual(timestamp)
    timestamp = packet.timestamp ?? 0n
    const depth = open.get(happened.track_uuid)
    if (depth === undefined) throw new Error('an event on a track that nobody described')
    if (happened.type === END) expect(depth).toBeGreaterThan(0)
    else expect(happened).toMatchObject({ name: expect.any(String) as string, flow_ids: [expect.any(BigInt) as bigint] })
    open.set(happened.track_uuid, depth + (happened.type === BEGIN ? 1 : happened.type === END ? -1 : 0))
  }
  expect([...open.values()].filter((depth) => depth !== 0)).toEqual([])
}

/** Readable: what happens where, in order. */
function story(packets: readonly Packet[]): readonly string[] {
  const names = new Map<bigint, string>()
  for (const { track_descriptor: track } of packets) {
    if (track === undefined) continue
    const parent = track.parent_uuid === undefined ? '' : `${names.get(track.parent_uuid) ?? '?'}/`
    names.set(track.uuid, `${parent}${track.name}`)
  }
  return packets.flatMap(({ timestamp, track_event: happened }) =>
    happened === undefined
      ? []
      : [`${timestamp} ${names.get(happened.track_uuid)} ${['', 'begin', 'end', 'instant'][happened.type]} ${happened.name ?? ''}`.trim()],
  )
}

const TAKEOVER = [
  event(20, 1200, { place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a' }),
  event(21, 1205, { place: 'controller-b', kind: 'takeover.detected', cause: 20, data: { reason: 'crash' } }),
  event(22, 1206, { place: 'controller-b', kind: 'takeover.fenced', cause: 21 }),
  event(23, 1207, { place: 'controller-b', kind: 'takeover.claimed', cause: 22 }),
  event(24, 1208, { place: 'controller-b', kind: 'takeover.replayed', cause: 23 }),
  event(25, 1209, { place: 'controller-b', kind: 'takeover.adopted', cause: 24 }),
  event(26, 1210.5, { place: 'controller-b', kind: 'takeover.serving', cause: 25 }),
]

describe('a run for Perfetto', () => {
  it('has a slice for each request where it is, and an instant on the drive', () => {
    const at = (id: number, timeMs: number, part: object) => event(id, timeMs, { request: 'io-1-1', cause: id - 1, ...part })
    const packets = packetsOf(
      recordingOf(
        frame(1000, picture),
        at(1, 1010, { to: 'portal-b', data: { operation: 'write', lun: 2 } }),
        at(2, 1010.25, { place: 'portal-b', kind: 'portal.command', to: 'controller-b', data: { name: 'WRITE (10)', lun: 2 } }),
        at(3, 1011, { place: 'controller-b', kind: 'io.forwarded', to: 'controller-a' }),
        at(4, 1012, { place: 'controller-a', kind: 'drive.write', to: 'drive-4' }),
        at(5, 1013, { place: 'controller-a', kind: 'io.returned', to: 'controller-b' }),
        at(6, 1014, { place: 'portal-b', kind: 'portal.response', to: 'host', data: { status: 0 } }),
        at(7, 1015, { kind: 'host.response', data: { status: 0, latencyMs: 5 } }),
      ),
    )
    check(packets)
    expect(story(packets)).toEqual([
      '1010000000 Host/requests begin write LUN 2',
      '1010250000 Portal B/requests begin WRITE (10) LUN 2',
      '1011000000 Interconnect/requests begin forwarded I/O',
      '1012000000 Drive 4 instant drive.write',
      '1013000000 Interconnect/requests end',
      '1014000000 Portal B/requests end',
      '1015000000 Host/requests end',
    ])
    const flows = packets.flatMap(({ track_event: happened }) => happened?.flow_ids ?? [])
    expect(new Set(flows).size).toBe(1)
    const last = packets.at(-1)?.track_event?.debug_annotations
    expect(last).toEqual([
      { name: 'status', int_value: 0n },
      { name: 'latencyMs', int_value: 5n },
    ])
  })

  it('puts requests that overlap on tracks of their own, and uses these again', () => {
    const command = (id: number, timeMs: number, kind: 'host.command' | 'host.response', tag: number) =>
      event(id, timeMs, { kind, request: `io-1-${tag}` })
    const packets = packetsOf(
      recordingOf(
        frame(1000, picture),
        command(1, 1001, 'host.command', 1),
        command(2, 1002, 'host.command', 2),
        command(3, 1003, 'host.response', 1),
        command(4, 1004, 'host.command', 3),
        command(5, 1005, 'host.response', 2),
        command(6, 1006, 'host.response', 3),
        command(7, 1007, 'host.response', 9),
      ),
    )
    check(packets)
    const lanes = packets.filter(({ track_descriptor: track }) => track?.name === 'requests')
    expect(lanes).toHaveLength(2)
    const flows = packets
      .filter(({ track_event: happened }) => happened?.type === BEGIN)
      .map(({ track_event: happened }) => happened?.flow_ids?.[0])
    expect(new Set(flows).size).toBe(3)
    expect(story(packets).at(-1)).toBe('1007000000 Host instant host.response')
  })

  it('has the phases of a takeover within it, in one flow with what caused it', () => {
    const packets = packetsOf(recordingOf(frame(1000, picture), ...TAKEOVER))
    check(packets)
    expect(story(packets)).toEqual([
      '1200000000 Midplane instant midplane.controller-killed',
      '1205000000 Controller B/takeovers begin takeover',
      '1205000000 Controller B/takeovers begin fence',
      '1206000000 Controller B/takeovers end',
      '1206000000 Controller B/takeovers begin claim',
      '1207000000 Controller B/takeovers end',
      '1207000000 Controller B/takeovers begin replay',
      '1208000000 Controller B/takeovers end',
      '1208000000 Controller B/takeovers begin adopt',
      '1209000000 Controller B/takeovers end',
      '1209000000 Controller B/takeovers begin serve',
      '1210500000 Controller B/takeovers end',
      '1210500000 Controller B/takeovers end',
    ])
    expect(new Set(packets.flatMap(({ track_event: happened }) => happened?.flow_ids ?? [])).size).toBe(1)
  })

  it('ends with the run what nobody ended, and with its answer what a dead controller left', () => {
    const packets = packetsOf(
      recordingOf(
        frame(1000, picture),
        event(1, 1001, { request: 'io-1-1' }),
        event(2, 1002, { place: 'portal-a', kind: 'portal.command', request: 'io-1-1' }),
        ...TAKEOVER.slice(0, 3),
        event(30, 1300, { kind: 'host.response', request: 'io-1-1', data: { status: 'lost' } }),
        event(31, 1301, { request: 'io-1-2' }),
        event(32, 1302, { place: 'midplane', kind: 'lab.stopped' }),
      ),
    )
    check(packets)
    expect(story(packets).slice(-7)).toEqual([
      '1300000000 Host/requests end',
      '1300000000 Portal A/requests end',
      '1301000000 Host/requests begin command',
      '1302000000 Midplane instant lab.stopped',
      '1302000000 Controller B/takeovers end',
      '1302000000 Controller B/takeovers end',
      '1302000000 Host/requests end',
    ])
  })

  it('ends a takeover with the one who took over', () => {
    const exited = (id: number, to: 'controller-a' | 'controller-b') =>
      event(id, 1300 + id, { place: 'midplane', kind: 'midplane.controller-exited', to })
    const packets = packetsOf(
      recordingOf(frame(1000, picture), ...TAKEOVER.slice(0, 3), exited(30, 'controller-a'), exited(31, 'controller-b'), event(32, 9000)),
    )
    check(packets)
    expect(story(packets).filter((line) => line.endsWith('takeovers end'))).toEqual([
      '1206000000 Controller B/takeovers end',
      '1331000000 Controller B/takeovers end',
      '1331000000 Controller B/takeovers end',
    ])
  })

  it('is sound for a whole seed, with every takeover and every drive in it', () => {
    const shown = seedOf(3, 100)
    const packets = packetsOf(shown)
    check(packets)
    const told = story(packets)
    expect(shown.outline.takeovers.length).toBeGreaterThan(0)
    expect(told.filter((line) => line.endsWith('begin takeover')).length).toBeGreaterThanOrEqual(shown.outline.takeovers.length)
    const drives = new Set(
      packets.flatMap(({ track_descriptor: track }) => (track?.name.startsWith('Drive ') === true ? [track.name] : [])),
    )
    expect(drives.size).toBe(shown.run.snapshot(0)?.drives.length)
    expect(packets.filter(({ track_event: happened }) => happened?.type === INSTANT).length).toBeGreaterThan(100)
    expect(packets.filter(({ track_event: happened }) => happened?.type === BEGIN).length).toBeGreaterThan(100)
  })
})

describe('what belongs together', () => {
  it('is a request with all its tries, not another one of the same name', () => {
    const flows = new Flows()
    const request = 'io-1-1'
    const first = [
      event(1, 1, { request }),
      event(2, 2, { place: 'portal-a', kind: 'portal.command', request }),
      event(3, 3, { kind: 'host.response', request, cause: 1 }),
      event(4, 4, { kind: 'host.retry', cause: 3 }),
      event(5, 5, { request: 'io-2-7', cause: 4 }),
    ]
    const other = [event(9, 9, { request }), event(10, 10, { kind: 'host.response', request, cause: 9 })]
    expect([...first, ...other].map((one) => flows.of(one))).toEqual([1, 1, 1, 1, 1, 2, 2])
  })

  it('is remembered for long, and forgotten in the end', () => {
    const flows = new Flows()
    const first = flows.of(event(1, 1))
    for (let id = 2; id <= LIMITS.exportCauses + 10; id++) flows.of(event(id, id))
    expect(flows.of(event(500_000, 1, { cause: 1 }))).toBe(first)
    for (let id = 2; id <= 2 * LIMITS.exportCauses; id++) flows.of(event(600_000 + id, id))
    expect(flows.of(event(900_000, 1, { cause: 1 }))).not.toBe(first)
  })
})

describe('a message of Protocol Buffers', () => {
  it.each([
    ['a small number', new ProtobufMessage().uint(1, 1), '0801'],
    ['150, as in the documentation', new ProtobufMessage().uint(1, 150), '089601'],
    ['a field number above 15', new ProtobufMessage().uint(60, 0), 'e00300'],
    ['the largest exact number', new ProtobufMessage().uint(1, 2 ** 53 - 1), '08ffffffffffffff0f'],
    ['minus two', new ProtobufMessage().int(1, -2), '08feffffffffffffffff01'],
    ['text', new ProtobufMessage().text(2, 'testing'), '120774657374696e67'],
    ['text beyond ASCII', new ProtobufMessage().text(2, 'é'), '1202c3a9'],
    ['a message in it', new ProtobufMessage().message(3, new ProtobufMessage().uint(1, 150)), '1a03089601'],
    ['eight bytes', new ProtobufMessage().fixed64(1, 258), '090201000000000000'],
    ['a double', new ProtobufMessage().double(1, 1), '09000000000000f03f'],
  ])('has %s', (_, message, hex) => {
    expect(Buffer.from(message.bytes).toString('hex')).toBe(hex)
  })
})
