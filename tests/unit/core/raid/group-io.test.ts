import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Prng } from '../../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { RAID_LEVELS, type RaidGroup, type RaidLevel } from '../../../../src-main/contract/configuration'
import { createGroupIo, type GroupIo, type GroupOutcome } from '../../../../src-main/core/raid/group-io'
import { CompletionQueue, memoryDrives, type MemoryDrive } from '../../../support/memory-drive'

const CLAIM = { slot: 0, epoch: 1 }
const CHUNK_BLOCKS = 4

function groupOf(level: RaidLevel, memberCount: number): RaidGroup {
  const sections = Array.from({ length: memberCount }, (_, drive) => ({ drive, firstBlock: 8 + drive, blockCount: 50 + (drive % 3) }))
  return { id: 1, name: 'g', level, chunkBlocks: CHUNK_BLOCKS, sections }
}

interface World {
  readonly io: GroupIo
  readonly drives: readonly MemoryDrive[]
  readonly completions: CompletionQueue
}

function worldOf(level: RaidLevel, memberCount = 4): World {
  const completions = new CompletionQueue()
  const drives = memoryDrives({ count: memberCount, blockCount: 80, completions })
  return { io: createGroupIo({ group: groupOf(level, memberCount), drives }), drives, completions }
}

function pattern(stamp: number, blockCount: number): Uint8Array {
  const bytes = new Uint8Array(blockCount * BLOCK_BYTES)
  const random = new Prng(stamp)
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256)
  return bytes
}

function write({ io, completions }: World, firstBlock: number, data: Uint8Array): GroupOutcome<undefined> {
  let answer: GroupOutcome<undefined> | undefined
  io.write({ firstBlock, data: [data], claim: CLAIM }, (outcome) => (answer = outcome))
  completions.runAll()
  return answer!
}

function read({ io, completions }: World, firstBlock: number, blockCount: number): GroupOutcome<readonly Uint8Array[]> {
  let answer: GroupOutcome<readonly Uint8Array[]> | undefined
  io.read({ firstBlock, blockCount }, (outcome) => (answer = outcome))
  completions.runAll()
  return answer!
}

describe.each(RAID_LEVELS)('a %s group', (level) => {
  it('gives back what was written, in any pieces', () => {
    const world = worldOf(level)
    const { usableBlocks } = world.io.layout
    const whole = pattern(7, usableBlocks)
    expect(write(world, 0, whole)).toEqual({ ok: true, value: undefined })
    fc.assert(
      fc.property(fc.nat(usableBlocks - 1), fc.nat(usableBlocks), (firstBlock, length) => {
        const blockCount = Math.max(1, Math.min(length, usableBlocks - firstBlock))
        const outcome = read(world, firstBlock, blockCount)
        expect(outcome.ok && Buffer.concat(outcome.value).equals(whole.subarray(firstBlock * BLOCK_BYTES, (firstBlock + blockCount) * BLOCK_BYTES))).toBe(true)
      }),
    )
  })
})
