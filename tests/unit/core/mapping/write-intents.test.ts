import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import type { VolumeOwnership } from '../../../../src-main/contract/array-state'
import { WriteIntents } from '../../../../src-main/core/mapping/write-intents'
import type { DriveStatus } from '../../../../src-main/core/ports'
import type { GroupFault, GroupIo } from '../../../../src-main/core/raid/group-io'
import { decodeIntentMap, encodeIntentMap, intentBlock, INTENT_REGIONS, type IntentMap } from '../../../../src-main/core/raid/intent-map'
import { World } from '../raid/world'
import { LAYOUTS, mapOver } from './example-volumes'

const VOLUME = 3
/** Stripes 0 to 2 of 24 blocks on RAID 5, then 3 to 5 of 8 blocks on RAID 1. */
const SLICES = [
  { groupId: 0, groupBlock: 5 * 24, blockCount: 3 * 24 },
  { groupId: 2, groupBlock: 2 * 8, blockCount: 3 * 8 },
]
const NOTHING: readonly number[] = []

let sector: Uint8Array | undefined
let inReach: string[]
let writes: { readonly map: IntentMap; readonly end: (status?: DriveStatus) => void }[]
let settled: { readonly groupId: number; readonly stripe: number; readonly end: (status?: DriveStatus) => void }[]
let interrupted: boolean
let groups: GroupIo[]
let intents: WriteIntents
let told: (GroupFault | 'go')[]

beforeEach(() => {
  sector = new Uint8Array(512)
  inReach = ['0', '1', '2', '3']
  writes = []
  settled = []
  told = []
  interrupted = false
  groups = LAYOUTS.map(({ layout }, groupId) => {
    const io: Pick<GroupIo, 'layout' | 'intents' | 'isInterrupted'> = {
      layout,
      isInterrupted: () => interrupted,
      intents: {
        get drivesInReach() {
          return groupId === 0 ? inReach : ['8', '9']
        },
        read: (_, done) => done([sector]),
        write: ({ sector: written, claim }, done) => {
          expect(claim.slot).toBe(VOLUME)
          if (groupId !== 0) return done('good')
          const end = (status: DriveStatus = 'good'): void => {
            if (status === 'good') sector = written
            done(status)
          }
          writes.push({ map: decodeIntentMap(written, VOLUME) as IntentMap, end })
        },
        settle: ({ firstStripe, stripeCount }, done) => {
          expect(stripeCount).toBe(1)
          settled.push({ groupId, stripe: firstStripe, end: (status = 'good') => done({ status, corrected: 0 }) })
        },
      },
    }
    return io as GroupIo
  })
  intents = newIntents()
})

function newIntents(): WriteIntents {
  return present(WriteIntents.of(mapOver(groups, SLICES), VOLUME), 'a volume with redundancy')
}

function own(epoch: number, more: Partial<VolumeOwnership> = {}, isServed = true): void {
  intents.assigned({ volumeId: VOLUME, owner: 'a', epoch, ...more }, { isOwned: true, isServed })
}

function write(firstBlock: number, blockCount = 1): void {
  intents.beforeWrite({ firstBlock, blockCount }, (fault) => told.push(fault ?? 'go'))
}

function read(firstBlock: number): void {
  intents.beforeRead({ firstBlock, blockCount: 1 }, (fault) => told.push(fault ?? 'go'))
}

function regionsIn(marks: Uint8Array | undefined): number[] {
  return [...present(marks, 'marks')].flatMap((mark, region) => (mark === 0 ? [] : [region]))
}

function onDrives(written: readonly number[], doubtful: readonly number[] = [], epoch = 4): void {
  const marksOf = (regions: readonly number[]): Uint8Array =>
    Uint8Array.from({ length: INTENT_REGIONS }, (_, at) => (regions.includes(at) ? 1 : 0))
  const marks = { written: marksOf(written), doubtful: marksOf(doubtful) }
  sector = encodeIntentMap({ volumeId: VOLUME, epoch, sequence: 7, regionStripes: 1, ...marks })
}

