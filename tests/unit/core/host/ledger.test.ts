import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../../src-main/base/units'
import { LIMITS } from '../../../../src-main/contract/limits'
import { Ledger, type VolumeLedger } from '../../../../src-main/core/host/ledger'
import { loadLedger, saveLedger } from '../../../../src-main/core/host/ledger-file'
import { readStamp, writeStamps } from '../../../../src-main/core/host/stamp'

const NAME = '6abc'

function volume(): VolumeLedger {
  return new Ledger(0x1234_5678_9abc).volume(NAME)
}

function read(ledger: VolumeLedger, firstBlock: number, data: Uint8Array) {
  return ledger.endRead(ledger.beginRead(firstBlock, data.length / BLOCK_BYTES), data)
}

describe('a stamp', () => {
  it('tells where a block belongs and which write it came from', () => {
    const data = new Uint8Array(2 * BLOCK_BYTES)
    writeStamps(data, { ledgerId: 0xffff_ffff_ffff, volumeTag: 0xdead_beef }, 0x12_3456_789a, 0x1_0000_0001)
    expect(readStamp(data.subarray(BLOCK_BYTES))).toEqual({
      kind: 'stamp',
      ledgerId: 0xffff_ffff_ffff,
      volumeTag: 0xdead_beef,
      block: 0x12_3456_789b,
      sequence: 0x1_0000_0001,
    })
  })

  it('is torn by any changed bit', () => {
    const data = new Uint8Array(BLOCK_BYTES)
    writeStamps(data, { ledgerId: 1, volumeTag: 2 }, 3, 4)
    fc.assert(
      fc.property(fc.integer({ min: 4, max: BLOCK_BYTES - 1 }), fc.integer({ min: 0, max: 7 }), (byte, bit) => {
        const changed = data.slice()
        changed[byte] = (changed[byte] ?? 0) ^ (1 << bit)
        expect(readStamp(changed).kind).toBe('torn')
      }),
    )
  })

  it('is torn where two writes of the same block meet', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: BLOCK_BYTES / 4 - 1 }), fc.integer({ min: 1, max: 1e9 }), (word, sequence) => {
        const [older, newer] = [new Uint8Array(BLOCK_BYTES), new Uint8Array(BLOCK_BYTES)]
        writeStamps(older, { ledgerId: 1, volumeTag: 2 }, 3, sequence)
        writeStamps(newer, { ledgerId: 1, volumeTag: 2 }, 3, sequence + 1)
        newer.set(older.subarray(word * 4), word * 4)
        expect(readStamp(newer).kind).toBe('torn')
      }),
    )
  })

  it('is not there in other contents', () => {
    expect(readStamp(new Uint8Array(BLOCK_BYTES)).kind).toBe('zeros')
    expect(readStamp(new Uint8Array(BLOCK_BYTES).fill(7)).kind).toBe('none')
  })
})

