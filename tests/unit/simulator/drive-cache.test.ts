import { describe, expect, it } from 'vitest'
import { Prng } from '../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../src-main/base/units'
import { DriveCache } from '../../../src-main/simulator/drive-cache'
import { DriveMedium } from '../../../src-main/simulator/drive-medium'

const BLOCK = 70
const SEEDS = Array.from({ length: 60 }, (_, index) => index + 1)

function drive() {
  const medium = new DriveMedium(0, 4096)
  const cache = (medium.cache = new DriveCache())
  const write = (value: number): void => medium.write(BLOCK, new Uint8Array(BLOCK_BYTES).fill(value))
  const read = (): number => {
    const bytes = new Uint8Array(BLOCK_BYTES)
    medium.read(BLOCK, bytes)
    return bytes[BLOCK_BYTES - 1] ?? -1
  }
  return { medium, cache, write, read }
}

/** What a sector may hold after a loss of power, over many seeds. */
function foundAfter(act: (on: ReturnType<typeof drive>) => void): readonly number[] {
  const found = SEEDS.map((seed) => {
    const on = drive()
    act(on)
    on.medium.losePower(new Prng(seed))
    return on.read()
  })
  return [...new Set(found)].sort((a, b) => a - b)
}

describe('a volatile drive cache', () => {
  it('loses what was not flushed, or not', () => {
    expect(foundAfter(({ write }) => write(1))).toEqual([0, 1])
  })

  it('keeps what a flush covers, and may lose what came after it began', () => {
    expect(
      foundAfter(({ cache, write }) => {
        write(1)
        const flushed = cache.flushBegins()
        write(2)
        flushed()
        write(3)
      }),
    ).toEqual([1, 3])
  })

  it('keeps nothing for a flush that did not end', () => {
    expect(
      foundAfter(({ cache, write }) => {
        write(1)
        cache.flushBegins()
        write(2)
      }),
    ).toEqual([0, 1, 2])
  })

  it('says which sectors hold something older', () => {
    const { medium, write } = drive()
    const lost = SEEDS.map((seed) => {
      write(1)
      return medium.losePower(new Prng(seed))
    }).find((blocks) => blocks.length > 0)
    expect(lost).toEqual([BLOCK])
  })
})
