import { expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import { CacheStatus } from '../../../../../src-main/core/nvram/cache-status'
import { GroupCommit } from '../../../../../src-main/core/nvram/log/group-commit'
import { LiveLog } from '../../../../../src-main/core/nvram/log/live-log'
import type { LiveRecord } from '../../../../../src-main/core/nvram/log/live-record'
import { LogIntake } from '../../../../../src-main/core/nvram/log/log-intake'
import { NO_STAMP, RingLog } from '../../../../../src-main/core/nvram/log/ring-log'
import type { Mirror } from '../../../../../src-main/core/nvram/mirror/mirror'
import { MemoryNvram } from '../../../../support/memory-nvram'
import { VirtualClock } from '../../../../support/virtual-world'

const SIZE_BYTES = 24 * 1024
const BLOCKS = 4

it('takes what ends while records are carried on as a reason to look again, and not to begin in the middle', () => {
  const ring = new RingLog(new MemoryNvram(SIZE_BYTES), { offset: 0, sizeBytes: SIZE_BYTES })
  ring.reset({ stamp: NO_STAMP })
  const live = new LiveLog(ring, new VirtualClock())
  const status = new CacheStatus()
  status.mode = 'alone'
  const pinned = new Set<LiveRecord>()
  const logged: LiveRecord[] = []
  // Beside the pinned one, all records are done as soon as they are committed, as those are whose volume takes no more.
  const committed = (records: readonly LiveRecord[]): void => {
    for (const record of records) {
      if (!logged.includes(record)) logged.push(record)
      if (pinned.has(record) || !record.isOpen) continue
      live.close(record)
      intake.trim()
    }
  }
  const ends: (() => void)[] = []
  const group = new GroupCommit({ turn: { atEnd: (run) => ends.push(run), next: () => undefined }, log: ring, committed })
  const intake: LogIntake = new LogIntake({
    status,
    ports: { place: () => undefined } as never,
    live,
    group,
    maxBlocks: BLOCKS,
    mirror: { trimmed: () => undefined } as unknown as Mirror,
    room: { isPinned: (record) => pinned.has(record), isDirty: () => true, relieve: () => undefined, hasFailed: true },
  })
  const write = (blockCount: number): void => {
    const data = [new Uint8Array(blockCount * BLOCK_BYTES)]
    const firstBlock = live.records().length === 0 ? 0 : BLOCKS
    const io = { volumeId: 1, volumeEpoch: 1, firstBlock, blockCount, data, forceUnitAccess: false, trace: undefined }
    intake.write(io, () => undefined)
  }
  // It is short, so there is room to carry it on when there is none for the next write.
  write(1)
  for (const record of live.records()) {
    record.state = 'dirty'
    pinned.add(record)
  }
  for (const end of ends.splice(0)) end()
  for (let count = 0; count < 3; count++) write(BLOCKS)
  for (const end of ends.splice(0)) end()
  // All in one turn: they are committed when the first one that finds no room has the pinned one carried on.
  for (let count = 0; count < 20; count++) write(BLOCKS)
  for (const end of ends.splice(0)) end()
  expect(logged).toHaveLength(24)
  expect(live.records()[0]).toBe([...pinned][0])
})
