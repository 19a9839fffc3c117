import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import type { TurnPort } from '../../../../../src-main/core/ports'
import { GroupCommit } from '../../../../../src-main/core/nvram/log/group-commit'
import { LiveLog } from '../../../../../src-main/core/nvram/log/live-log'
import type { LiveRecord } from '../../../../../src-main/core/nvram/log/live-record'
import { NO_STAMP } from '../../../../../src-main/core/nvram/log/ring-log'
import { NvramSlot } from '../../../../../src-main/core/nvram/log/slot'
import { MemoryNvram } from '../../../../support/memory-nvram'
import { VirtualClock } from '../../../../support/virtual-world'

/** A log whose turns end when the test says so. */
class Bench {
  readonly writes: number[] = []
  readonly committed: number[][] = []
  readonly #ends: (() => void)[] = []
  readonly #live: LiveLog
  readonly group: GroupCommit
  onCommitted: () => void = () => undefined

  constructor() {
    const nvram = new MemoryNvram(65_536)
    const write = nvram.write.bind(nvram)
    nvram.write = (offset, chunks) => {
      this.writes.push(chunks.length)
      write(offset, chunks)
    }
    const { log } = new NvramSlot(nvram, 'a')
    log.reset({ stamp: NO_STAMP })
    this.writes.length = 0
    const turn: TurnPort = { atEnd: (run) => void this.#ends.push(run), next: (run) => run() }
    this.#live = new LiveLog(log, new VirtualClock())
    this.group = new GroupCommit({
      turn,
      log,
      committed: (records) => {
        this.committed.push(records.map(({ sequence }) => sequence))
        this.onCommitted()
      },
    })
  }

  log(): LiveRecord {
    const io = {
      volumeId: 0,
      volumeEpoch: 1,
      firstBlock: 0,
      blockCount: 1,
      data: [new Uint8Array(BLOCK_BYTES)],
      forceUnitAccess: false,
      trace: undefined,
    }
    const record = this.#live.append(io, 0, () => undefined)
    this.group.add(record)
    return record
  }

  endTurn(): void {
    for (const run of this.#ends.splice(0)) run()
  }
}

describe('group commit', () => {
  it('writes all records of a turn at once, and tells of them then', () => {
    const bench = new Bench()
    for (let write = 0; write < 16; write++) bench.log()
    expect([bench.writes, bench.committed]).toEqual([[], []])
    bench.endTurn()
    expect(bench.writes).toEqual([16])
    expect(bench.committed).toEqual([Array.from({ length: 16 }, (_, index) => index + 1)])
  })

  it('begins again with the next turn', () => {
    const bench = new Bench()
    bench.log()
    bench.endTurn()
    bench.log()
    bench.endTurn()
    bench.endTurn()
    expect(bench.committed).toEqual([[1], [2]])
  })

  it('leaves nothing when it is told not to wait, also of what is logged on the way', () => {
    const bench = new Bench()
    let left = 2
    bench.onCommitted = () => {
      if (left-- > 0) bench.log()
    }
    bench.log()
    bench.group.commit()
    expect(bench.committed).toEqual([[1], [2], [3]])
    bench.endTurn()
    expect(bench.committed).toEqual([[1], [2], [3]])
  })

  it('gives back what a stopped controller will not acknowledge', () => {
    const bench = new Bench()
    const record = bench.log()
    expect(bench.group.takeAll()).toEqual([record])
    bench.endTurn()
    expect(bench.committed).toEqual([])
  })
})
