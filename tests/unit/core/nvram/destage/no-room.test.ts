/** The drives have no room for a while: nothing fails, and nothing that was acknowledged is lost or cannot be read. */
import { describe, expect, it } from 'vitest'
import type { RaidLevel } from '../../../../../src-main/contract/configuration'
import { CacheBench, VOLUME } from '../../../../support/cache-bench'

const GOOD = { ok: true, value: undefined }
const NO_SPACE = { ok: false, fault: 'no-space' }

function setRoom(bench: CacheBench, hasRoom: boolean): void {
  for (const drive of bench.drives) drive.isShortOfRoom = !hasRoom
}

function pass(bench: CacheBench, ms: number): void {
  for (let at = 0; at < ms; at += 10) {
    bench.clock.run(10)
    bench.completions.runAll()
  }
}

function benchWithoutRoom(level: RaidLevel): CacheBench {
  const bench = new CacheBench({ level })
  bench.recover()
  bench.write(0, 1)
  bench.settle()
  setRoom(bench, false)
  return bench
}

describe.each(['linear', 'raid1', 'raid5'] as const)('a %s group without room', (level) => {
  const shortOfRoom = (): CacheBench => benchWithoutRoom(level)

  it('keeps what was acknowledged, and destages it when there is room', () => {
    const bench = shortOfRoom()
    expect(bench.write(20, 2).outcome).toEqual(GOOD)
    pass(bench, 3000)
    expect(bench.read(20)).toEqual([2])
    expect(bench.cache.report()).toMatchObject({ dirtyVolumes: [VOLUME], volumesShortOfRoom: [VOLUME] })
    expect(bench.room).toEqual(['short'])
    setRoom(bench, true)
    pass(bench, 1100)
    expect(bench.cache.report()).toMatchObject({ records: 0, volumesShortOfRoom: [] })
    expect(bench.room).toEqual(['short', 'again'])
    expect(bench.read(20)).toEqual([2])
    expect(bench.verify().inconsistent).toEqual([])
  })

  it('refuses writes for which there is no room, and takes those for which there is', () => {
    const bench = shortOfRoom()
    bench.write(20, 2)
    pass(bench, 200)
    const refused = bench.write(21, 3)
    const over = bench.write(0, 4)
    pass(bench, 10)
    expect(refused.outcome).toEqual(NO_SPACE)
    expect(over.outcome).toEqual(GOOD)
    expect(bench.read(0)).toEqual([4])
    setRoom(bench, true)
    pass(bench, 1100)
    const taken = bench.write(21, 5)
    pass(bench, 10)
    expect(taken.outcome).toEqual(GOOD)
    bench.settle()
    expect(bench.read(20, 2)).toEqual([2, 5])
    expect(bench.verify().inconsistent).toEqual([])
  })

  it('answers a flush and a write with FUA that they have found none', () => {
    const bench = shortOfRoom()
    const forced = bench.write(20, 2, { forceUnitAccess: true })
    bench.completions.runAll()
    expect(forced.outcome).toEqual(NO_SPACE)
    let flushed: unknown
    bench.cache.flush({ volumeId: VOLUME, place: bench.place, trace: undefined }, (outcome) => (flushed = outcome))
    bench.completions.runAll()
    expect(flushed).toEqual(NO_SPACE)
  })

  it.each([1, 2, 5])('loses nothing in %i crashes', (crashes) => {
    const bench = shortOfRoom()
    bench.write(20, 2)
    bench.write(30, 3, { blockCount: 3 })
    bench.write(20, 4)
    pass(bench, 200)
    for (let crash = 0; crash < crashes; crash++) {
      bench.crash()
      setRoom(bench, false)
      expect(bench.recover()).toMatchObject({ failedVolumes: [VOLUME], lostRecords: 0 })
      expect(bench.read(20)).toEqual([4])
      expect(bench.read(30, 3)).toEqual([3, 3, 3])
    }
    setRoom(bench, true)
    pass(bench, 2100)
    expect(bench.cache.report().records).toBe(0)
    bench.crash()
    expect(bench.recover()).toMatchObject({ records: 0 })
    expect(bench.read(20)).toEqual([4])
    expect(bench.read(30, 3)).toEqual([3, 3, 3])
  })
})

// Without its controller, nobody would know of the write.
describe.each(['raid1', 'raid5'] as const)(
  'a %s group shows a write that it refused, and tries again, only once it cannot be lost',
  (level) => {
    function refusedAlone(): { readonly bench: CacheBench; readonly told: ReturnType<CacheBench['beginRead']> } {
      const bench = benchWithoutRoom(level)
      bench.mayKeep = false
      bench.isHeld = false
      const refused = bench.write(20, 2)
      bench.completions.runAll()
      expect(refused.outcome).toEqual(NO_SPACE)
      const reviews = bench.holdReviews
      const told = bench.beginRead(19, 3)
      expect(told.found).toBeUndefined()
      expect(bench.holdReviews).toBeGreaterThan(reviews)
      expect(bench.cache.mustHold(VOLUME)).toBe(true)
      expect(bench.read(0)).toEqual([1])
      return { bench, told }
    }

    it('which is when the drives say who holds it', () => {
      const { bench, told } = refusedAlone()
      bench.isHeld = true
      bench.cache.installed(bench.state)
      bench.completions.runAll()
      expect(told.found).toEqual([0, 2, 0])
      expect(bench.cache.mustHold(VOLUME)).toBe(false)
    })

    it('or have taken it', () => {
      const { bench, told } = refusedAlone()
      setRoom(bench, true)
      pass(bench, 1100)
      expect(told.found).toEqual([0, 2, 0])
      expect(bench.cache.mustHold(VOLUME)).toBe(false)
    })

    it('and never, if the controller stops or loses the volume', () => {
      const stopped = refusedAlone()
      stopped.bench.cache.stop()
      expect(stopped.told.found).toBe('stopped')
      const lost = refusedAlone()
      lost.bench.cache.drop(VOLUME)
      expect(lost.told.found).toBe('stale-epoch')
    })
  },
)

it('waits with a replay for room on the drives where the log has none for what it keeps', () => {
  const bench = new CacheBench({ level: 'raid1', nvramBytes: 32_768 })
  bench.recover()
  setRoom(bench, false)
  for (let block = 0; block < 16; block++) expect(bench.write(block, block + 1).outcome).toEqual(GOOD)
  bench.crash()
  setRoom(bench, false)
  let isOver = false
  bench.cache.recover(bench.state, () => (isOver = true))
  bench.completions.runAll()
  pass(bench, 5000)
  expect(isOver).toBe(false)
  setRoom(bench, true)
  pass(bench, 1100)
  expect(isOver).toBe(true)
  expect(bench.read(0, 16)).toEqual(Array.from({ length: 16 }, (_, block) => block + 1))
})
