import { describe, expect, it } from 'vitest'
import type { ControllerReport } from '../../../src-main/contract/snapshot'
import { CounterBook } from '../../../src-main/snapshot/counter-book'

function report(count: number): Pick<ControllerReport, 'counters' | 'drives'> {
  return {
    counters: {
      reads: count,
      writes: 2 * count,
      readBytes: 0,
      writtenBytes: 0,
      forwarded: count,
      forwardedIn: 0,
      serviceReceived: count,
      serviceServed: 0,
      refusedWrites: 0,
    },
    drives: [{ index: 0, state: 'online', reads: count, writes: 3 * count }],
  }
}

describe('the counter book', () => {
  it('goes on where the incarnation before ended', () => {
    const book = new CounterBook()
    book.note('a', 1, report(10))
    book.note('a', 1, report(40))
    book.note('b', 1, report(5))
    expect(book.ofController('a')).toMatchObject({ reads: 40, writes: 80 })
    expect(book.ofDrive(0)).toEqual({ reads: 45, writes: 135 })
    book.note('a', 2, undefined)
    expect(book.ofController('a').reads).toBe(40)
    book.note('a', 2, report(1))
    book.note('a', 3, report(2))
    expect(book.ofController('a')).toMatchObject({ reads: 43, forwarded: 43, serviceReceived: 43 })
    expect(book.ofDrive(0)).toEqual({ reads: 48, writes: 144 })
    expect(book.ofDrive(1)).toEqual({ reads: 0, writes: 0 })
  })
})
