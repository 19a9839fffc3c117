import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { ByteSink } from '../../../src-main/export/byte-sink'
import { PcapngWriter } from '../../../src-main/export/pcapng/pcapng'
import { RunExporter } from '../../../src-main/export/run-exporter'
import { tapConnection } from '../../../src-main/platform/flight/connection-tap'
import { wireStream, type FlightLog } from '../../../src-main/platform/flight/flight-log'
import { event, exported, frame, RECORDED_LAB, recordingOf, seedOf, takenOver } from '../../support/exported-run'
import { readPcapng } from '../../support/pcapng'
import { flightPiece, recordedTraffic, WRITTEN_BYTES } from '../../support/recorded-traffic'

const picture = await takenOver()
const FLAGS = { fin: 1, syn: 2, push: 8, acknowledge: 16 }
const HEADERS = 40
const SOCKET = { localAddress: '127.0.0.1', localPort: 3260, remoteAddress: '127.0.0.1', remotePort: 50_412 }
const STREAM = wireStream('portal-a', SOCKET)

class FullSink extends ByteSink {
  override get total(): number {
    return LIMITS.exportBytes + 1
  }
}

/** The packets of what is written into the log of A. */
function capturedOf(fill: (log: FlightLog) => void) {
  let nowMs = 1100
  const { packets } = readPcapng(
    exported(recordingOf(frame(1000, picture), { flight: flightPiece('a', () => nowMs++, fill) }), { format: 'pcapng' }),
  )
  const byFlags = (flag: number) =>
    packets
      .filter(({ flags }) => (flags & flag) !== 0)
      .map(({ ports, sequence, acknowledged, flags }) => ({ ports, sequence, acknowledged, flags }))
  return { packets, byFlags }
}