describe('the ledger', () => {
  it('takes what it was never told as given', () => {
    expect(read(volume(), 0, new Uint8Array(4 * BLOCK_BYTES).fill(9))).toEqual({ verified: 0, lost: [] })
  })

  it('wants the last acknowledged write', () => {
    const ledger = volume()
    const first = ledger.beginWrite(10, 2)
    ledger.endWrite(first, 'acknowledged')
    expect(read(ledger, 10, first.data)).toEqual({ verified: 2, lost: [] })
    const second = ledger.beginWrite(10, 2)
    ledger.endWrite(second, 'acknowledged')
    expect(read(ledger, 10, second.data)).toEqual({ verified: 2, lost: [] })
    expect(read(ledger, 10, first.data).lost).toEqual([
      { block: 10, reason: 'stale' },
      { block: 11, reason: 'stale' },
    ])
    expect(ledger.knownBlocks).toBe(0)
  })

  it('takes old and new contents while a write is under way, block by block', () => {
    const ledger = volume()
    const first = ledger.beginWrite(0, 2)
    ledger.endWrite(first, 'acknowledged')
    const second = ledger.beginWrite(0, 2)
    const mixed = first.data.slice()
    mixed.set(second.data.subarray(BLOCK_BYTES), BLOCK_BYTES)
    expect(read(ledger, 0, mixed)).toEqual({ verified: 2, lost: [] })
    ledger.endWrite(second, 'acknowledged')
    expect(read(ledger, 0, mixed).lost).toEqual([{ block: 0, reason: 'stale' }])
  })

  it('takes what was acknowledged when the read was sent, though more was since', () => {
    const ledger = volume()
    const first = ledger.beginWrite(0, 1)
    ledger.endWrite(first, 'acknowledged')
    const ticket = ledger.beginRead(0, 1)
    const second = ledger.beginWrite(0, 1)
    ledger.endWrite(second, 'acknowledged')
    expect(ledger.endRead(ticket, first.data)).toEqual({ verified: 1, lost: [] })
    expect(ledger.endRead(ticket, second.data)).toEqual({ verified: 1, lost: [] })
  })

  it('counts a lost block once, whoever reads it at the same time', () => {
    const ledger = volume()
    ledger.endWrite(ledger.beginWrite(0, 2), 'acknowledged')
    const tickets = [ledger.beginRead(0, 2), ledger.beginRead(0, 1), ledger.beginRead(0, 1)]
    const found = tickets.map((ticket) => ledger.endRead(ticket, new Uint8Array(ticket.floors.length * BLOCK_BYTES)))
    expect(found.map(({ lost }) => lost.length)).toEqual([2, 0, 0])
    expect(ledger.knownBlocks).toBe(0)
  })

  it('takes either outcome of a write that nobody answered, but not first one and then the other', () => {
    const ledger = volume()
    const first = ledger.beginWrite(0, 1)
    ledger.endWrite(first, 'acknowledged')
    const second = ledger.beginWrite(0, 1)
    ledger.endWrite(second, 'unknown')
    expect(read(ledger, 0, first.data).lost).toEqual([])
    expect(read(ledger, 0, second.data)).toEqual({ verified: 1, lost: [] })
    expect(read(ledger, 0, first.data).lost).toEqual([{ block: 0, reason: 'stale' }])
  })

  it('does not take an unknown write that comes after a later one was acknowledged', () => {
    const ledger = volume()
    const unknown = ledger.beginWrite(0, 1)
    ledger.endWrite(unknown, 'unknown')
    const later = ledger.beginWrite(0, 1)
    ledger.endWrite(later, 'acknowledged')
    expect(read(ledger, 0, unknown.data).lost).toEqual([{ block: 0, reason: 'stale' }])
  })

  it('takes a write of the last run that was not saved, but not once a later one was acknowledged', () => {
    const lastRun = new Ledger(1)
    const saved = { ledgerId: 1, nextSequence: 10, uncertain: [{ from: 1, to: 10 }] }
    const old = lastRun.volume(NAME).beginWrite(0, 2)
    const ledger = new Ledger(2)
    ledger.restore(saved)
    const here = ledger.volume(NAME)
    here.endWrite(here.beginWrite(0, 1), 'acknowledged')
    expect(read(here, 0, old.data).lost).toEqual([{ block: 0, reason: 'stale' }])
  })

  it('names what it finds instead', () => {
    const ledger = new Ledger(1)
    const here = ledger.volume('here')
    const other = ledger.volume('there').beginWrite(0, 1)
    const foreign = new Ledger(2).volume('here').beginWrite(0, 1)
    const found = (data: Uint8Array): unknown => {
      here.endWrite(here.beginWrite(0, 1), 'acknowledged')
      return read(here, 0, data).lost[0]?.reason
    }
    const neighbour = here.beginWrite(1, 1)
    expect(found(other.data)).toBe('misplaced')
    expect(found(neighbour.data)).toBe('misplaced')
    expect(found(foreign.data)).toBe('foreign')
    expect(found(new Uint8Array(BLOCK_BYTES))).toBe('zeros')
    expect(found(new Uint8Array(BLOCK_BYTES).fill(1))).toBe('foreign')
    const future = new Uint8Array(BLOCK_BYTES)
    writeStamps(future, here.origin, 0, 1e6)
    expect(found(future)).toBe('unexpected')
  })

  it('forgets volumes that are not there, the oldest first, and none that is', () => {
    const ledger = new Ledger(1)
    const names = Array.from({ length: LIMITS.volumes + 2 }, (_, index) => `volume ${index}`)
    for (const name of names) ledger.volume(name)
    ledger.trim(new Set(names.filter((_, index) => index !== 1 && index !== 3 && index !== 5)))
    expect([...ledger.volumes.keys()]).toEqual(names.filter((_, index) => index !== 1 && index !== 3))
  })

  it('has one write under way for each block', () => {
    const ledger = volume()
    ledger.beginWrite(8, 8)
    expect(ledger.hasWriteUnderWay(0, 8)).toBe(false)
    expect(ledger.hasWriteUnderWay(0, 9)).toBe(true)
    expect(() => ledger.beginWrite(15, 1)).toThrow(/under way/)
  })

  it('gives known blocks in runs', () => {
    const ledger = volume()
    for (const [first, count] of [
      [5, 3],
      [1023, 2],
      [900_000, 1],
    ] as const) {
      ledger.endWrite(ledger.beginWrite(first, count), 'acknowledged')
    }
    expect(ledger.nextKnownRange(0, 2)).toEqual({ firstBlock: 5, blockCount: 2 })
    expect(ledger.nextKnownRange(7, 2)).toEqual({ firstBlock: 7, blockCount: 1 })
    expect(ledger.nextKnownRange(8, 64)).toEqual({ firstBlock: 1023, blockCount: 2 })
    expect(ledger.nextKnownRange(1025, 64)).toEqual({ firstBlock: 900_000, blockCount: 1 })
    expect(ledger.nextKnownRange(900_001, 64)).toBeUndefined()
    ledger.truncate(6)
    expect(ledger.knownBlocks).toBe(1)
  })
})

