/** Recordings of a lab that runs as a process of its own, opened by the way the page goes. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { LIMITS } from '../../src-main/contract/limits'
import { labClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { simulationClient, type SimulationClient } from '../support/simulation-client'

const DONE = { ok: true, value: null }
let folder: string
let lab: LabProcess
let player: SimulationClient

async function start(): Promise<void> {
  lab = await startLabProcess({ command: [process.execPath, 'out/main/serve.js', '--lab', folder, '--drive-mib', '64', ...ANY_PORTS] })
  player = await simulationClient(lab.ready)
}

async function stop(): Promise<void> {
  player.close()
  await lab.stop()
}

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-recording-'))
  await start()
})
afterAll(async () => {
  await stop()
  fs.rmSync(folder, { recursive: true })
})

async function open(name: string): Promise<void> {
  expect(await player.order({ order: 'open-recording', name })).toEqual(DONE)
  await player.until(`${name} is read`, ({ phase, run }) => phase === 'paused' && run?.kind === 'recording' && run.name === name)
}

async function currentName(): Promise<string> {
  return present(
    (await player.recordings()).recordings.find(({ isCurrent }) => isCurrent),
    'the recording that goes on',
  ).name
}

it('of a takeover that has just happened shows it: the fault, who took over, and the pair at each moment of it', async () => {
  const client = labClient(lab.ready)
  await client.command('start-workload')
  await client.until('there is I/O', ({ host }) => (host?.ledger.acknowledged ?? 0) > 100)
  await client.command('kill', { controller: 'a' })
  const { takeovers } = await client.until('it is over', (snapshot) => snapshot.takeovers[0]?.hostOutage !== undefined)
  await open(await currentName())
  const { outline } = player
  expect(outline).toMatchObject({
    faults: [{ name: 'crash', hits: [{ place: 'controller-a' }] }],
    takeovers: [{ survivor: 'b' }],
    violations: [],
  })
  const begunAtMs = present(outline.takeovers[0], 'a takeover').atMs
  expect(Math.abs(begunAtMs - present(takeovers[0], 'a takeover').startedAtMs)).toBeLessThan(100)

  // A busy machine takes its time to find out.
  const wholeAtMs = present(outline.faults[0], 'a fault').atMs - 50
  expect(await player.order({ order: 'seek-time', atMs: wholeAtMs })).toEqual(DONE)
  const before = await player.until('before', ({ now }) => now.atMs === wholeAtMs)
  expect(before.lab?.controllers).toMatchObject({ a: { state: 'running' }, b: { phase: 'serving' } })
  expect(await player.order({ order: 'seek', event: outline.end.event })).toEqual(DONE)
  const after = await player.until('the end', ({ phase }) => phase === 'ended')
  expect(after.lab?.controllers).toMatchObject({ a: { state: 'down' }, b: { phase: 'serving', portalServedBy: 'b' } })
  const shown = player.pushes.flatMap((push) => (push.type === 'events' ? push.events.map(({ kind }) => kind) : []))
  expect(shown).toEqual(expect.arrayContaining(['takeover.fenced', 'takeover.claimed', 'takeover.serving', 'host.command', 'drive.write']))
})

it('stays when the lab is started again, and opens in the folder of another lab, too', async () => {
  const first = await currentName()
  await stop()
  await start()
  const { recordings } = await player.recordings()
  expect(recordings.map(({ name, isCurrent }) => [name === first, isCurrent])).toEqual([
    [true, false],
    [false, true],
  ])
  fs.copyFileSync(path.join(folder, 'trace', first), path.join(folder, 'trace', 'trace-000077.ndjson'))
  for (const name of [first, 'trace-000077.ndjson']) {
    await open(name)
    expect(player.outline).toMatchObject({ takeovers: [{ survivor: 'b' }] })
    expect(player.outline.recording?.problem).toBeUndefined()
  }
})

it('from elsewhere is given in pieces, and opens without becoming a file of the lab', async () => {
  const files = fs.readdirSync(path.join(folder, 'trace'))
  const whole = fs.readFileSync(path.join(folder, 'trace', 'trace-000077.ndjson'))
  const give = async (bytes: Uint8Array, name = 'from a colleague.ndjson'): Promise<unknown> => {
    let outcome: unknown
    for (let at = 0; at < bytes.length; at += LIMITS.givenPieceBytes) {
      const base64 = Buffer.from(bytes.subarray(at, at + LIMITS.givenPieceBytes)).toString('base64')
      outcome = await player.give({ name, byteCount: bytes.length, at, base64 })
    }
    return outcome
  }
  expect(await give(whole)).toEqual(DONE)
  await player.until('it is read', ({ phase, run }) => phase === 'paused' && run?.kind === 'recording' && run.given === true)
  expect(player.outline).toMatchObject({ run: { name: 'from a colleague.ndjson' }, takeovers: [{ survivor: 'b' }] })
  expect(player.outline.recording?.problem).toBeUndefined()
  expect(fs.readdirSync(path.join(folder, 'trace'))).toEqual(files)

  expect(await give(whole.subarray(0, whole.length - 7), 'cut.ndjson')).toEqual(DONE)
  await player.until('it is read', ({ phase, run }) => phase === 'paused' && run?.kind === 'recording' && run.name === 'cut.ndjson')
  expect(player.outline.recording?.problem).toMatch(/is (cut short|damaged), and what comes after it is left out/)
  const newer = await give(Buffer.from('{"recording":99}\n'))
  expect(newer).toMatchObject({ ok: false, error: { message: expect.stringContaining('open it with a newer one') as unknown } })
})

it('that is cut, altered, none at all or gone is opened up to where it is whole, or refused with a sentence', async () => {
  const whole = fs.readFileSync(path.join(folder, 'trace', 'trace-000077.ndjson'))
  const put = (name: string, bytes: Uint8Array): void => fs.writeFileSync(path.join(folder, 'trace', name), bytes)
  put('trace-000078.ndjson', whole.subarray(0, whole.length / 2))
  await open('trace-000078.ndjson')
  expect(player.outline.recording?.problem).toMatch(/It is whole up to line \d+\. Line \d+ is (cut short|damaged)/)
  put('trace-000079.ndjson', Buffer.from('{"recording":99}\n'))
  put('trace-000080.ndjson', Buffer.from([0, 1, 2, 3]))
  for (const [name, sentence] of [
    ['trace-000079.ndjson', 'open it with a newer one'],
    ['trace-000080.ndjson', 'is not a recording'],
    ['trace-000999.ndjson', 'any more'],
  ] as const) {
    const outcome = await player.order({ order: 'open-recording', name })
    expect(outcome).toMatchObject({ ok: false, error: { message: expect.stringContaining(sentence) as unknown } })
  }
})

it('has as much room as a person gives to all of them, also after the lab was started again', async () => {
  const client = labClient(lab.ready)
  expect((await player.recordings()).roomMib).toBe(64)
  await client.command('bound-recordings', { mib: 96 })
  await expect(client.command('bound-recordings', { mib: 47 })).rejects.toThrow('must be at least 48')
  expect((await player.recordings()).roomMib).toBe(96)
  await stop()
  await start()
  expect((await player.recordings()).roomMib).toBe(96)
})
