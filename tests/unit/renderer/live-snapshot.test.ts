import { describe, expect, it } from 'vitest'
import { effect, stop } from 'vue'
import { present } from '../../../src-main/base/assert'
import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { sameOrNext } from '../../../src-renderer/bridge/same'
import { createLiveSnapshot } from '../../../src-renderer/bridge/live-snapshot'
import { createFakeLab } from '../../support/fake-lab'

const copy = (snapshot: LabSnapshot): LabSnapshot => JSON.parse(JSON.stringify(snapshot)) as LabSnapshot

async function idleSnapshot(): Promise<LabSnapshot> {
  return copy(await createFakeLab().api.snapshot())
}

/** How often a reader of the snapshot is told, besides the first time. */
function told(read: () => unknown): { readonly times: () => number; readonly end: () => void } {
  let runs = 0
  const runner = effect(() => {
    read()
    runs++
  })
  return { times: () => runs - 1, end: () => stop(runner) }
}

describe('the live snapshot', () => {
  it('tells nobody of a snapshot that differs only in times and counts of messages', async () => {
    const first = await idleSnapshot()
    const { snapshot, show } = createLiveSnapshot(first)
    const readers = [
      told(() => snapshot.drives),
      told(() => snapshot.array),
      told(() => snapshot.takeovers),
      told(() => snapshot.interconnect.state),
      told(() => [snapshot.controllers.a.phase, snapshot.controllers.a.nvram, snapshot.controllers.a.counters]),
      told(() => [snapshot.host?.rates, snapshot.host?.outages, snapshot.host?.paths]),
    ]
    const messages = told(() => snapshot.interconnect.messages)
    const next = copy(first)
    show({
      ...next,
      sequence: first.sequence + 1,
      timeMs: first.timeMs + 100,
      interconnect: { ...next.interconnect, messages: first.interconnect.messages + 2 },
      controllers: { ...next.controllers, a: { ...next.controllers.a, peerSilenceMs: 77 } },
    })
    expect(readers.map(({ times }) => times())).toEqual(readers.map(() => 0))
    expect(messages.times()).toBe(1)
    expect(snapshot.controllers.a.peerSilenceMs).toBe(77)
    for (const reader of [...readers, messages]) reader.end()
  })

  it('says what the newest snapshot says, whatever came or went', async () => {
    const first = await idleSnapshot()
    const { snapshot, show } = createLiveSnapshot(first)
    const drive = present(first.drives[1], 'a drive')
    const next: LabSnapshot = {
      ...copy(first),
      drives: first.drives.map((one) => (one.index === 1 ? { ...drive, state: 'failed', message: 'does not answer' } : one)),
      controllers: { ...first.controllers, b: { ...first.controllers.b, state: 'down', lastFailure: 'out of memory' } },
      host: undefined,
    }
    show(next)
    expect(copy(snapshot)).toEqual(copy(next))
    expect(snapshot.drives[0]).toBe(first.drives[0])
    show(first)
    expect(copy(snapshot)).toEqual(copy(first))
    expect('lastFailure' in snapshot.controllers.b).toBe(false)
  })

  it('tells a reader of what has changed inside of a list', async () => {
    const first = await idleSnapshot()
    const { snapshot, show } = createLiveSnapshot(first)
    const reads = told(() => snapshot.drives[1]?.reads)
    const next = copy(first)
    show({ ...next, drives: next.drives.map((drive) => (drive.index === 1 ? { ...drive, reads: drive.reads + 1 } : drive)) })
    expect(reads.times()).toBe(1)
    reads.end()
  })
})

describe('the same or the next', () => {
  it('keeps what says the same, also inside of what differs', () => {
    const before = { list: [{ a: 1 }, { b: 2 }], same: { c: [3] } }
    const next = sameOrNext(before, { list: [{ a: 1 }, { b: 9 }], same: { c: [3] } })
    expect(next).toEqual({ list: [{ a: 1 }, { b: 9 }], same: { c: [3] } })
    expect(next.same).toBe(before.same)
    expect(next.list[0]).toBe(before.list[0])
    expect(sameOrNext(before, JSON.parse(JSON.stringify(before)))).toBe(before)
  })

  it.each([
    ['a field that is gone', { a: 1, b: 2 }, { a: 1 }],
    ['a field that is new', { a: 1 }, { a: 1, b: 2 }],
    ['a field that is there and undefined', { a: 1 }, { a: 1, b: undefined }],
    ['a shorter list', [1, 2], [1]],
    ['a list in place of an object', { 0: 1 }, [1]],
    ['nothing in place of an object', { a: 1 }, null],
  ])('sees %s', (_what, before, next) => {
    expect(sameOrNext<unknown>(before, next)).toEqual(next)
    expect(sameOrNext<unknown>(before, next)).not.toBe(before)
  })
})