/** A disk that keeps its promises: whatever happens, its contents are never called lost. One that breaks them once is found out. */
describe('against a model disk', () => {
  const step = fc.record({
    block: fc.integer({ min: 0, max: 7 }),
    action: fc.constantFrom('write', 'write-unknown-done', 'write-unknown-dropped', 'read', 'save'),
  })

  function play(
    steps: readonly { readonly block: number; readonly action: string }[],
    disk: (Uint8Array | undefined)[],
    start: Ledger,
  ): { readonly ledger: Ledger; readonly lost: number } {
    let ledger = start
    let lost = 0
    for (const { block, action } of steps) {
      const part = ledger.volume(NAME)
      if (action === 'read') {
        lost += read(part, block, disk[block] ?? new Uint8Array(BLOCK_BYTES)).lost.length
      } else if (action === 'save') {
        const loaded = new Ledger(5)
        expect(loadLedger(loaded, saveLedger(ledger)).ok).toBe(true)
        ledger = loaded
      } else {
        const ticket = part.beginWrite(block, 1)
        if (action !== 'write-unknown-dropped') disk[block] = ticket.data
        part.endWrite(ticket, action === 'write' ? 'acknowledged' : 'unknown')
      }
    }
    return { ledger, lost }
  }

  it('never accuses an honest one, also over restarts', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const disk: (Uint8Array | undefined)[] = []
        expect(play(steps, disk, new Ledger(1)).lost).toBe(0)
      }),
    )
  })

  it('finds every block that went back', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.array(step, { maxLength: 10 }),
        fc.integer({ min: 0, max: 7 }),
        (before, _after, block) => {
          const disk: (Uint8Array | undefined)[] = []
          const { ledger } = play([...before, { block, action: 'write' }], disk, new Ledger(1))
          const older = disk[block]
          play([{ block, action: 'write' }], disk, ledger)
          disk[block] = older
          expect(play([{ block, action: 'read' }], disk, ledger).lost).toBe(1)
        },
      ),
    )
  })
})

describe('a saved ledger', () => {
  it('comes back as it was, with writes under way as unknown ones', () => {
    const ledger = new Ledger(77)
    const part = ledger.volume(NAME)
    const done = part.beginWrite(3, 2)
    part.endWrite(done, 'acknowledged')
    const unknown = part.beginWrite(3, 1)
    part.endWrite(unknown, 'unknown')
    const open = part.beginWrite(4, 1)
    const loaded = new Ledger(1)
    expect(loadLedger(loaded, saveLedger(ledger))).toEqual({ ok: true, value: null })
    const again = loaded.volume(NAME)
    expect(loaded.ledgerId).toBe(77)
    expect(again.knownBlocks).toBe(2)
    expect(loaded.nextSequence).toBeGreaterThan(ledger.nextSequence)
    expect(read(again, 3, done.data.subarray(0, BLOCK_BYTES)).lost).toEqual([])
    expect(read(again, 3, unknown.data).lost).toEqual([])
    expect(read(again, 4, open.data).lost).toEqual([])
    expect(read(again, 4, done.data.subarray(BLOCK_BYTES)).lost).toEqual([{ block: 4, reason: 'stale' }])
  })

  it('takes writes that the last run made after it was saved', () => {
    const ledger = new Ledger(77)
    const part = ledger.volume(NAME)
    const first = part.beginWrite(0, 1)
    part.endWrite(first, 'acknowledged')
    const saved = saveLedger(ledger)
    const later = part.beginWrite(0, 1)
    part.endWrite(later, 'acknowledged')
    const loaded = new Ledger(1)
    loadLedger(loaded, saved)
    const again = loaded.volume(NAME)
    expect(read(again, 0, later.data)).toEqual({ verified: 1, lost: [] })
    expect(read(again, 0, first.data).lost).toEqual([{ block: 0, reason: 'stale' }])
  })

  it('is refused when it is damaged, and leaves the ledger as it was', () => {
    const ledger = new Ledger(77)
    const part = ledger.volume(NAME)
    part.endWrite(part.beginWrite(0, 3), 'acknowledged')
    const saved = saveLedger(ledger)
    fc.assert(
      fc.property(fc.integer({ min: 0, max: saved.length - 1 }), fc.integer({ min: 1, max: 255 }), (offset, change) => {
        const damaged = saved.slice()
        damaged[offset] = (damaged[offset] ?? 0) ^ change
        const loaded = new Ledger(1)
        expect(loadLedger(loaded, damaged).ok).toBe(false)
        expect(loaded.knownBlocks).toBe(0)
      }),
    )
    expect(loadLedger(new Ledger(1), saved.subarray(0, saved.length - 4)).ok).toBe(false)
    expect(loadLedger(new Ledger(1), new Uint8Array(0)).ok).toBe(false)
  })
})
