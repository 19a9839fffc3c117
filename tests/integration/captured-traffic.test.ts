/** The traffic that the flight recorders keep, as Wireshark sees it: of a lab that is a process of its own, around a crash. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { getU32 } from '../../src-main/base/bytes'
import type { FlightPdu, FlightRecord } from '../../src-main/contract/flight'
import { RecordedRun } from '../../src-main/player/recorded-run'
import type { ShownRun } from '../../src-main/player/player'
import { exported, takenOver } from '../support/exported-run'
import { labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess } from '../support/lab-process'
import { runProgram } from '../support/outside-clients'
import { recordedTraffic, TASK_TAG } from '../support/recorded-traffic'
import { column, dissected } from '../support/tshark'

let folder: string
let run: ShownRun
let ports: readonly string[]
let killedAtMs: number

/** A is killed under I/O and service requests. */
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-traffic-'))
  const lab = await startLabProcess({
    command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--drive-mib', '64', ...ANY_PORTS],
  })
  try {
    const { portals, management, token } = lab.ready
    ports = [...Object.values(portals).map((portal) => `tcp.port==${portOf(portal)},iscsi`)]
    ports = [...ports, ...Object.values(management).map((url) => `tcp.port==${portOf(url)},http`)]
    const client = labClient(lab.ready)
    await client.command('start-workload')
    await client.until('there is I/O', ({ host }) => (host?.ledger.acknowledged ?? 0) > 100)
    // On both sides of the moment, however slow the machine is.
    const others = async (): Promise<void> => {
      expect((await runProgram('iscsi-ls', [`iscsi://${portals.b}`])).code).toBe(0)
      const answer = await fetch(`${management.b}/v1/service-requests`, { headers: { authorization: `Bearer ${token}` } })
      expect(answer.status).toBe(200)
    }
    await others()
    await client.command('kill', { controller: 'a' })
    await others()
    await client.until('it is over', (snapshot) => snapshot.takeovers[0]?.hostOutage !== undefined)
    await new Promise((resolve) => setTimeout(resolve, 2500))
  } finally {
    await lab.stop()
  }
  const [name = ''] = fs.readdirSync(path.join(folder, 'trace'))
  const opened = RecordedRun.open(name, fs.readFileSync(path.join(folder, 'trace', name)))
  if (!opened.ok) throw new Error(opened.error)
  while (!opened.value.survey(() => true));
  const outline = present(opened.value.outline, 'an outline')
  run = { run: opened.value, outline, atMs: outline.end.atMs }
  killedAtMs = present(outline.faults[0], 'a fault').atMs
})
afterAll(() => fs.rmSync(folder, { recursive: true }))

function portOf(address: string): string {
  return present(/:(\d+)\/?$/.exec(address)?.[1], address)
}

function records(): readonly FlightRecord[] {
  const book = present(run.run.flight, 'flight records')
  return Array.from({ length: book.count }, (_, index) => present(book.at(index), `record ${index}`).record)
}

it('has what both controllers saw from a second before the crash on: PDUs, messages, drive accesses and claims', () => {
  const around = records().filter(({ timeMs }) => timeMs > killedAtMs - 900 && timeMs < killedAtMs + 1900)
  for (const kind of ['pdu', 'http', 'message', 'drive', 'claim']) expect(around.map((record) => record.kind)).toContain(kind)
  const before = around.filter(({ timeMs }) => timeMs < killedAtMs)
  const addresses = new Set(before.flatMap((record) => (record.kind === 'pdu' ? [record.address] : [])))
  expect(addresses).toEqual(new Set(['portal-a', 'portal-b']))
  const raised = around.flatMap((record) => (record.kind === 'claim' && record.action === 'raised' ? [record] : []))
  const written = around.flatMap((record) =>
    record.kind === 'drive' && record.action === 'write' && record.outcome === 'good' ? [record] : [],
  )
  expect(raised.length).toBeGreaterThan(0)
  expect(written.some(({ slot, epoch }) => raised.some((claim) => claim.slot === slot && claim.epoch === epoch))).toBe(true)
  expect(run.outline.recording?.problem).toBeUndefined()
})

it('has all of it: each PDU begins where the one before it ended', () => {
  const ends = new Map<string, number>()
  let followed = 0
  for (const record of records()) {
    if (record.kind !== 'pdu' || record.timeMs < killedAtMs - 900 || record.timeMs > killedAtMs + 1900) continue
    const stream = [record.address, record.other.port, record.action].join(' ')
    const end = ends.get(stream)
    if (end !== undefined) expect(record.position).toBe(end)
    if (end !== undefined) followed++
    ends.set(stream, (record.position + record.byteCount) >>> 0)
  }
  expect(followed).toBeGreaterThan(100)
})

it('is iSCSI to tshark: every PDU with its opcode, its task tag and its time, with a login and a WRITE among them', async () => {
  const found = await dissected(exported(run, { format: 'pcapng' }), {
    ports,
    filter: 'iscsi',
    fields: ['frame.time_epoch', 'iscsi.opcode', 'iscsi.initiatortasktag', 'scsi_sbc.opcode', 'tcp.dstport'],
  })
  const pdus = records().filter((record): record is FlightPdu => record.kind === 'pdu')
  expect(pdus.length).toBeGreaterThan(100)
  const startedAtMs = present(run.outline.recording, 'a recording').lab.startedAtMs ?? 0
  const expected = pdus.map(({ timeMs, header }) => [(startedAtMs + timeMs) / 1000, (header[0] ?? 0) & 0x3f, getU32(header, 16)])
  expect(found.length).toBe(pdus.length)
  for (const [index, [time = '', opcode = '', tag = '']] of found.entries()) {
    const [seconds = 0, ...rest] = expected[index] ?? []
    expect([Number(opcode), Number(tag)]).toEqual(rest)
    expect(Math.abs(Number(time) - seconds)).toBeLessThan(0.000_002)
  }
  expect(column(found, 1).map(Number)).toEqual(expect.arrayContaining([0x03, 0x23]))
  expect(column(found, 3).map(Number)).toContain(0x2a)
})

it('is HTTP to tshark, and it takes nothing for sent twice or in another order', async () => {
  const bytes = exported(run, { format: 'pcapng' })
  const requests = await dissected(bytes, { ports, filter: 'http.request', fields: ['http.request.method', 'http.request.uri'] })
  expect(requests).toContainEqual(['GET', '/v1/service-requests'])
  const answers = await dissected(bytes, { ports, filter: 'http.response', fields: ['http.response.code', 'frame.number'] })
  expect(column(answers, 0)).toContain('200')
  const filter = 'tcp.analysis.retransmission || tcp.analysis.out_of_order'
  expect(await dissected(bytes, { ports, filter, fields: ['frame.number'] })).toEqual([])
})

it('tells of the crash at the packet that follows it', async () => {
  const told = await dissected(exported(run, { format: 'pcapng' }), {
    ports,
    filter: 'frame.comment',
    fields: ['frame.time_epoch', 'frame.comment'],
  })
  expect(column(told, 1).join()).toMatch(/Crash, controller A/)
})

it('has the lengths of what was not kept', async () => {
  const found = await dissected(exported(recordedTraffic(await takenOver()), { format: 'pcapng' }), {
    ports: ['tcp.port==3260,iscsi'],
    filter: 'iscsi.opcode == 5',
    fields: ['iscsi.initiatortasktag', 'iscsi.datasegmentlength', 'frame.cap_len', 'frame.len'],
  })
  expect(found.map((row) => row.map(Number))).toEqual([[TASK_TAG, 100_000, 88, 65_523]])
})
