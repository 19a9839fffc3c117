import { beforeEach, describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import type { ArrayState, VolumeOwnership } from '../../../../../src-main/contract/array-state'
import { encodeRecord, type RecordHead } from '../../../../../src-main/core/nvram/log/record'
import type { RingLog } from '../../../../../src-main/core/nvram/log/ring-log'
import { NvramSlot } from '../../../../../src-main/core/nvram/log/slot'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'
import { stateOf, VOLUME } from '../../../../support/cache-bench'
import { MemoryNvram } from '../../../../support/memory-nvram'

const STATE: ArrayState = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 32_768)))
const [ALPHA] = STATE.configuration.volumes
const BLOCKS = ALPHA?.blockCount ?? 0

/** What counts of a log with these records, by first block. */
function counting(records: readonly Partial<RecordHead>[], state = STATE): readonly number[] {
  const slot = new NvramSlot(new MemoryNvram(64 * 1024), 'a')
  slot.log.reset({ stamp: { base: 0, newest: 0 } })
  for (const record of records) {
    const head = {
      sequence: slot.log.nextSequence,
      logEpoch: slot.log.logEpoch,
      ...{ volumeId: 0, volumeEpoch: 1, firstBlock: 0, blockCount: 2 },
      ...record,
    }
    slot.log.append(encodeRecord(head, [new Uint8Array((record.parityBlocks ?? 2) * BLOCK_BYTES)]))
  }
  return slot.valid('log', state).map(({ firstBlock }) => firstBlock)
}

describe('Records of an NVRAM slot whose checksums are right', () => {
  it('count up to the end of their volume', () => {
    expect(counting([{ firstBlock: 4 }, { firstBlock: BLOCKS - 2 }])).toEqual([4, BLOCKS - 2])
  })

  it('count in the rest of the last stripe, which their volume leaves unused, if they are partial parity', () => {
    const volumes = STATE.configuration.volumes.map((volume) => (volume.id === 0 ? { ...volume, blockCount: BLOCKS - 5 } : volume))
    const state = { ...STATE, configuration: { ...STATE.configuration, volumes } }
    const writes = [BLOCKS - 6, BLOCKS - 4, BLOCKS - 2].map((firstBlock) => ({ firstBlock }))
    const parity = [...writes, { firstBlock: BLOCKS - 1 }].map((record) => ({ ...record, parityBlocks: 1 }))
    expect(counting(writes, state)).toEqual([])
    expect(counting(parity, state)).toEqual([BLOCKS - 6, BLOCKS - 4, BLOCKS - 2])
  })

  it.each<[string, Partial<RecordHead>]>([
    ['behind the end of their volume', { firstBlock: BLOCKS }],
    ['across the end of their volume', { firstBlock: BLOCKS - 1 }],
    ['far behind every volume', { firstBlock: Number.MAX_SAFE_INTEGER }],
    ['of partial parity across the end of their volume', { firstBlock: BLOCKS - 1, parityBlocks: 1 }],
    ['of a volume that does not exist', { volumeId: 7 }],
    ['of another epoch', { volumeEpoch: 2 }],
  ])('do not count %s, and the others do', (_, strange) => {
    expect(counting([{ firstBlock: 4 }, strange, { firstBlock: 6 }])).toEqual([4, 6])
  })
})

/** That of the state. */
const MIRROR_EPOCH = 2
const STAMP = { base: MIRROR_EPOCH, newest: MIRROR_EPOCH }

let nvram: MemoryNvram
let slot: NvramSlot

beforeEach(() => {
  nvram = new MemoryNvram(65_536)
  slot = new NvramSlot(nvram, 'a')
  slot.log.reset({ stamp: STAMP })
  slot.mirror.reset({ stamp: STAMP })
})

/** One block, which says which record it was. */
function put(ring: RingLog, { volumeEpoch = 3, firstHad }: { readonly volumeEpoch?: number; readonly firstHad?: number } = {}): void {
  const { nextSequence: sequence, logEpoch } = ring
  const head = { sequence, logEpoch, volumeId: VOLUME, volumeEpoch, firstBlock: sequence, blockCount: 1, firstHad }
  ring.append(encodeRecord(head, [new Uint8Array(512)]))
  ring.commit()
}

function stateWith(ownership: Partial<VolumeOwnership>): ReturnType<typeof stateOf> {
  return stateOf({ ownership: [{ volumeId: VOLUME, owner: 'a', epoch: 3, ...ownership }] })
}

it('records of the epoch of their volume count, and since a replay that has not ended those of earlier ones', () => {
  for (const volumeEpoch of [2, 3, 4, 5, 6]) put(slot.log, { volumeEpoch })
  const epochs = (ownership: Partial<VolumeOwnership>): number[] =>
    slot.valid('log', stateWith(ownership)).map(({ volumeEpoch }) => volumeEpoch)
  expect(epochs({ epoch: 5 })).toEqual([5])
  expect(epochs({ epoch: 5, logEpoch: 3 })).toEqual([3, 4, 5])
})

it('a region counts for the epochs that its controller claimed itself, and never for those of the peer', () => {
  slot.log.stampAs({ base: 3, newest: 7 })
  put(slot.log)
  const counts = (self: 'a' | 'b'): number[] =>
    [2, 3, 4, 5, 6, 7, 8].filter((mirrorEpoch) => new NvramSlot(nvram, self).valid('log', stateOf({ mirrorEpoch })).length > 0)
  expect(counts('a')).toEqual([3, 4, 6])
  expect(counts('b')).toEqual([3, 5, 7])
})

it('after a claim both regions count as before it, whether it reaches the drives or not', () => {
  put(slot.log)
  put(slot.mirror)
  slot.prepareClaim(stateOf(), 4)
  for (const mirrorEpoch of [MIRROR_EPOCH, 4]) {
    const state = stateOf({ mirrorEpoch })
    expect([slot.valid('log', state).length, slot.valid('mirror', state).length], `epoch ${mirrorEpoch}`).toEqual([1, 1])
  }
})

it('a mirror of an earlier life is made void, although this life has not counted its records', () => {
  put(slot.mirror)
  const next = new NvramSlot(nvram, 'a')
  expect(next.valid('mirror', stateOf())).toHaveLength(1)
  next.voidMirror()
  expect(new NvramSlot(nvram, 'a').valid('mirror', stateOf())).toEqual([])
})

it('a record that was carried on stands where it stood first', () => {
  put(slot.log)
  put(slot.log)
  put(slot.log, { firstHad: 1 })
  expect(slot.valid('log', stateOf()).map(({ sequence }) => sequence)).toEqual([1, 3, 2])
})

it('what the peer holds does not count here, and what is held here counts whatever the stamp', () => {
  put(slot.log)
  expect(slot.valid('log', stateWith({ heldBy: 'b' }))).toEqual([])
  slot.log.stampAs({ base: 0, newest: 0 })
  expect(slot.valid('log', stateWith({}))).toEqual([])
  expect(slot.valid('log', stateWith({ heldBy: 'a' }))).toHaveLength(1)
})
