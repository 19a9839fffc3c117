import { beforeEach, describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import { CacheStatus } from '../../../../../src-main/core/nvram/cache-status'
import { StripeJournal } from '../../../../../src-main/core/nvram/destage/stripe-journal'
import { GroupCommit } from '../../../../../src-main/core/nvram/log/group-commit'
import { LiveLog } from '../../../../../src-main/core/nvram/log/live-log'
import type { StripeCover } from '../../../../../src-main/core/nvram/log/live-record'
import { NO_STAMP, RingLog } from '../../../../../src-main/core/nvram/log/ring-log'
import type { PartialParity } from '../../../../../src-main/core/raid/partial-parity'
import { CacheBench, VOLUME } from '../../../../support/cache-bench'
import { MemoryNvram } from '../../../../support/memory-nvram'
import { RecordedTrace, VirtualClock } from '../../../../support/virtual-world'

const OTHER = 7
const { place } = new CacheBench()

let status: CacheStatus
let live: LiveLog
let journal: StripeJournal
let freed = 0

function newJournal(sizeBytes = 64 * 1024): void {
  status = new CacheStatus()
  status.mode = 'mirrored'
  const log = new RingLog(new MemoryNvram(sizeBytes), { offset: 0, sizeBytes })
  log.reset({ stamp: NO_STAMP })
  live = new LiveLog(log, new VirtualClock())
  const committed = (records: readonly { readonly sequence: number }[]): void => journal.committed(records.at(-1)!.sequence)
  const group = new GroupCommit({ turn: { atEnd: (run) => run(), next: (run) => run() }, log, committed })
  freed = 0
  journal = new StripeJournal({ self: 'a', trace: new RecordedTrace(), status, live, group, events: { freed: () => freed++ } })
}

beforeEach(() => newJournal())

/** Of an update of these blocks; without rows, of a whole stripe. Stripes have 24 blocks. */
function partialOf(firstBlock: number, blockCount: number, rows = 1): PartialParity {
  return { firstBlock, blockCount, data: new Uint8Array(rows * BLOCK_BYTES) }
}

interface Covered {
  readonly cover: StripeCover
  /** What the update was told: that it may go, or not; empty while it waits. */
  readonly told: boolean[]
}

function covered(partials: readonly PartialParity[], volumeId = VOLUME): Covered {
  const told: boolean[] = []
  const cover = journal.cover(volumeId, place)
  cover.secure(partials, (isSecured) => told.push(isSecured))
  return { cover, told }
}

/** The partial parity in the log, as volume, range and rows. */
function logged(): string[] {
  return live.records().map(({ volumeId, firstBlock, endBlock, bytes }) => {
    return `${volumeId}: ${firstBlock} to ${endBlock}, ${Math.floor(bytes.length / BLOCK_BYTES)}`
  })
}

describe('an update of a whole stripe', () => {
  it('logs nothing where the log says nothing of that stripe', () => {
    covered([partialOf(24, 3)])
    covered([partialOf(0, 24)], OTHER)
    expect(covered([partialOf(0, 24, 0)]).told).toEqual([true])
    expect(covered([partialOf(48, 24, 0)]).told).toEqual([true])
    expect(logged()).toEqual(['0: 24 to 27, 1', '7: 0 to 24, 1'])
  })

  it('logs that older partial parity of that stripe is no longer true, even of its last block', () => {
    covered([partialOf(47, 1)])
    expect(covered([partialOf(24, 24, 0)]).told).toEqual([])
    expect(logged()).toEqual(['0: 47 to 48, 1', '0: 24 to 48, 0'])
  })

  it('logs nothing once what was older is out of the log', () => {
    const { cover } = covered([partialOf(24, 3)])
    journal.mirrored(1)
    cover.release()
    live.trim({ isRoomWanted: true, isPinned: () => false, isDirty: () => true })
    expect(covered([partialOf(24, 24, 0)]).told).toEqual([true])
    expect(logged()).toEqual([])
  })
})

describe('an update', () => {
  it('goes when the mirror has all of its records, and not before', () => {
    const one = covered([partialOf(0, 3), partialOf(24, 3)])
    const other = covered([partialOf(48, 3)])
    journal.mirrored(1)
    expect([one.told, other.told]).toEqual([[], []])
    journal.mirrored(2)
    expect([one.told, other.told]).toEqual([[true], []])
    journal.mirrored(3)
    expect([one.told, other.told]).toEqual([[true], [true]])
  })

  it('that asks for a second slice waits for what the first one logged', () => {
    const { cover, told } = covered([partialOf(0, 3)])
    cover.secure([partialOf(48, 24, 0)], (isSecured) => told.push(isSecured))
    expect(told).toEqual([])
    journal.mirrored(1)
    expect(told).toEqual([true, true])
  })

  it('goes at once where the mirror has its records already', () => {
    const { cover, told } = covered([partialOf(0, 3)])
    journal.mirrored(1)
    cover.secure([partialOf(48, 24, 0)], (isSecured) => told.push(isSecured))
    expect(told).toEqual([true, true])
  })

  it('waits for a new mirror, whatever the one before had', () => {
    const { cover, told } = covered([partialOf(0, 3)])
    journal.mirrored(1)
    journal.mirrorBegun()
    cover.secure([partialOf(48, 24, 0)], (isSecured) => told.push(isSecured))
    expect(told).toEqual([true])
    journal.mirrored(1)
    expect(told).toEqual([true, true])
  })

  it('waits for no mirror that is left out, and again for one that begins', () => {
    const waiting = covered([partialOf(0, 3)])
    status.mode = 'suspended'
    expect(waiting.told).toEqual([])
    journal.mirrorLeftOut()
    expect(waiting.told).toEqual([true])
    expect(covered([partialOf(24, 3)]).told).toEqual([true])
    status.mode = 'mirrored'
    journal.mirrorBegun()
    expect(covered([partialOf(48, 3)]).told).toEqual([])
  })

  it('waits while the mirror is lost and not left out, also for records that it had', () => {
    const { cover, told } = covered([partialOf(0, 3)])
    journal.mirrored(1)
    status.mode = 'suspended'
    cover.secure([partialOf(48, 24, 0)], (isSecured) => told.push(isSecured))
    expect(told).toEqual([true])
  })

  it('does not go once this controller has stopped', () => {
    const waiting = covered([partialOf(0, 3)])
    status.mode = 'off'
    journal.stop()
    expect(waiting.told).toEqual([false])
    expect(covered([partialOf(24, 3)]).told).toEqual([false])
  })

  it('gives its records up when it has ended, and tells of them if there are any', () => {
    const { cover } = covered([partialOf(0, 3), partialOf(24, 3)])
    expect(live.records().map(({ state }) => state)).toEqual(['logged', 'logged'])
    cover.release()
    expect(live.records().map(({ state }) => state)).toEqual(['done', 'done'])
    expect(freed).toBe(1)
    covered([partialOf(72, 24, 0)]).cover.release()
    expect(freed).toBe(1)
  })
})

it('an update goes without partial parity where the log has no room, and that is traced', () => {
  newJournal(8 * 1024)
  expect(covered([partialOf(0, 24, 20)]).told).toEqual([true])
  expect(logged()).toEqual([])
})
