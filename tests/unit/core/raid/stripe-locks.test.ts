import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Prng } from '../../../../src-main/base/prng'
import { StripeLocks, type StripeLock } from '../../../../src-main/core/raid/stripe-locks'

interface Holder {
  readonly name: string
  lock?: StripeLock
}

function request(locks: StripeLocks, name: string, range: { firstStripe: number; lastStripe: number; exclusive: boolean }): Holder {
  const holder: Holder = { name }
  locks.acquire(range, (lock) => (holder.lock = lock))
  return holder
}

describe('stripe locks', () => {
  it('are shared by readers and kept by one writer', () => {
    const locks = new StripeLocks()
    const one = { firstStripe: 3, lastStripe: 3 }
    expect(locks.tryShared(3)).toBe(true)
    const reader = request(locks, 'reader', { ...one, exclusive: false })
    const writer = request(locks, 'writer', { ...one, exclusive: true })
    expect([reader.lock, writer.lock].map((lock) => lock !== undefined)).toEqual([true, false])
    locks.releaseShared(3)
    expect(writer.lock).toBeUndefined()
    locks.release(reader.lock!)
    expect(writer.lock).toBeDefined()
    expect(locks.tryShared(3)).toBe(false)
    expect(locks.tryShared(4)).toBe(true)
    locks.release(writer.lock!)
    expect(locks.tryShared(3)).toBe(true)
  })

  it('are fair: who comes while a writer waits, waits behind it', () => {
    const locks = new StripeLocks()
    const range = { firstStripe: 0, lastStripe: 1 }
    const first = request(locks, 'first', { ...range, exclusive: false })
    const writer = request(locks, 'writer', { ...range, exclusive: true })
    expect(locks.tryShared(0)).toBe(false)
    const late = [request(locks, 'late 1', { ...range, exclusive: false }), request(locks, 'late 2', { ...range, exclusive: false })]
    expect(late.every(({ lock }) => lock === undefined)).toBe(true)
    locks.release(first.lock!)
    expect(writer.lock).toBeDefined()
    expect(late.every(({ lock }) => lock === undefined)).toBe(true)
    locks.release(writer.lock!)
    expect(late.every(({ lock }) => lock !== undefined)).toBe(true)
  })

  it('cannot be released twice', () => {
    const locks = new StripeLocks()
    const holder = request(locks, 'x', { firstStripe: 0, lastStripe: 5, exclusive: true })
    locks.release(holder.lock!)
    expect(() => locks.release(holder.lock!)).toThrow('not held')
    expect(() => locks.releaseShared(0)).toThrow('by nobody')
  })

  it('take ranges longer than the table, and ranges that wrap around its end', () => {
    const locks = new StripeLocks()
    const long = request(locks, 'long', { firstStripe: 500, lastStripe: 9000, exclusive: true })
    const other = request(locks, 'other', { firstStripe: 1020, lastStripe: 1030, exclusive: true })
    expect(other.lock).toBeUndefined()
    locks.release(long.lock!)
    expect(other.lock).toBeDefined()
    expect([1019, 1020, 1024, 1030, 1031].map((stripe) => locks.tryShared(stripe))).toEqual([true, false, false, false, true])
  })

  it('let everybody in at last and never two that exclude each other, whatever the ranges', () => {
    const ranges = fc.array(fc.tuple(fc.integer({ min: 1000, max: 1060 }), fc.nat(40), fc.boolean()), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(ranges, fc.nat(), (wanted, seed) => {
        const locks = new StripeLocks()
        const random = new Prng(seed)
        const holding = new Map<StripeLock, { first: number; last: number; exclusive: boolean }>()
        let finished = 0
        const finishOne = (): void => {
          const lock = random.pick([...holding.keys()])
          holding.delete(lock)
          finished++
          locks.release(lock)
        }
        for (const [first, length, exclusive] of wanted) {
          const last = first + length
          locks.acquire({ firstStripe: first, lastStripe: last, exclusive }, (lock) => {
            for (const other of holding.values()) {
              const apart = other.last < first || other.first > last
              if (!apart && (exclusive || other.exclusive)) throw new Error('two holders exclude each other')
            }
            holding.set(lock, { first, last, exclusive })
          })
          while (holding.size > 0 && random.chance(0.4)) finishOne()
        }
        while (holding.size > 0) finishOne()
        expect(finished).toBe(wanted.length)
      }),
    )
  })
})
