import { beforeEach, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import { NvramSlot } from '../../../../../src-main/core/nvram/log/slot'
import { encodeRecord } from '../../../../../src-main/core/nvram/log/record'
import type { RingLog } from '../../../../../src-main/core/nvram/log/ring-log'
import { ReplayJournal } from '../../../../../src-main/core/nvram/replay/replay-journal'
import type { PartialParity } from '../../../../../src-main/core/raid/partial-parity'
import { CacheBench, VOLUME } from '../../../../support/cache-bench'
import { MemoryNvram } from '../../../../support/memory-nvram'
import { RecordedTrace } from '../../../../support/virtual-world'

const OTHER = 7
const EPOCH = 3

let slot: NvramSlot
let mayGoOn = true
const { place } = new CacheBench()
const trace = new RecordedTrace()

beforeEach(() => {
  slot = new NvramSlot(new MemoryNvram(256 * 1024), 'a')
  slot.log.reset({ stamp: { base: 1, newest: 1 } })
  slot.mirror.reset({ stamp: { base: 1, newest: 1 } })
  mayGoOn = true
  trace.events.length = 0
})

/** A write of one block. */
function logWrite(ring: RingLog, volumeId: number): void {
  const { nextSequence: sequence, logEpoch } = ring
  const head = { sequence, logEpoch, volumeId, volumeEpoch: EPOCH, firstBlock: 3, blockCount: 1 }
  ring.append(encodeRecord(head, [new Uint8Array(BLOCK_BYTES)]))
  ring.commit()
}

function journalOf(): ReplayJournal {
  const regions = [slot.mirror, slot.log].map((ring) => ({ ring, records: ring.scan() }))
  return new ReplayJournal({ self: 'a', trace, regions, mayGoOn: () => mayGoOn })
}

/** Of an update that writes this one block. */
function partialOf(firstBlock: number, mark = 9): PartialParity {
  return { firstBlock, blockCount: 1, data: new Uint8Array(BLOCK_BYTES).fill(mark) }
}

function secure(journal: ReplayJournal, volumeId: number, ...partials: readonly PartialParity[]): boolean | undefined {
  let secured: boolean | undefined
  journal.secure(volumeId, place, partials, (isSecured) => (secured = isSecured))
  return secured
}

/** What the next controller in this slot would find, as volume, block and first byte. */
function parityIn(ring: RingLog): string[] {
  const found = ring.scan().filter(({ parityBlocks }) => parityBlocks !== undefined)
  return found.map(({ volumeId, firstBlock, data }) => `${volumeId} ${firstBlock} ${data[0] ?? -1}`)
}

it('a volume whose records are in both regions is logged where the newest are', () => {
  logWrite(slot.mirror, VOLUME)
  logWrite(slot.log, VOLUME)
  logWrite(slot.mirror, OTHER)
  const journal = journalOf()
  expect(secure(journal, VOLUME, partialOf(3))).toBe(true)
  expect(secure(journal, OTHER, partialOf(4))).toBe(true)
  expect(parityIn(slot.log)).toEqual([`${VOLUME} 3 9`])
  expect(parityIn(slot.mirror)).toEqual([`${OTHER} 4 9`])
})

it('what the region says already is not logged again, and what has changed is', () => {
  logWrite(slot.mirror, VOLUME)
  const journal = journalOf()
  journal.begin(VOLUME, place, [])
  expect(secure(journal, VOLUME, partialOf(3), partialOf(5))).toBe(true)
  expect(secure(journal, VOLUME, partialOf(3))).toBe(true)
  expect(parityIn(slot.mirror)).toEqual([`${VOLUME} 3 9`, `${VOLUME} 5 9`])
  expect(secure(journal, VOLUME, { firstBlock: 3, blockCount: 2, data: new Uint8Array(2 * BLOCK_BYTES).fill(8) })).toBe(true)
  expect(parityIn(slot.mirror)).toEqual([`${VOLUME} 3 9`, `${VOLUME} 5 9`, `${VOLUME} 3 8`])
})

it('a replay that was given up logs nothing, and writes nothing', () => {
  logWrite(slot.mirror, VOLUME)
  const journal = journalOf()
  mayGoOn = false
  expect(secure(journal, VOLUME, partialOf(3))).toBe(false)
  expect(parityIn(slot.mirror)).toEqual([])
})

it('a region without room is traced, and the replay goes on', () => {
  logWrite(slot.mirror, VOLUME)
  const journal = journalOf()
  const { capacityBytes } = slot.mirror
  const tooMuch = { firstBlock: 0, blockCount: 1, data: new Uint8Array(capacityBytes) }
  expect(secure(journal, VOLUME, tooMuch)).toBe(true)
  expect(parityIn(slot.mirror)).toEqual([])
  expect(trace.kinds('nvram.unjournaled')).toHaveLength(1)
})
