import { Worker, type WorkerOptions } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NO_SIMULATION, type SimulationOrder, type SimulationPush, type SimulationState } from '../../../src-main/contract/simulation'
import { SimulationSupervisor } from '../../../src-main/lab/simulation'

/** Obeys, says where it is as an event, and dies of a step of 13 events. */
const PUPPET = `
const { parentPort } = require('node:worker_threads')
const state = (order) => ({
  phase: 'paused', run: { kind: 'seed', seed: order.seed ?? 0, operations: 100 }, scanned: { done: 0, of: 0 },
  speed: 1, now: { event: order.event ?? 0, atMs: 0 },
})
parentPort.on('message', ({ callId, order }) => {
  if (order.events === 13) throw new RangeError('thirteen')
  if (order.events === 99) return
  if (order.order === 'export') {
    const value = { id: 1, isLast: true, share: 1, bytes: new TextEncoder().encode(order.notes) }
    return parentPort.postMessage({ type: 'answer', callId, outcome: { ok: true, value } })
  }
  const events = [{ id: callId, timeMs: 0, place: 'midplane', kind: 'lab.started' }]
  parentPort.postMessage({ type: 'push', push: { type: 'events', restart: order.order === 'open', events } })
  if (order.order === 'compare') parentPort.postMessage({ type: 'push', push: { type: 'comparison', comparison: { run: order.with } } })
  parentPort.postMessage({ type: 'push', push: { type: 'state', state: state(order) } })
  parentPort.postMessage({ type: 'answer', callId, outcome: { ok: true, value: null } })
})`
const OPEN: SimulationOrder = { order: 'open', seed: 5, operations: 100 }
const DONE = { ok: true, value: null }

let workers: Worker[]
let pushes: SimulationPush[]
let supervisor: SimulationSupervisor
let arrived: () => void
let find: (name: string) => Promise<string>

beforeEach(() => {
  workers = []
  pushes = []
  arrived = () => undefined
  find = (name) => Promise.resolve(`/lab/trace/${name}`)
  supervisor = new SimulationSupervisor(
    (options: WorkerOptions) => {
      const worker = new Worker(PUPPET, { ...options, eval: true })
      workers.push(worker)
      return worker
    },
    (name) => find(name),
  )
  supervisor.subscribe((push) => {
    pushes.push(push)
    arrived()
  })
})
afterEach(() => supervisor.close())

async function until(holds: (state: SimulationState) => boolean): Promise<void> {
  while (!holds(supervisor.view.state)) await new Promise<void>((resolve) => (arrived = resolve))
}