function endWrite(status?: DriveStatus): IntentMap {
  const next = present(writes.shift(), 'a write of the map')
  next.end(status)
  return next.map
}

describe('a write', () => {
  beforeEach(() => own(6))

  it('begins when the drives have its marks, and the next one there begins at once', () => {
    write(0, 30)
    expect(told).toEqual([])
    expect(regionsIn(endWrite().written)).toEqual([0, 1])
    expect(told).toEqual(['go'])
    write(26)
    expect(told).toEqual(['go', 'go'])
    expect(writes).toEqual([])
  })

  it('shares its write of the map with others that came meanwhile', () => {
    write(0)
    write(30)
    write(72)
    expect(regionsIn(endWrite().written)).toEqual([0])
    expect(told).toEqual(['go'])
    expect(regionsIn(endWrite().written)).toEqual([0, 1, 3])
    expect(told).toEqual(['go', 'go', 'go'])
  })

  it('fails where the drives refuse the mark, and the next one asks again', () => {
    write(0)
    endWrite('stale-epoch')
    expect(told).toEqual(['stale-epoch'])
    write(0)
    endWrite()
    expect(told).toEqual(['stale-epoch', 'go'])
  })

  it('keeps its mark while it is under way and for a sweep after it, and no longer', () => {
    write(0)
    endWrite()
    intents.sweep()
    intents.sweep()
    expect(writes).toEqual([])
    intents.afterWrite({ firstBlock: 0, blockCount: 1 }, true)
    write(0)
    intents.afterWrite({ firstBlock: 0, blockCount: 1 }, true)
    intents.sweep()
    expect(writes).toEqual([])
    intents.sweep()
    // What comes while the mark is being taken away must mark it again.
    write(0)
    expect(told).toEqual(['go', 'go'])
    expect(regionsIn(endWrite().written)).toEqual([])
    expect(regionsIn(endWrite().written)).toEqual([0])
    expect(told).toEqual(['go', 'go', 'go'])
  })

  it('has its mark taken away at a later sweep, if the drives had no room for that', () => {
    write(0)
    endWrite()
    intents.afterWrite({ firstBlock: 0, blockCount: 1 }, true)
    intents.sweep()
    intents.sweep()
    expect(regionsIn(endWrite('no-space').written)).toEqual([])
    intents.sweep()
    expect(regionsIn(endWrite().written)).toEqual([])
    intents.sweep()
    expect(writes).toEqual([])
  })

  it('that failed half-way keeps its mark until its stripe is whole', () => {
    write(0)
    endWrite()
    interrupted = true
    intents.afterWrite({ firstBlock: 0, blockCount: 1 }, false)
    for (let sweep = 0; sweep < 3; sweep++) intents.sweep()
    expect(writes).toEqual([])
    interrupted = false
    intents.sweep()
    expect(regionsIn(endWrite().written)).toEqual([])
  })
})

