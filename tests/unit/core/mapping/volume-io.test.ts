import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { concatBytes } from '../../../../src-main/base/bytes'
import { Prng } from '../../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { VolumeIo } from '../../../../src-main/core/mapping/volume-io'
import { VolumeRows } from '../../../../src-main/core/mapping/volume-rows'
import { createGroupIo, type GroupFault, type GroupIo, type GroupOutcome, type GroupWrite } from '../../../../src-main/core/raid/group-io'
import type { PartialParity } from '../../../../src-main/core/raid/partial-parity'
import { CompletionQueue, memoryDrives, type MemoryDrive } from '../../../support/memory-drive'
import { expectBytes, pattern } from '../raid/world'
import { drawnSlices, GROUPS, mapOver } from './example-volumes'

const CLAIM = { slot: 3, epoch: 4 }
const TRACE = { request: 'a-1', cause: 77 } as const
/** 48 blocks of the RAID-5 group from its block 24 on, 20 of the RAID-1 group from its block 16 on. */
const RAID5_SLICE = { groupId: 0, groupBlock: 24, blockCount: 48 }
const TWO = [RAID5_SLICE, { groupId: 2, groupBlock: 16, blockCount: 20 }]

let completions: CompletionQueue
let drives: MemoryDrive[][]
let groups: GroupIo[]
let order: Prng

/** Every group on drives of its own. */
beforeEach(() => {
  completions = new CompletionQueue()
  order = new Prng(8)
  drives = GROUPS.map(({ sections }) => memoryDrives({ count: sections.length, blockCount: 2200, completions }))
  groups = GROUPS.map((group, index) => createGroupIo({ group, drives: drives[index]! }))
})

function outcomeOf<T>(start: (done: (outcome: GroupOutcome<T>) => void) => void): GroupOutcome<T> | undefined {
  let answer: GroupOutcome<T> | undefined
  start((outcome) => (answer = outcome))
  expect(answer).toBeUndefined()
  completions.runAll(order)
  return answer
}

function readOf(io: VolumeIo, firstBlock: number, blockCount: number): GroupOutcome<readonly Uint8Array[]> | undefined {
  return outcomeOf((done) => io.read({ firstBlock, blockCount, trace: undefined }, done))
}

function writeOf(io: VolumeIo, write: Omit<GroupWrite, 'claim'>): GroupOutcome<undefined> | undefined {
  return outcomeOf((done) => io.write({ ...write, claim: CLAIM }, done))
}

function bytesOf(outcome: GroupOutcome<readonly Uint8Array[]> | undefined): Uint8Array | string {
  return outcome === undefined ? 'no answer' : outcome.ok ? concatBytes(outcome.value) : outcome.fault
}

