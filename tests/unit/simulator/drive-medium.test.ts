import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { Prng } from '../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../src-main/base/units'
import type { DrivePort, DriveStatus } from '../../../src-main/core/ports'
import { SUPERBLOCK_AREA_BLOCKS } from '../../../src-main/core/raid/superblock-area'
import { Incarnation } from '../../../src-main/simulator/incarnation'
import { virtualDrive } from '../../../src-main/simulator/virtual-drive'
import { World } from '../../../src-main/simulator/world'

const AT = SUPERBLOCK_AREA_BLOCKS
const CLAIM = { slot: 0, epoch: 1 }

function bench() {
  const world = new World({ seed: 1 })
  const medium = present(world.media[0], 'drive 0')
  const random = new Prng(1)
  const latency = { minMs: 0.1, maxMs: 0.2, flushMs: 1 }
  const watcher = { issued: () => undefined, landed: () => undefined, ended: () => undefined }
  const incarnation = new Incarnation('a', 1, { clock: world.clock, random })
  const open = (): DrivePort => virtualDrive({ medium, incarnation, clock: world.clock, random, claims: world.claims, latency, watcher })
  const ended = (begin: (done: (status: DriveStatus) => void) => void): DriveStatus | undefined => {
    let status: DriveStatus | undefined
    begin((found) => (status = found))
    world.run(5)
    return status
  }
  const write = (drive: DrivePort, firstBlock: number, value: number): DriveStatus | undefined =>
    ended((done) => drive.write({ firstBlock, from: [new Uint8Array(BLOCK_BYTES).fill(value)], claim: CLAIM }, done))
  const read = (drive: DrivePort, firstBlock: number): number | DriveStatus | undefined => {
    const into = new Uint8Array(BLOCK_BYTES)
    const status = ended((done) => drive.read({ firstBlock, into }, done))
    return status === 'good' ? into[0] : status
  }
  const flush = (drive: DrivePort): DriveStatus | undefined => ended((done) => drive.flush({}, done))
  return { medium, open, write, read, flush, ended }
}

describe('the file of a virtual drive', () => {
  it('that was cut gives what is before the cut, and never grows again', () => {
    const { medium, open, write, read } = bench()
    const drive = open()
    write(drive, AT, 1)
    medium.cut(AT + 64)
    expect(read(drive, AT)).toBe(1)
    expect(read(drive, AT + 64)).toBe('failed')
    expect(write(drive, AT, 2)).toBe('failed')
    expect(write(open(), AT, 2)).toBe('failed')
    expect(medium.isOut).toBe(true)
  })

  it('that was swapped is still used until somebody opens the other one', () => {
    const { medium, open, write, read } = bench()
    const before = open()
    write(before, AT, 1)
    medium.swap(new Map())
    expect([medium.isBroken, medium.isOut]).toEqual([true, false])
    expect(write(before, AT + 1, 2)).toBe('good')
    expect([read(before, AT), read(before, AT + 1)]).toEqual([1, 2])
    const after = open()
    expect(read(after, AT)).toBe(0)
    expect([medium.isBroken, medium.isOut]).toEqual([true, true])
    before.reopenForRebuild()
    expect(read(before, AT + 1)).toBe(0)
    expect(medium.isBroken).toBe(false)
  })

  it('that was open when an access was issued is the one that it goes to', () => {
    const { medium, open, write, read, ended } = bench()
    const drive = open()
    write(drive, AT, 1)
    medium.swap(new Map())
    const into = new Uint8Array(BLOCK_BYTES)
    const [status, written] = [
      ended((done) => {
        drive.read({ firstBlock: AT, into }, done)
        drive.reopenForRebuild()
      }),
      ended((done) => {
        drive.write({ firstBlock: AT, from: [new Uint8Array(BLOCK_BYTES).fill(2)], claim: CLAIM }, done)
        medium.swap(new Map())
        drive.reopenForRebuild()
      }),
    ]
    expect([status, into[0]]).toEqual(['good', 1])
    expect([written, read(drive, AT)]).toEqual(['good', 0])
  })

  it('that cannot be flushed is used no more, until it is opened again', () => {
    const { medium, open, write, flush } = bench()
    const drive = open()
    medium.flushesFail = true
    expect(write(drive, AT, 1)).toBe('good')
    expect([flush(drive), write(drive, AT, 1)]).toEqual(['failed', 'failed'])
    medium.flushesFail = false
    drive.reopen()
    expect([write(drive, AT, 1), flush(drive)]).toEqual(['good', 'good'])
  })

  it('takes a write to another place once, and says nothing', () => {
    const { medium, open, write, read } = bench()
    const drive = open()
    write(drive, AT, 1)
    medium.misdirect(AT, AT + 9, () => true)
    expect(write(drive, AT, 2)).toBe('good')
    expect([read(drive, AT), read(drive, AT + 9)]).toEqual([1, 2])
    write(drive, AT, 3)
    expect(read(drive, AT)).toBe(3)
  })

  it('that is cut is out at once, and is known to be by whoever opens it after that', () => {
    const { medium } = bench()
    medium.open()
    medium.cut(AT)
    expect([medium.isOut, medium.isKnownOut('a')]).toEqual([true, false])
    medium.open()
    expect([medium.isOut, medium.isKnownOut('a')]).toEqual([true, true])
    medium.replace()
    expect([medium.isOut, medium.isKnownOut('a')]).toEqual([false, false])
    medium.cut(AT)
    expect(medium.isKnownOut('a')).toBe(false)
  })
})

describe('a virtual drive that fails', () => {
  it('is known to be out by the controller that reads it or flushes it, until it answers again', () => {
    const { medium, open, write, read, flush } = bench()
    const drive = open()
    const known = (): boolean[] => [medium.isKnownOut('a'), medium.isKnownOut('b')]
    for (const access of [() => read(drive, AT), () => flush(drive)]) {
      medium.isFailed = true
      expect(write(drive, AT, 1)).toBe('failed')
      expect([medium.isOut, ...known()]).toEqual([true, false, false])
      expect(access()).toBe('failed')
      medium.isFailed = true
      expect(known()).toEqual([true, false])
      medium.isFailed = false
      expect([medium.isOut, ...known()]).toEqual([false, false, false])
    }
  })
})