describe('a new owner', () => {
  it('keeps the marks of the one before until what the log has is on the drives, then takes them away', () => {
    onDrives([1, 4])
    own(6, {}, false)
    write(0)
    const map = endWrite()
    expect([map.epoch, regionsIn(map.written), regionsIn(map.doubtful)]).toEqual([6, [0, 1, 4], NOTHING])
    intents.afterWrite({ firstBlock: 0, blockCount: 1 }, true)
    own(6)
    intents.sweep()
    expect(regionsIn(endWrite().written)).toEqual([0])
    intents.sweep()
    expect(regionsIn(endWrite().written)).toEqual([])
    expect(settled).toEqual([])
  })

  it('takes the marks away also if nobody writes', () => {
    onDrives([1, 4])
    own(6)
    intents.sweep()
    intents.sweep()
    expect(regionsIn(endWrite().written)).toEqual([])
    intents.sweep()
    expect(writes).toEqual([])
  })

  it('relies on no mark of its own from before another one had the volume', () => {
    own(6)
    write(0)
    endWrite()
    intents.afterWrite({ firstBlock: 0, blockCount: 1 }, true)
    intents.assigned({ volumeId: VOLUME, owner: 'b', epoch: 7 }, { isOwned: false, isServed: false })
    // The other one was done with all of it.
    onDrives([], [], 7)
    own(8)
    told = []
    write(0)
    expect(told).toEqual([])
    expect(regionsIn(endWrite().written)).toEqual([0])
    expect(told).toEqual(['go'])
  })

  it('is not misled by the map of a volume that was there before', () => {
    onDrives([1])
    const other = decodeIntentMap(present(sector, 'a sector'), VOLUME) as IntentMap
    sector = encodeIntentMap({ ...other, regionStripes: 2 })
    own(6, { unverified: { from: 0, since: 6 } })
    read(30)
    expect(told).toEqual(['go'])
  })
})

describe('an owner without the log', () => {
  const unverified = { from: 0, since: 6 }

  it('settles a marked region before it reads there, and tells the drives before it goes on', () => {
    onDrives([1, 4])
    own(6, { unverified })
    read(30)
    expect(settled.map(({ groupId, stripe }) => [groupId, stripe])).toEqual([[0, 6]])
    settled[0]?.end()
    expect(told).toEqual([])
    const map = endWrite()
    expect([regionsIn(map.written), regionsIn(map.doubtful)]).toEqual([[4], [4]])
    expect(told).toEqual(['go'])
    read(30)
    write(2)
    expect(settled).toHaveLength(1)
  })

  it('settles a region once, however many want it: what is written there since must not be given up', () => {
    onDrives([1])
    own(6, { unverified })
    write(30)
    write(31)
    read(32)
    expect(settled).toHaveLength(1)
    settled[0]?.end()
    endWrite()
    expect(settled).toHaveLength(1)
    expect(regionsIn(endWrite().written)).toEqual([1])
    expect(told).toEqual(['go', 'go', 'go'])
  })

  it('writes nothing to a settled region before the drives know it, also if a map that is under way marks it', () => {
    onDrives([1])
    own(6, { unverified })
    write(0)
    read(30)
    settled[0]?.end()
    // The mark of the write to region 0 came first, and this map still says that region 1 is in doubt.
    expect(regionsIn(endWrite().doubtful)).toEqual([1])
    expect(told).toEqual(['go'])
    write(31)
    expect(told).toEqual(['go'])
    expect(regionsIn(endWrite().doubtful)).toEqual([])
    expect(told).toEqual(['go', 'go', 'go'])
  })

  it('settles a region again if the drives were not told', () => {
    onDrives([1])
    own(6, { unverified })
    write(0)
    read(30)
    settled[0]?.end()
    endWrite()
    endWrite('no-space')
    expect(told).toEqual(['go', 'no-space'])
    write(31)
    expect(told).toEqual(['go', 'no-space'])
    expect(settled).toHaveLength(2)
  })

  it('doubts anew what a new epoch doubts, although it was being settled when that began', () => {
    onDrives([1])
    own(6, { unverified })
    read(30)
    onDrives([1], [1], 8)
    own(10, { unverified })
    settled[0]?.end()
    expect(told).toEqual(['stale-epoch'])
    read(30)
    expect(told).toEqual(['stale-epoch'])
    expect(settled).toHaveLength(2)
    settled[1]?.end()
    endWrite()
    expect(told).toEqual(['stale-epoch', 'go'])
  })

  it('settles one after the other, also if whoever is told of one asks for the next at once', () => {
    onDrives([0, 1, 4])
    own(6, { unverified })
    const ended: number[] = []
    const next = (firstStripe: number, then: () => void): void =>
      intents.settle({ firstStripe, stripeCount: 1 }, (fault) => {
        expect(fault).toBeUndefined()
        ended.push(firstStripe)
        then()
      })
    next(0, () => next(1, () => next(4, () => undefined)))
    for (const stripe of [5, 6]) {
      expect(settled.at(-1)).toMatchObject({ groupId: 0, stripe })
      settled.at(-1)?.end()
      endWrite()
    }
    expect(ended).toEqual([0, 1])
    expect(settled).toHaveLength(3)
    settled[2]?.end()
    endWrite()
    expect(ended).toEqual([0, 1, 4])
    expect(settled).toHaveLength(3)
  })

  it('believes a map of its own time: only what that says is in doubt', () => {
    onDrives([0, 1], [1], 6)
    own(8, { unverified })
    read(2)
    expect(told).toEqual(['go'])
    read(30)
    expect(settled.map(({ stripe }) => stripe)).toEqual([6])
  })

  it('takes everything for doubtful where no drive can give the map', () => {
    sector = undefined
    own(6, { unverified })
    let stripes: readonly number[] = []
    intents.doubtfulStripes(1, (found) => (stripes = found))
    expect(stripes).toEqual([1, 2, 3, 4, 5])
  })

  it('goes on doubting where it cannot settle', () => {
    onDrives([1])
    own(6, { unverified })
    read(30)
    settled[0]?.end('failed')
    expect(told).toEqual(['hardware-error'])
    read(30)
    expect(settled).toHaveLength(2)
  })

  it('settles what a rebuild is about to read, and gives the drive the map', () => {
    onDrives([1, 2])
    own(6, { unverified })
    let ended = false
    intents.beforeRebuild(present(groups[0], 'a group'), { firstStripe: 4, stripeCount: 3 }, () => (ended = true))
    // Stripes 4 to 6 of the group: the last one is stripe 1 of the volume.
    expect(settled.map(({ stripe }) => stripe)).toEqual([6])
    settled[0]?.end()
    endWrite()
    expect(ended).toBe(true)
    ended = false
    inReach = ['0', '1', '2', '3', '7']
    intents.beforeRebuild(present(groups[0], 'a group'), { firstStripe: 4, stripeCount: 1 }, () => (ended = true))
    expect(ended).toBe(false)
    endWrite()
    expect(ended).toBe(true)
  })
})