describe('the I/O of a volume', () => {
  it('writes several runs of one stripe as one update, in blocks of the volume', () => {
    const io = new VolumeIo(mapOver(groups, [{ groupId: 2, groupBlock: 16, blockCount: 16 }, RAID5_SLICE]))
    const runs = [16, 20, 33].map((firstBlock) => ({ firstBlock, data: [pattern(firstBlock, 2)] }))
    let secured: readonly PartialParity[] = []
    const secure = (partials: readonly PartialParity[], go: (isSecured: boolean) => void): void => {
      secured = partials
      go(true)
    }
    expect(outcomeOf((done) => io.writeStripe({ runs, claim: CLAIM, secure }, done))).toEqual({ ok: true, value: undefined })
    for (const { firstBlock, data } of runs) expectBytes(bytesOf(readOf(io, firstBlock, 2)), data[0]!)
    expect(secured).toEqual([expect.objectContaining({ firstBlock: 16, blockCount: 19, hasIndex: true })])
    // What it says of the blocks of the volume is understood again.
    const rows = new VolumeRows(io.map)
    rows.note(present(secured[0], 'an update'))
    expect(rows.has(present(secured[0], 'an update'))).toBe(true)
  })

  it('reads what was written, whatever the slices and wherever the data is cut', () => {
    const step = fc.record({ at: fc.nat(), length: fc.integer({ min: 1, max: 90 }), cut: fc.nat(2000) })
    const steps = fc.array(step, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(drawnSlices, steps, (slices, drawn) => {
        const io = new VolumeIo(mapOver(groups, slices))
        const { blockCount } = io.map
        const model = new Uint8Array(blockCount * BLOCK_BYTES)
        writeOf(io, { firstBlock: 0, data: [model] })
        drawn.forEach(({ at, length, cut }, index) => {
          const firstBlock = at % blockCount
          const bytes = pattern(index + 1, Math.min(length, blockCount - firstBlock))
          const middle = cut % bytes.length
          const data = [bytes.subarray(0, middle), bytes.subarray(middle)]
          expect(writeOf(io, { firstBlock, data })).toEqual({ ok: true, value: undefined })
          model.set(bytes, firstBlock * BLOCK_BYTES)
          expectBytes(bytesOf(readOf(io, firstBlock, bytes.length / BLOCK_BYTES)), bytes)
        })
        expectBytes(bytesOf(readOf(io, 0, blockCount)), model)
      }),
      { numRuns: 30 },
    )
  })

  it('keeps claim and cause on their way to the drives', () => {
    const io = new VolumeIo(mapOver(groups, TWO))
    io.write({ firstBlock: 47, data: [pattern(1, 2)], claim: CLAIM, cause: 5 }, () => undefined)
    completions.runAll()
    io.read({ firstBlock: 47, blockCount: 2, trace: TRACE }, () => undefined)
    completions.runAll()
    const operations = drives.flat().flatMap((drive) => drive.operations)
    const writes = operations.filter(({ kind }) => kind === 'write')
    expect(writes.map(({ claim, cause }) => ({ claim, cause }))).toEqual([1, 2, 3, 4].map(() => ({ claim: CLAIM, cause: 5 })))
    expect(operations.filter(({ kind, cause }) => kind === 'read' && cause === TRACE.cause)).toHaveLength(2)
  })

  it('flushes each of its groups once', () => {
    const io = new VolumeIo(mapOver(groups, [{ groupId: 0, groupBlock: 96, blockCount: 24 }, ...TWO]))
    expect(outcomeOf<undefined>((done) => io.flush({ cause: 9 }, done))).toEqual({ ok: true, value: undefined })
    expect(drives.map((of) => of.map((drive) => drive.operationsOf('flush').length))).toEqual([
      [1, 1, 1, 1],
      [0, 0],
      [1, 1],
    ])
  })

  it('says partial parity in blocks of the volume, slice by slice, and writes only what is secured', () => {
    const io = new VolumeIo(mapOver(groups, [RAID5_SLICE, { groupId: 0, groupBlock: 120, blockCount: 24 }]))
    writeOf(io, { firstBlock: 0, data: [pattern(1, 72)] })
    const told: PartialParity[][] = []
    const secure: GroupWrite['secure'] = (partials, go) => {
      told.push([...partials])
      go(partials[0]!.firstBlock < 48)
    }
    expect(writeOf(io, { firstBlock: 46, data: [pattern(2, 5)], secure })).toEqual({ ok: false, fault: 'hardware-error' })
    const blocks = told.flat().map(({ firstBlock, blockCount, data }) => [firstBlock, blockCount, data.length / BLOCK_BYTES])
    expect(told).toHaveLength(2)
    expect(blocks.toSorted((a, b) => a[0]! - b[0]!)).toEqual([
      [46, 2, 2],
      [48, 3, 3],
    ])
    expectBytes(bytesOf(readOf(io, 46, 2)), pattern(2, 5).subarray(0, 2 * BLOCK_BYTES))
    expectBytes(bytesOf(readOf(io, 48, 3)), pattern(1, 72).subarray(48 * BLOCK_BYTES, 51 * BLOCK_BYTES))
  })

  it('does not ask to secure anything where nobody listens', () => {
    const asked: (GroupWrite['secure'] | null)[] = []
    const group: GroupIo = { ...fakeGroup(0), write: (write) => void asked.push(write.secure) }
    new VolumeIo(mapOver([group], [RAID5_SLICE])).write({ firstBlock: 0, data: [pattern(1, 1)], claim: CLAIM }, () => undefined)
    expect(asked).toEqual([undefined])
  })
})

