import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { failure, ok } from '../../../../src-main/base/result'
import type { ServiceRequest } from '../../../../src-main/contract/service-request'
import type { LabSnapshot } from '../../../../src-main/contract/snapshot'
import { LiveDesk } from '../../../../src-main/exercise/desk/live-desk'
import type { LiveExercise } from '../../../../src-main/exercise/format/exercise'
import { createFakeLab } from '../../../support/fake-lab'
import { fakeLiveLab } from '../../../support/fake-live-lab'

const SETTLES_MS = 1200
const EXERCISE = {
  world: {
    kind: 'live',
    durationMs: 60_000,
    volumes: [],
    policies: {},
    workload: { requestsPerSecond: 20, readShare: 0.5, blocks: 8, regionBlocks: 512, luns: 'all' },
  },
  allowed: [{ act: 'request', parameters: { name: 'rename-array' }, most: undefined }],
} as unknown as LiveExercise
const RENAME: ServiceRequest = { id: 'r1', name: 'rename-array', params: { name: 'x' } }

let snapshot: LabSnapshot
let changes: (string | undefined)[]
let desk: LiveDesk

beforeEach(async () => {
  snapshot = await createFakeLab().api.snapshot()
  vi.useFakeTimers()
  changes = []
  desk = new LiveDesk({
    lab: fakeLiveLab(() => snapshot),
    folder: tmpdir(),
    isDue: () => undefined,
    changed: () => changes.push(desk.whyWaiting),
  })
})
afterEach(async () => {
  await desk.giveUp()
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

async function begun(): Promise<void> {
  const beginning = desk.begin(EXERCISE)
  await vi.advanceTimersByTimeAsync(SETTLES_MS)
  expect(await beginning).toEqual(ok(null))
}

describe('why a live try cannot begin', () => {
  const broken = (): LabSnapshot => ({ ...snapshot, missing: { steps: [] } as unknown as NonNullable<LabSnapshot['missing']> })

  it('follows the lab until it is ready, and says nothing then', async () => {
    const whole = snapshot
    snapshot = broken()
    expect(await desk.begin(EXERCISE)).toMatchObject({ ok: false, error: { message: expect.stringContaining('not whole') as string } })
    expect([desk.isWaiting, desk.whyWaiting]).toEqual([true, 'The pair is not whole. Make it whole, and begin then.'])
    snapshot = { ...snapshot, makingWhole: { state: 'running' } as NonNullable<LabSnapshot['makingWhole']> }
    await vi.advanceTimersByTimeAsync(1000)
    snapshot = whole
    await vi.advanceTimersByTimeAsync(1000)
    expect(changes).toEqual(['The lab is being made whole. Begin when it is.', undefined])
    expect([desk.isWaiting, desk.whyWaiting]).toEqual([true, undefined])
  })

  it('is nobody’s concern any more once something else is asked', async () => {
    snapshot = broken()
    await desk.begin(EXERCISE)
    desk.stopWaiting()
    await vi.advanceTimersByTimeAsync(1000)
    expect([desk.isWaiting, changes]).toEqual([false, []])
  })
})

describe('a service request from the console of the lab', () => {
  const sent: string[] = []
  const send = (request: ServiceRequest) => {
    sent.push(request.id)
    return Promise.resolve(ok({ id: request.id, receivedBy: 'a' as const, servedBy: 'a' as const, route: [], result: null }))
  }
  beforeEach(() => sent.splice(0))

  it('is sent as it is while no try goes on', async () => {
    expect(await desk.requested('a', RENAME, send)).toMatchObject({ value: { id: 'r1' } })
    expect(sent).toEqual(['r1'])
  })

  it('carries the tag of the try, of which whoever typed it sees nothing', async () => {
    await begun()
    expect(await desk.requested('a', RENAME, send)).toMatchObject({ value: { id: 'r1' } })
    expect(sent).toEqual([expect.stringMatching(/^r1~[0-9a-f]{8}$/)])
    expect(desk.acts).toMatchObject([{ act: 'request', parameters: { id: 'r1', to: 'a' } }])
  })

  it('is refused where the exercise does not allow it, unless it only asks how things stand', async () => {
    await begun()
    const refused = await desk.requested('a', { id: 'r2', name: 'create-volume', params: {} }, send)
    expect(refused).toMatchObject(failure({ code: 'not-possible-now', message: expect.stringContaining('End it first') as string }))
    await desk.requested('b', { id: 'r3', name: 'get-array-status', params: {} }, send)
    expect(sent).toEqual(['r3'])
    expect(desk.acts).toEqual([])
  })
})
