import { expect, it } from 'vitest'
import { encodeRecord } from '../../../../../src-main/core/nvram/log/record'
import { NvramSlot } from '../../../../../src-main/core/nvram/log/slot'
import { CacheBench, stateOf, VOLUME } from '../../../../support/cache-bench'
import { ManualTurns } from '../../../../support/manual-turns'

/** The bench's volume, which the state has in epoch 3. */
const STATE = stateOf({ ownership: [{ volumeId: VOLUME, owner: 'a', epoch: 3, logEpoch: 2 }] })
const STAMP = { base: 2, newest: 2 }
const BLOCK = 5

/** Writes of `BLOCK`, one after the other, as an earlier life left them. */
function leave(slot: NvramSlot, region: 'log' | 'mirror', { volumeEpoch, values }: { volumeEpoch: number; values: number[] }): void {
  const ring = slot[region]
  ring.reset({ stamp: STAMP })
  for (const value of values) {
    const { nextSequence: sequence, logEpoch } = ring
    const head = { sequence, logEpoch, volumeId: VOLUME, volumeEpoch, firstBlock: BLOCK, blockCount: 1 }
    ring.append(encodeRecord(head, [new Uint8Array(512).fill(value)]))
  }
  ring.commit()
}

it.each([
  ['log', 'mirror'],
  ['mirror', 'log'],
] as const)('a replay ends with the data of the newest epoch, of the older in the %s and the newer in the %s', (older, newer) => {
  const bench = new CacheBench()
  const slot = new NvramSlot(bench.nvram, 'a')
  leave(slot, older, { volumeEpoch: 2, values: [1] })
  leave(slot, newer, { volumeEpoch: 3, values: [2] })
  bench.crash()
  bench.recover(STATE)
  expect(bench.read(BLOCK)).toEqual([2])
})

it('what the drives do not take is in the log before the mirror is made void', () => {
  const bench = new CacheBench()
  const slot = new NvramSlot(bench.nvram, 'a')
  slot.log.reset({ stamp: STAMP })
  leave(slot, 'mirror', { volumeEpoch: 3, values: [1] })
  for (const drive of bench.drives.keys()) bench.loseDrive(drive)
  bench.crash()
  const { nvram } = bench
  const write = nvram.write.bind(nvram)
  const found: boolean[] = []
  nvram.write = (offset, chunks) => {
    write(offset, chunks)
    const now = new NvramSlot(nvram, 'a')
    found.push((['log', 'mirror'] as const).some((region) => now.valid(region, STATE).length > 0))
  }
  expect(bench.recover(STATE)).toMatchObject({ failedVolumes: [VOLUME], lostRecords: 0 })
  expect(found).not.toEqual([])
  expect(found).not.toContain(false)
})

it.each(['log', 'mirror'] as const)('half of what is logged again of the %s does not bring back what was overwritten', (region) => {
  const bench = new CacheBench()
  const slot = new NvramSlot(bench.nvram, 'a')
  slot.log.reset({ stamp: STAMP })
  leave(slot, region, { volumeEpoch: 2, values: [1, 2] })
  for (const drive of bench.drives.keys()) bench.loseDrive(drive)
  bench.crash()
  const { nvram } = bench
  const write = nvram.write.bind(nvram)
  let isDead = false
  nvram.write = (offset, chunks) => {
    if (isDead) return
    isDead = chunks.length > 1
    write(offset, chunks.slice(0, 1))
  }
  bench.recover(STATE)
  expect(isDead).toBe(true)
  nvram.write = write
  bench.returnDrives()
  bench.crash()
  bench.recover(STATE)
  expect(bench.read(BLOCK)).toEqual([2])
})

// Kept beside the records that it is replayed from, it fills the log so far that it is tried again at once. Where one of two
// parities is missing, that logs partial parity.
it.each([0, 1, 2, 3])('what is kept is in the log before any of it is tried again, without drive %i', (drive) => {
  const turn = new ManualTurns()
  const bench = new CacheBench({ level: 'raid6', nvramBytes: 1_048_576, turn })
  bench.recover()
  bench.failDrive(drive)
  const stripeBlocks = bench.group.layout.stripeBlocks
  for (let stripe = 0; stripe < 11; stripe++) bench.write(stripe * stripeBlocks, stripe + 1, { blockCount: stripeBlocks })
  turn.settle()
  bench.crash()
  for (const one of bench.drives) one.isShortOfRoom = true
  let later: ReturnType<CacheBench['write']> | undefined
  bench.cache.recover(bench.state, () => (later = bench.write(12 * stripeBlocks, 99)))
  bench.completions.runAll()
  turn.settle()
  expect(later?.outcome).toEqual({ ok: true, value: undefined })
  for (const one of bench.drives) one.isShortOfRoom = false
  for (let i = 0; i < 300; i++) {
    bench.clock.run(10)
    turn.settle()
    bench.completions.runAll()
  }
  expect(bench.cache.report().records).toBe(0)
  bench.crash()
  expect(bench.recover().records).toBe(0)
  for (let stripe = 0; stripe < 11; stripe++) expect(bench.read(stripe * stripeBlocks)).toEqual([stripe + 1])
  expect(bench.read(12 * stripeBlocks)).toEqual([99])
})