describe('the traffic of a run, for Wireshark', () => {
  const { interfaces, packets, application } = readPcapng(exported(recordedTraffic(picture), { format: 'pcapng' }))
  const iscsi = packets.filter(({ interfaceNumber }) => interfaceNumber === 0)
  const http = packets.filter(({ interfaceNumber }) => interfaceNumber === 3)

  it('has an interface for each address, and packets in the order of time, to the nanosecond', () => {
    expect(interfaces).toEqual(['portal-a', 'portal-b', 'management-a', 'management-b'])
    expect(application).toBe('Takeover Lab 9.8.7')
    const times = packets.map(({ timeNs }) => timeNs)
    expect(times).toEqual(times.toSorted((one, other) => Number(one - other)))
    expect(packets[0]?.timeNs).toBe(BigInt(RECORDED_LAB.startedAtMs) * 1_000_000n + 1_101_000_001n)
  })

  it('has each PDU with its header, and its true length in as many segments as that takes', () => {
    const data = iscsi.filter(({ flags }) => (flags & FLAGS.push) !== 0)
    expect(data.map(({ payload, originalLength }) => [payload[0], payload.length, originalLength - HEADERS])).toEqual([
      [0x43, 48, 248],
      [0x23, 48, 80],
      [0x01, 48, 48],
      [0x31, 48, 48],
      [0x05, 48, 65_483],
      [undefined, 0, WRITTEN_BYTES + 48 - 65_483],
      [0x21, 48, 48],
    ])
  })

  it('has sequence numbers that go on, and acknowledges what came', () => {
    const [syn, synAnswer, ...rest] = iscsi
    expect([syn?.flags, synAnswer?.flags]).toEqual([FLAGS.syn, FLAGS.syn | FLAGS.acknowledge])
    const next = { received: 1, sent: 1 }
    for (const { ports, sequence, acknowledged, originalLength } of rest) {
      const [side, other] = ports[1] === 3260 ? (['received', 'sent'] as const) : (['sent', 'received'] as const)
      expect([sequence, acknowledged]).toEqual([next[side], next[other]])
      next[side] += originalLength - HEADERS
    }
  })

  it('goes from the one address to the other, into the lab and out of it', () => {
    const remote = capturedOf((log) => {
      const stream = wireStream('management-a', { localAddress: '10.0.0.1', localPort: 8081, remoteAddress: '10.0.0.77', remotePort: 9 })
      for (const action of ['received', 'sent'] as const) log.http(action, stream, { text: 'HTTP/1.1', byteCount: 80, position: 0 })
    })
    expect(remote.packets.map(({ addresses, direction, interfaceNumber }) => [...addresses, direction, interfaceNumber])).toEqual([
      ['10.0.0.77', '10.0.0.1', 'in', 2],
      ['10.0.0.1', '10.0.0.77', 'out', 2],
    ])
    const local = '0'.repeat(31) + '1'
    expect(http.map(({ addresses, direction }) => [...addresses, direction])).toEqual([
      [local, local, 'in'],
      [local, local, 'out'],
      [local, local, 'out'],
    ])
  })

  it('tells of a fault also at a packet of the very same time', () => {
    const kill = event(1, 1100, { place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a' })
    const piece = flightPiece(
      'a',
      () => 1100,
      (log) => log.connection('opened', STREAM, { received: 0, sent: 0 }),
    )
    const { packets: all } = readPcapng(exported(recordingOf(frame(1000, picture), kill, { flight: piece }), { format: 'pcapng' }))
    expect(all.map(({ comments }) => comments)).toEqual([['At 1100.000 ms: Crash, controller A'], [], []])
  })

  it('writes no more once it is too much', () => {
    const sink = new FullSink()
    const { run, outline } = recordedTraffic(picture)
    const shown = { atMs: 0, snapshot: undefined }
    const writer = new PcapngWriter({ outline, version: '1', madeAtMs: 0, language: 'en', notes: '', flight: run.flight, shown }, sink)
    const before = sink.waiting
    writer.take(event(1, 5000), 5000)
    writer.end()
    expect(writer.goOn(() => true)).toBe(true)
    expect(before).toBeGreaterThan(0)
    expect(sink.waiting).toBe(before)
  })

  it('is written in bounded pieces, also what comes without any event between', () => {
    const RECORDS = 256
    const piece = flightPiece(
      'a',
      () => 1100,
      (log) => {
        for (let i = 0; i < RECORDS; i++) log.http('received', STREAM, { text: 'GET / HTTP/1.1', byteCount: 300, position: i * 300 })
      },
    )
    const shown = recordingOf(frame(1000, picture), { flight: piece })
    const whole = exported(shown, { format: 'pcapng' })
    const exporter = new RunExporter('9.8.7', () => 0)
    const pieces: Uint8Array[] = []
    let looks = 0
    let given = exporter.order({ order: 'export', format: 'pcapng', language: 'en', notes: '' }, shown, () => ++looks % 20 !== 0)
    while (given.ok) {
      pieces.push(given.value.bytes)
      if (given.value.isLast) break
      given = exporter.order({ order: 'export-more', id: given.value.id }, shown, () => ++looks % 20 !== 0)
    }
    expect(given.ok).toBe(true)
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(5000)
    expect(readPcapng(Buffer.concat(pieces)).packets).toEqual(readPcapng(whole).packets)
    expect(readPcapng(whole).packets).toHaveLength(RECORDS)
  })

  it('goes on in the middle of a connection of IPv6, where nothing is known of its beginning', () => {
    expect(http.map(({ ports, sequence, acknowledged, flags }) => [ports, sequence, acknowledged, flags])).toEqual([
      [[40_000, 8082], 5001, 0, FLAGS.push],
      [[8082, 40_000], 9001, 5181, FLAGS.push | FLAGS.acknowledge],
      [[8082, 40_000], 9001 + 65_483, 5181, FLAGS.push | FLAGS.acknowledge],
    ])
    expect(new TextDecoder().decode(http[0]?.payload)).toBe('GET /v1/service-requests HTTP/1.1\r\n')
    expect(http[0]?.originalLength).toBe(60 + 180)
  })

  it('tells of a fault where the first packet after it is', () => {
    const told = packets.filter(({ comments }) => comments.length > 0)
    expect(told.map(({ comments }) => comments)).toEqual([['At 1105.500 ms: Crash, controller A']])
    const startedAtNs = BigInt(RECORDED_LAB.startedAtMs) * 1_000_000n
    expect(Number((told[0]?.timeNs ?? 0n) - startedAtNs)).toBeGreaterThanOrEqual(1_105_500_000)
    const before = packets[packets.findIndex(({ comments }) => comments.length > 0) - 1]
    expect(Number((before?.timeNs ?? 0n) - startedAtNs)).toBeLessThan(1_105_500_000)
  })

  it('ends a connection where its bytes end, in each direction, and acknowledges the end', () => {
    const { byFlags } = capturedOf((log) => {
      const tap = tapConnection(log, 'portal-a', SOCKET)
      tap.received(new Uint8Array(48))
      tap.received(new Uint8Array(48))
      tap.sent([new Uint8Array(48)])
      tap.closed()
    })
    expect(byFlags(FLAGS.fin)).toEqual([
      { ports: [50_412, 3260], sequence: 97, acknowledged: 49, flags: FLAGS.fin | FLAGS.acknowledge },
      { ports: [3260, 50_412], sequence: 49, acknowledged: 98, flags: FLAGS.fin | FLAGS.acknowledge },
    ])
  })

  it('knows where a connection ends of which only the end was recorded', () => {
    const { byFlags } = capturedOf((log) => log.connection('closed', STREAM, { received: 2 ** 32 - 1, sent: 500 }))
    expect(byFlags(FLAGS.fin)).toEqual([
      { ports: [50_412, 3260], sequence: 0, acknowledged: 501, flags: FLAGS.fin | FLAGS.acknowledge },
      { ports: [3260, 50_412], sequence: 501, acknowledged: 1, flags: FLAGS.fin | FLAGS.acknowledge },
    ])
  })

  it('begins a connection anew whose ports were used before', () => {
    const http = { text: 'GET / HTTP/1.1\r\n', byteCount: 80, position: 0 }
    const { byFlags, packets: all } = capturedOf((log) => {
      log.http('sent', STREAM, http)
      log.connection('opened', STREAM, { received: 0, sent: 0 })
      log.connection('closed', STREAM, { received: 0, sent: 0 })
      log.http('received', STREAM, http)
    })
    expect(byFlags(FLAGS.syn)).toEqual([
      { ports: [50_412, 3260], sequence: 0, acknowledged: 0, flags: FLAGS.syn },
      { ports: [3260, 50_412], sequence: 0, acknowledged: 1, flags: FLAGS.syn | FLAGS.acknowledge },
    ])
    // Of what came after the end, nothing is known of the other direction.
    expect(all.at(-1)).toMatchObject({ ports: [50_412, 3260], sequence: 1, acknowledged: 0, flags: FLAGS.push })
  })

  it('is refused with a sentence where there is none', () => {
    const exporter = new RunExporter('1', () => 0)
    const order = { order: 'export', format: 'pcapng', language: 'en', notes: '' } as const
    expect(exporter.order(order, seedOf(7, 100), () => true)).toMatchObject({
      ok: false,
      error: { code: 'not-possible-now', message: expect.stringContaining('No traffic was recorded') as string },
    })
  })
})
