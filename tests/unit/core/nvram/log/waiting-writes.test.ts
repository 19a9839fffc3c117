import { expect, it } from 'vitest'
import type { CacheOutcome } from '../../../../../src-main/core/nvram/log/live-record'
import { WaitingWrites } from '../../../../../src-main/core/nvram/log/waiting-writes'

const GOOD: CacheOutcome<undefined> = { ok: true, value: undefined }
const BAD: CacheOutcome<undefined> = { ok: false, fault: 'hardware-error' }
/** So long that it is logged in three pieces. */
const BLOCKS = 1100

it.each([
  ['all its pieces are good', [GOOD, GOOD, GOOD], GOOD],
  ['its first piece failed', [BAD, GOOD, GOOD], BAD],
  ['its last piece failed', [GOOD, GOOD, BAD], BAD],
])('a long write ends once, with the last of its pieces, when %s', (_, outcomes, expected) => {
  const pieces: { blocks: number; done: (outcome: CacheOutcome<undefined>) => void }[] = []
  const waiting = new WaitingWrites({
    maxBlocks: 10_000,
    hasRoom: () => true,
    append: ({ io, done }) => pieces.push({ blocks: io.blockCount, done }),
    makeRoom: () => undefined,
  })
  const told: CacheOutcome<undefined>[] = []
  const data = [new Uint8Array(BLOCKS * 512)]
  waiting.push(
    { volumeId: 0, volumeEpoch: 3, firstBlock: 7, blockCount: BLOCKS, data, forceUnitAccess: false, trace: undefined },
    (outcome) => told.push(outcome),
  )
  expect(pieces.map(({ blocks }) => blocks)).toEqual([512, 512, 76])
  outcomes.forEach((outcome, index) => {
    expect(told).toEqual([])
    pieces[index]?.done(outcome)
  })
  expect(told).toEqual([expected])
})
