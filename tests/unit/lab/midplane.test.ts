/** The midplane with workers that are real threads, but do only what the test says. */
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { afterEach, describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { MIB } from '../../../src-main/base/units'
import { peerOf, type ControllerId } from '../../../src-main/contract/controller-id'
import type { ControllerToMidplane, MidplaneToController } from '../../../src-main/contract/midplane'
import type { ControllerReport } from '../../../src-main/contract/snapshot'
import type { TraceKind } from '../../../src-main/contract/trace'
import type { TracePort } from '../../../src-main/core/ports'
import { Midplane } from '../../../src-main/lab/midplane'
import { clockOrigin } from '../../../src-main/platform/clock'
import { createTraceRing } from '../../../src-main/platform/trace-ring'
import { NetworkFaultTable } from '../../../src-main/platform/network-fault-table'
import { DriveFaultTable } from '../../../src-main/platform/drive-fault-table'

/** Passes on what it is told to say, tells what it hears, spins, writes or throws. */
const PUPPET = `
  const { parentPort } = require('node:worker_threads')
  const fs = require('node:fs')
  function write({ file, byteCount, writes }) {
    const fd = fs.openSync(file, 'w')
    const buffer = Buffer.alloc(byteCount)
    for (let value = 1; ; value++) {
      buffer[0] = buffer[byteCount - 1] = value
      fs.writeSync(fd, buffer, 0, byteCount, 0)
      Atomics.add(new Int32Array(writes), 0, 1)
    }
  }
  parentPort.on('message', (message) => {
    if (message.type === 'say') parentPort.postMessage(message.words)
    else if (message.type === 'throw') throw new RangeError(message.text)
    else if (message.type === 'spin') for (;;);
    else if (message.type === 'write') write(message)
    else if (message.type === 'hang') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
    else if (message.type === 'panic') throw new TypeError('what it was told')
    else if (message.type === 'stop') parentPort.postMessage({ type: 'stopped' })
    else {
      const { type: heard, outcome, present, end } = message
      parentPort.postMessage({ type: 'heard', heard, outcome, present, end })
    }
  })
`

const REPORT = { type: 'report', report: {} as ControllerReport } satisfies ControllerToMidplane

interface Heard {
  readonly type: 'heard'
  readonly heard: MidplaneToController['type']
  readonly outcome?: string
  readonly present?: boolean
  readonly end?: string
}

function createBench() {
  const workers: Record<ControllerId, Worker[]> = { a: [], b: [] }
  const heard: Record<ControllerId, Heard[]> = { a: [], b: [] }
  const kinds: TraceKind[] = []
  let wake: () => void = () => undefined
  /** Run once, at the moment itself. */
  const atFirst = new Map<TraceKind, () => void>()
  const trace: TracePort = {
    admit: () => true,
    record({ kind }) {
      atFirst.get(kind)?.()
      atFirst.delete(kind)
      return kinds.push(kind)
    },
  }
  const spawn = (options: WorkerOptions) => {
    const { id } = options.workerData as { id: ControllerId }
    const worker = new Worker(PUPPET, { eval: true, workerData: options.workerData, transferList: options.transferList })
    workers[id].push(worker)
    worker.on('message', (message: Heard | ControllerToMidplane) => {
      if (message.type === 'heard') heard[id].push(message)
      wake()
    })
    return worker
  }
  const battery: string[] = []
  const ring = (writer: number) => ({ memory: createTraceRing(65_536), writer })
  const address = { portal: { host: '127.0.0.1', port: 1 }, management: { host: '127.0.0.1', port: 2 } }
  const midplane = new Midplane({
    spawn: { controller: spawn, host: spawn, simulation: spawn, shelf: spawn },
    clockOriginNs: clockOrigin(),
    targetName: 'iqn.test',
    token: 'token',
    addresses: { a: address, b: address },
    arrayId: 'lab-000000000000',
    drives: [],
    driveFaults: DriveFaultTable.createMemory(),
    networkFaults: NetworkFaultTable.createMemory(),
    batteries: { controllerStarts: (id) => void battery.push(`${id} starts`), controllerEnded: (id) => void battery.push(`${id} ended`) },
    nvramFiles: { a: 'slot-a', b: 'slot-b' },
    traceRings: { a: ring(1), b: ring(2) },
    trace,
    changed: () => wake(),
  })
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve))
  }
  const newest = (id: ControllerId) => workers[id].at(-1)
  const say = (id: ControllerId, words: ControllerToMidplane) => newest(id)?.postMessage({ type: 'say', words })
  const heardOf = (id: ControllerId, type: MidplaneToController['type']) => heard[id].filter((message) => message.heard === type)
  return { midplane, newest, say, heardOf, kinds, atFirst, until, battery }
}

