import { beforeEach, expect, it } from 'vitest'
import { CacheBench, VOLUME } from '../../../../support/cache-bench'

const GOOD = { ok: true, value: undefined }

let bench: CacheBench

beforeEach(() => {
  bench = new CacheBench()
  bench.recover()
  bench.cache.paired()
  bench.cache.hear({ type: 'nvram-ready' })
})

it('a write is answered, and seen by reads, when the mirror has it', () => {
  const told = bench.write(3, 1)
  expect(told.outcome).toBeUndefined()
  expect(bench.read(3)).toEqual([0])
  bench.cache.hear({ type: 'nvram-appended', sequence: 1 })
  expect(told.outcome).toEqual(GOOD)
  expect(bench.read(3)).toEqual([1])
})

it('the mirror has what it says it has, and nothing that came later', () => {
  const [first, second] = [bench.write(3, 1), bench.write(4, 2)]
  bench.cache.hear({ type: 'nvram-appended', sequence: 1 })
  expect(first.outcome).toEqual(GOOD)
  expect(second.outcome).toBeUndefined()
})

it('nothing is answered while the peer is lost and its NVRAM still counts', () => {
  const before = bench.write(3, 1)
  bench.cache.peerLost()
  const after = bench.write(4, 2)
  bench.clock.run(10_000)
  bench.completions.runAll()
  expect(before.outcome).toBeUndefined()
  expect(after.outcome).toBeUndefined()
  expect(bench.read(3, 2)).toEqual([0, 0])
  expect(bench.cache.dirtyVolumes()).toEqual([])
  // What the lost peer says late counts for nothing.
  bench.cache.hear({ type: 'nvram-appended', sequence: 2 })
  expect(after.outcome).toBeUndefined()
  bench.recover()
  expect([before.outcome, after.outcome]).toEqual([GOOD, GOOD])
  expect(bench.read(3, 2)).toEqual([1, 2])
})

it('a controller that may keep nothing in its NVRAM alone answers on the drives, after the claim', () => {
  bench.mayKeep = false
  const told = bench.write(3, 1)
  bench.cache.peerLost()
  bench.completions.runAll()
  expect(bench.drives.flatMap((drive) => drive.operationsOf('write'))).toEqual([])
  bench.recover()
  bench.completions.runAll()
  expect(told.outcome).toEqual(GOOD)
  expect(bench.drives.flatMap((drive) => drive.operationsOf('write'))).not.toEqual([])
})

it('no update of a stripe goes to the drives before the mirror has its partial parity', () => {
  bench.write(3, 1)
  bench.cache.hear({ type: 'nvram-appended', sequence: 1 })
  bench.clock.run(10_000)
  bench.completions.runAll()
  expect(bench.drives.flatMap((drive) => drive.operationsOf('write'))).toEqual([])
  bench.cache.hear({ type: 'nvram-appended', sequence: 2 })
  bench.completions.runAll()
  expect(bench.drives.flatMap((drive) => drive.operationsOf('write'))).toHaveLength(2)
})

it('a new mirror gets all that is in the log, and counts when it says so', () => {
  const told = bench.write(3, 1)
  bench.cache.hear({ type: 'nvram-appended', sequence: 1 })
  bench.cache.hear({ type: 'nvram-stamped' })
  expect(bench.cache.isMirrorInStep).toBe(true)
  bench.cache.peerLost()
  expect(bench.cache.isMirrorInStep).toBe(false)
  bench.recover()
  bench.write(4, 2)
  bench.sent.length = 0
  bench.cache.paired()
  // What the peer said before it was lost does not count any more: it may still replay what its mirror has.
  expect(bench.sent.map(({ type }) => type)).toEqual(['nvram-ready'])
  bench.cache.hear({ type: 'nvram-ready' })
  expect(bench.sent.map(({ type }) => type)).toEqual(['nvram-ready', 'nvram-begin', 'nvram-append', 'nvram-in-step'])
  expect(bench.sent).toContainEqual(
    expect.objectContaining({ type: 'nvram-append', firstSequence: 1, data: [expect.anything(), expect.anything()] }),
  )
  expect(bench.cache.isMirrorInStep).toBe(false)
  expect(told.outcome).toEqual(GOOD)
  expect(bench.cache.dirtyVolumes()).toEqual([VOLUME])
})

it('a lost peer is sent nothing, and begins no mirror by being late', () => {
  bench.cache.peerLost()
  bench.sent.length = 0
  bench.recover()
  bench.cache.hear({ type: 'nvram-ready' })
  bench.write(3, 1)
  expect(bench.sent).toEqual([])
  expect(bench.cache.isAlone).toBe(true)
})

it('a new peer hears of no trim before its mirror has begun', () => {
  bench.write(3, 1)
  for (const sequence of [1, 2]) {
    bench.cache.hear({ type: 'nvram-appended', sequence })
    bench.clock.run(10_000)
    bench.completions.runAll()
  }
  expect(bench.cache.dirtyVolumes()).toEqual([])
  bench.cache.peerLost()
  bench.recover()
  bench.cache.paired()
  bench.clock.run(10_000)
  const types = bench.sent.map(({ type }) => type)
  expect(types.slice(types.lastIndexOf('nvram-ready'))).toEqual(['nvram-ready'])
})