describe('the thread of the simulation', () => {
  it('is there from the first seed on until it is closed, and has its pushes kept', async () => {
    expect(await supervisor.order({ order: 'pause' })).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
    expect(workers).toHaveLength(0)
    expect(await supervisor.order(OPEN)).toEqual(DONE)
    expect(await supervisor.order({ order: 'seek', event: 7 })).toEqual(DONE)
    expect(workers).toHaveLength(1)
    expect(supervisor.view).toMatchObject({ state: { now: { event: 7 } }, events: [{ id: 1 }, { id: 2 }] })
    expect(await supervisor.order({ order: 'close' })).toEqual(DONE)
    expect(workers[0]?.threadId).toBe(-1)
    expect(supervisor.view).toEqual({ state: NO_SIMULATION, events: [] })
    expect(pushes.at(-1)).toEqual({ type: 'state', state: NO_SIMULATION })
  })

  it.each([
    ['by a person', () => supervisor.order({ order: 'close' })],
    ['with the lab', () => supervisor.close()],
  ])('is not begun for a recording that is still written when the player is closed %s', async (_, close) => {
    let found: (file: string) => void = () => undefined
    find = () => new Promise((resolve) => (found = resolve))
    const opening = supervisor.order({ order: 'open-recording', name: 'trace-000001.ndjson' })
    await close()
    found('/lab/trace/trace-000001.ndjson')
    expect(await opening).toMatchObject({ ok: false, error: { message: 'The player was closed.' } })
    expect(workers).toHaveLength(0)
  })

  it.each([
    [{ order: 'play', speed: 0 }, 'speed'],
    [{ order: 'open', seed: -1, operations: 100 }, 'seed'],
    [{ order: 'open-recording', name: '../lab.json' }, 'name'],
    [{ order: 'open-recording', name: '/lab/trace/trace-000001.ndjson' }, 'name'],
    [{ order: 'open-recording', name: 'trace-1.ndjson' }, 'name'],
    [{ order: 'open', seed: 1, operations: 100, more: 1 }, 'more'],
    [{ order: 'open', seed: 1, operations: 100, forks: [] }, 'forks'],
    [
      { order: 'open', seed: 1, operations: 100, forks: [{ event: 1, change: { kind: 'strike', name: '../crash' } }] },
      'forks.0.change.name',
    ],
    [
      { order: 'open', seed: 1, operations: 100, forks: [2, 1].map((event) => ({ event, change: { kind: 'without', fault: 0 } })) },
      'forks',
    ],
    [{ order: 'open', seed: 1, operations: 100, at: -1 }, 'at'],
    [{ order: 'compare', with: { kind: 'recording', name: '../lab.json' } }, 'with.name'],
    [{ order: 'compare', with: { kind: 'recording', name: 'trace-000001.ndjson', file: '/etc/passwd' } }, 'with.file'],
    [{ order: 'compare', with: { kind: 'seed', seed: 1, operations: 1e9 } }, 'with.operations'],
    [{ order: 'align', here: 1 }, 'there'],
    [{ order: 'swap', event: 0.5 }, 'event'],
    [{ order: 'jump' }, 'order'],
    ['open', undefined],
  ])('is not told %j', async (order, field) => {
    const outcome = await supervisor.order(order)
    expect(outcome).toMatchObject({ ok: false, error: { code: 'bad-command', ...(field === undefined ? {} : { field }) } })
    expect(workers).toHaveLength(0)
  })

  it('says of what it died, and is started anew with the next seed', async () => {
    await supervisor.order(OPEN)
    expect(await supervisor.order({ order: 'step', events: 13 })).toMatchObject({ ok: false, error: { code: 'failed' } })
    await until(({ phase }) => phase === 'failed')
    expect(supervisor.view.state).toMatchObject({ run: { seed: 5 }, message: 'RangeError: thirteen' })
    expect(await supervisor.order({ order: 'pause' })).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
    expect(await supervisor.order({ ...OPEN, seed: 6 })).toEqual(DONE)
    expect(supervisor.view).toMatchObject({ state: { phase: 'paused', run: { seed: 6 } }, events: [{}] })
    expect(workers).toHaveLength(2)
  })

  it('compares with a seed or a recording once a run is open, and keeps what is told of it', async () => {
    const asked: string[] = []
    find = (name) => {
      asked.push(name)
      return Promise.resolve(`/lab/trace/${name}`)
    }
    const recording: SimulationOrder = { order: 'compare', with: { kind: 'recording', name: 'trace-000001.ndjson' } }
    expect(await supervisor.order(recording)).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
    await supervisor.order(OPEN)
    expect(await supervisor.order(recording)).toEqual(DONE)
    expect(asked).toEqual(['trace-000001.ndjson'])
    expect(supervisor.view.comparison).toMatchObject({
      run: { kind: 'recording', name: 'trace-000001.ndjson', file: '/lab/trace/trace-000001.ndjson' },
    })
    expect(await supervisor.order({ order: 'compare', with: { kind: 'seed', seed: 2, operations: 100 } })).toEqual(DONE)
    expect(supervisor.view.comparison).toMatchObject({ run: { kind: 'seed', seed: 2 } })
    await supervisor.order({ order: 'close' })
    expect(supervisor.view.comparison).toBeUndefined()
  })

  it('compares with a recording from elsewhere, which another order to compare ends', async () => {
    const piece = (at: number) => ({ name: 'a b.ndjson', byteCount: 6, at, isBeside: true, base64: btoa('abc') })
    expect(await supervisor.giveRecording(piece(0))).toMatchObject({ ok: false, error: { message: 'No run is open.' } })
    await supervisor.order(OPEN)
    expect(await supervisor.giveRecording(piece(0))).toEqual(DONE)
    expect(supervisor.view.comparison).toBeUndefined()
    expect(await supervisor.giveRecording(piece(3))).toEqual(DONE)
    const bytes = new TextEncoder().encode('abcabc')
    expect(supervisor.view.comparison).toMatchObject({ run: { kind: 'given', name: 'a b.ndjson', bytes } })
    for (const order of [{ order: 'compare', with: { kind: 'seed', seed: 2, operations: 100 } }, { order: 'end-comparison' }]) {
      expect(await supervisor.giveRecording(piece(0))).toEqual(DONE)
      await supervisor.order(order)
      expect(await supervisor.giveRecording(piece(3))).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
    }
  })

  it('asks its thread for an export, whose bytes it gives as text', async () => {
    const begin = { order: 'export', format: 'report', language: 'en', notes: 'mine' }
    expect(await supervisor.exportRun(begin)).toMatchObject({ ok: false, error: { message: 'No run is open.' } })
    await supervisor.order(OPEN)
    expect(await supervisor.exportRun(begin)).toEqual({ ok: true, value: { id: 1, isLast: true, share: 1, base64: 'bWluZQ==' } })
    for (const wrong of [{ ...begin, format: 'pdf' }, { ...begin, notes: 'x'.repeat(8001) }, { order: 'export-more' }, OPEN])
      expect(await supervisor.exportRun(wrong)).toMatchObject({ ok: false, error: { code: 'bad-command' } })
  })

  it('leaves nobody waiting when it is closed', async () => {
    await supervisor.order(OPEN)
    const unanswered = supervisor.order({ order: 'step', events: 99 })
    await supervisor.order({ order: 'close' })
    expect(await unanswered).toMatchObject({ ok: false, error: { code: 'failed' } })
  })
})