function firstAndLast(file: string, byteCount: number): readonly number[] {
  const fd = fs.openSync(file, 'r')
  const bytes = [0, byteCount - 1].map((at) => {
    const byte = new Uint8Array(1)
    fs.readSync(fd, byte, 0, 1, at)
    return byte[0] ?? Number.NaN
  })
  fs.closeSync(fd)
  return bytes
}

let bench: ReturnType<typeof createBench> | undefined
function start() {
  bench = createBench()
  bench.midplane.start('a', 'b')
  for (const id of ['a', 'b'] as const) bench.say(id, REPORT)
  return bench
}
afterEach(async () => {
  for (const id of ['a', 'b'] as const) await bench?.newest(id)?.terminate()
})

describe('midplane', () => {
  it('tells controllers that start together of each other, and connects them', async () => {
    const { heardOf, until } = start()
    await until(() => heardOf('a', 'interconnect-line').length > 0 && heardOf('b', 'interconnect-line').length > 0)
    for (const id of ['a', 'b'] as const) {
      expect(heardOf(id, 'peer-presence').map(({ present }) => present)).not.toContain(false)
      expect(heardOf(id, 'peer-presence')).not.toHaveLength(0)
      expect(heardOf(id, 'interconnect')).toHaveLength(1)
    }
  })

  it('tells the batteries of each start before it, and of each end', async () => {
    const { midplane, battery, until } = start()
    expect(battery).toEqual(['a starts', 'b starts'])
    midplane.kill('a')
    await until(() => battery.length > 2)
    midplane.restart('a')
    expect(battery).toEqual(['a starts', 'b starts', 'a ended', 'a starts'])
  })

  it('tells a controller that it is alone only once its program runs, when the other may be there', async () => {
    const { midplane, say, heardOf, until } = (bench = createBench())
    midplane.start('b')
    midplane.start('a')
    await until(() => heardOf('b', 'interconnect').length > 0)
    say('b', REPORT)
    await until(() => heardOf('b', 'peer-presence').length > 1)
    expect(heardOf('b', 'peer-presence').map(({ present }) => present)).toEqual([true, true])
    await new Promise<void>((resolve) => {
      midplane.slots.b.terminate('down', resolve)
    })
    await new Promise<void>((resolve) => {
      midplane.slots.a.terminate('down', resolve)
    })
    midplane.start('a')
    say('a', REPORT)
    await until(() => midplane.slots.a.state === 'running')
    await until(() => heardOf('a', 'peer-presence').at(-1)?.present === false)
  })

  it.each(['spin', 'hang'] as const)('fences a controller whatever it does: %s', async (what) => {
    const { midplane, say, heardOf, kinds, newest, until } = start()
    newest('b')?.postMessage({ type: what })
    say('a', { type: 'fence-peer', callId: 7 })
    await until(() => heardOf('a', 'fence-outcome').length > 0)
    expect(heardOf('a', 'fence-outcome')).toMatchObject([{ outcome: 'fenced' }])
    expect(midplane.slots.b).toMatchObject({ state: 'down', isPresent: false })
    expect(kinds).toEqual(expect.arrayContaining(['midplane.reset-requested', 'midplane.reset-granted', 'midplane.controller-exited']))
    expect(heardOf('a', 'peer-presence').at(-1)).toMatchObject({ present: false })
  })

  it('says that a controller has ended only when no write of it can land any more', async () => {
    const folder = fs.mkdtempSync(path.join(tmpdir(), 'midplane-'))
    const file = path.join(folder, 'image')
    const byteCount = 32 * MIB
    const writes = new Int32Array(new SharedArrayBuffer(4))
    const { midplane, newest, atFirst } = start()
    const atEnd = new Promise<readonly number[]>((resolve) => {
      atFirst.set('midplane.controller-exited', () => resolve(firstAndLast(file, byteCount)))
    })
    const b = present(newest('b'), 'controller B')
    // So long that it is killed in the middle of one, where nothing can stop it.
    b.postMessage({ type: 'write', file, byteCount, writes: writes.buffer })
    while (Atomics.load(writes, 0) < 3) await sleep(1)
    const exited = once(b, 'exit')
    midplane.kill('b')
    const [first, last] = await atEnd
    await exited
    expect(last).toBe(first)
    expect(firstAndLast(file, byteCount)).toEqual([first, last])
    fs.rmSync(folder, { recursive: true })
  })

  it('grants one reset line when both ask', async () => {
    const { midplane, say, kinds, until } = start()
    say('a', { type: 'fence-peer', callId: 1 })
    say('b', { type: 'fence-peer', callId: 1 })
    await until(() => !midplane.slots.a.isPresent || !midplane.slots.b.isPresent)
    expect(kinds.filter((kind) => kind === 'midplane.reset-granted')).toHaveLength(1)
    expect([midplane.slots.a.isPresent, midplane.slots.b.isPresent].sort()).toEqual([false, true])
  })

  it('does nothing for a controller that is being killed: what it asked for just before would take its peer with it', async () => {
    const { midplane, newest, kinds, until } = start()
    const dying = present(newest('a'), 'controller A')
    midplane.kill('a')
    expect(midplane.slots.a).toMatchObject({ isPresent: true, isEnding: true })
    // They were on their way when it was killed.
    dying.emit('message', { type: 'fence-peer', callId: 3 })
    dying.emit('message', { type: 'halt-peer', callId: 4 })
    dying.emit('message', { type: 'request-restart', controller: 'b', reason: 'too late' })
    await until(() => !midplane.slots.a.isPresent)
    expect(kinds).toContain('midplane.reset-refused')
    expect(kinds).not.toContain('midplane.reset-granted')
    expect(midplane.slots.b).toMatchObject({ isPresent: true, isEnding: false, incarnation: 1 })
  })

  it('answers at once where the peer is gone already', async () => {
    const { midplane, say, heardOf, until } = start()
    midplane.kill('b')
    await until(() => !midplane.slots.b.isPresent)
    say('a', { type: 'fence-peer', callId: 2 })
    await until(() => heardOf('a', 'fence-outcome').length > 0)
    expect(heardOf('a', 'fence-outcome')).toMatchObject([{ outcome: 'fenced' }])
  })

  it.each([
    ['restart', 'restart'],
    ['hang', 'hang'],
    ['kill', undefined],
  ] as const)('tells the peer of a controller that ended how it did, where it knows: %s', async (what, end) => {
    const { midplane, heardOf, until } = start()
    // Nothing of its peer is told to one that does not run yet.
    await until(() => midplane.slots.a.state === 'running' && midplane.slots.b.state === 'running')
    if (what !== 'restart') midplane[what]('a')
    if (what !== 'kill') midplane.restart('a')
    await until(() => heardOf('b', 'peer-presence').some(({ present }) => present === false))
    expect(heardOf('b', 'peer-presence').find(({ present }) => present === false)?.end).toBe(end)
    if (what === 'kill') midplane.start('a')
    await until(() => heardOf('b', 'peer-presence').at(-1)?.present === true)
    expect(heardOf('b', 'peer-presence').at(-1)?.end).toBeUndefined()
  })

  it('keeps the message of the error that a controller died of, and its place can be filled again', async () => {
    const { midplane, newest, heardOf, until } = start()
    await until(() => heardOf('b', 'peer-presence').length === 2)
    newest('a')?.postMessage({ type: 'throw', text: 'a broken invariant' })
    await until(() => !midplane.slots.a.isPresent)
    expect(midplane.slots.a).toMatchObject({ state: 'down', lastFailure: 'RangeError: a broken invariant', incarnation: 1 })
    midplane.restart('a')
    expect(midplane.slots.a).toMatchObject({ state: 'starting', incarnation: 2 })
    await until(() => heardOf('b', 'interconnect').length === 2)
    expect(heardOf('b', 'peer-presence').map(({ present }) => present)).toEqual([true, true, false, true])
  })

  it('lets a controller die of an error of its own when asked to, and forgets its message with the next start', async () => {
    const { midplane, kinds, until } = start()
    midplane.panic('b')
    await until(() => !midplane.slots.b.isPresent)
    expect(midplane.slots.b).toMatchObject({ state: 'down', lastFailure: 'TypeError: what it was told' })
    expect(kinds.filter((kind) => kind === 'midplane.panic-asked' || kind === 'midplane.controller-exited')).toEqual([
      'midplane.panic-asked',
      'midplane.controller-exited',
    ])
    midplane.restart('b')
    expect(midplane.slots.b.lastFailure).toBeUndefined()
  })

  it('restarts a controller that asks for it, and halts a peer', async () => {
    const { midplane, say, heardOf, until } = start()
    say('b', { type: 'request-restart', controller: 'b', reason: 'its claim is old' })
    await until(() => midplane.slots.b.incarnation === 2)
    say('a', { type: 'halt-peer', callId: 3 })
    await until(() => heardOf('a', 'peer-halted').length > 0)
    expect(midplane.slots.b.state).toBe('down')
  })

  it('closes in order', async () => {
    const { midplane, newest } = start()
    const exits = (['a', 'b'] as const).map((id) => {
      const worker = newest(id)
      return worker === undefined ? Promise.resolve([]) : once(worker, 'exit')
    })
    await midplane.close()
    await Promise.all(exits)
    expect(midplane.slots[peerOf('a')].isPresent).toBe(false)
  })
})