it('a drive that came back, and may be another one, gets the map before its rebuild, also while the marks stay as they are', () => {
  const world = new World('raid5', 4, undefined, intentBlock(VOLUME))
  groups = [world.io]
  intents = present(WriteIntents.of(mapOver(groups, [{ groupId: 0, groupBlock: 0, blockCount: 24 }]), VOLUME), 'a volume with redundancy')
  own(6)
  write(0)
  world.completions.runAll()
  expect(told).toEqual(['go'])
  world.io.recordFailed([2])
  present(world.drives[2], 'a drive').bytes.fill(0)
  world.io.recordFailed([2], [{ drive: 2, missing: [{ slot: VOLUME, epoch: 6, fromStripe: 0, endStripe: 1 }] }])
  let ended = false
  intents.beforeRebuild(world.io, { firstStripe: 0, stripeCount: 1 }, () => (ended = true))
  world.completions.runAll()
  expect(ended).toBe(true)
  const maps = world.drives.map((drive) => decodeIntentMap(drive.blocks({ firstBlock: intentBlock(VOLUME), blockCount: 1 }), VOLUME))
  expect(maps.map((map) => (typeof map === 'string' ? map : regionsIn(map.written)))).toEqual([[0], [0], [0], [0]])
})

it('a drive that comes within reach while a map is written does not have it', () => {
  own(6)
  write(0)
  inReach = ['0', '1', '2', '3', '7']
  endWrite()
  let ended = false
  intents.beforeRebuild(present(groups[0], 'a group'), { firstStripe: 5, stripeCount: 1 }, () => (ended = true))
  expect(ended).toBe(false)
  endWrite()
  expect(ended).toBe(true)
})