describe('a range in several slices', () => {
  const written: { readonly io: GroupWrite; readonly done: (outcome: GroupOutcome<undefined>) => void }[] = []
  const noted: [group: number, updates: readonly PartialParity[]][] = []
  const forgotten: [group: number, firstBlock: number, blockCount: number][] = []
  const torn = new Set<string>()
  let io: VolumeIo

  beforeEach(() => {
    for (const list of [written, noted, forgotten]) list.length = 0
    torn.clear()
    const fakes = GROUPS.map((_, id): GroupIo => ({
      ...fakeGroup(id),
      write: (write, done) => void written.push({ io: write, done }),
      noteInterrupted: (updates) => void noted.push([id, updates]),
      forgetInterrupted: ({ firstBlock, blockCount }) => void forgotten.push([id, firstBlock, blockCount]),
      isInterrupted: ({ firstBlock, blockCount }) => torn.has(`${id}:${firstBlock}+${blockCount}`),
    }))
    io = new VolumeIo(mapOver(fakes, [RAID5_SLICE, { groupId: 1, groupBlock: 32, blockCount: 16 }, ...TWO.slice(1)]))
  })

  it.each<[(GroupFault | undefined)[], GroupFault | undefined]>([
    [[undefined, undefined, undefined], undefined],
    [['medium-error', undefined, undefined], 'medium-error'],
    [['medium-error', 'hardware-error', undefined], 'hardware-error'],
    [['hardware-error', 'medium-error', 'stale-epoch'], 'stale-epoch'],
  ])('of which the outcomes are %j ends with %s, when all have ended', (faults, fault) => {
    const told: GroupOutcome<undefined>[] = []
    io.write({ firstBlock: 40, data: [pattern(1, 30)], claim: CLAIM }, (outcome) => told.push(outcome))
    const ranges = written.map(({ io: { firstBlock, data } }) => [firstBlock, concatBytes(data).length / BLOCK_BYTES])
    expect(ranges).toEqual([
      [64, 8],
      [32, 16],
      [16, 6],
    ])
    faults.forEach((one, index) => {
      expect(told).toEqual([])
      written[index]!.done(one === undefined ? { ok: true, value: undefined } : { ok: false, fault: one })
    })
    expect(told).toEqual([fault === undefined ? { ok: true, value: undefined } : { ok: false, fault }])
  })

  it('is torn where any of them is', () => {
    expect(io.isInterrupted({ firstBlock: 40, blockCount: 30 })).toBe(false)
    torn.add('1:32+16')
    expect(io.isInterrupted({ firstBlock: 40, blockCount: 30 })).toBe(true)
    expect(io.isInterrupted({ firstBlock: 40, blockCount: 8 })).toBe(false)
  })

  it('gets what a log says of it at its places in the groups; what the log cannot mean is left out', () => {
    const data = new Uint8Array(0)
    const ranges = [
      [70, 4],
      [24, 2],
      [83, 2],
      [87, 2],
      [-1, 2],
    ] as const
    io.noteInterrupted(ranges.map(([firstBlock, blockCount]) => ({ firstBlock, blockCount, data })))
    expect(noted).toEqual([
      [2, [{ firstBlock: 22, blockCount: 4, data }]],
      [0, [{ firstBlock: 48, blockCount: 2, data }]],
      // The rest of its last stripe, which the volume leaves unused.
      [2, [{ firstBlock: 35, blockCount: 2, data }]],
    ])
  })

  it('is torn in the unused rest of its last stripe where the stripe is', () => {
    expect(io.isInterrupted({ firstBlock: 85, blockCount: 1 })).toBe(false)
    torn.add('2:37+1')
    expect(io.isInterrupted({ firstBlock: 85, blockCount: 1 })).toBe(true)
  })

  it('is forgotten in all of them', () => {
    io.forgetInterrupted()
    expect(forgotten).toEqual([
      [0, 24, 48],
      [1, 32, 16],
      [2, 16, 20],
    ])
  })
})

describe('what is known of interrupted rows', () => {
  it('is kept for each group, in blocks of the volume', () => {
    const map = mapOver(groups, [RAID5_SLICE, { groupId: 0, groupBlock: 120, blockCount: 24 }])
    const rows = new VolumeRows(map)
    const update = { firstBlock: 50, blockCount: 3, data: pattern(1, 3) }
    expect(rows.has(update)).toBe(false)
    rows.note(update)
    rows.note({ ...update, firstBlock: 71 })
    expect(rows.has(update)).toBe(true)
    expect(rows.has({ ...update, blockCount: 2 })).toBe(false)
    // The same place in another stripe of the group.
    expect(rows.has({ ...update, firstBlock: 26 })).toBe(false)
  })

  it('is kept of updates in the rest of the last stripe, which the volume leaves unused, and of none behind it', () => {
    const rows = new VolumeRows(mapOver(groups, [{ ...RAID5_SLICE, blockCount: 27 }]))
    const update = { firstBlock: 43, blockCount: 1, data: pattern(1, 1) }
    expect(rows.has(update)).toBe(false)
    rows.note(update)
    expect(rows.has(update)).toBe(true)
    const behind = { ...update, firstBlock: 49 }
    rows.note(behind)
    expect(rows.has(behind)).toBe(false)
  })
})

function fakeGroup(id: number): GroupIo {
  const { layout } = groups[id]!
  const nothing = (): void => undefined
  const io = { read: nothing, write: nothing, writeStripe: nothing, flush: nothing, rebuild: nothing, verify: nothing, abandon: nothing }
  return {
    ...io,
    layout,
    outDrives: [],
    intents: { drivesInReach: [], read: nothing, write: nothing, settle: nothing },
    recordFailed: nothing,
    suspect: nothing,
    forgetInterrupted: nothing,
    noteInterrupted: nothing,
    isInterrupted: () => false,
  }
}
