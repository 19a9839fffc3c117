import { describe, expect, it } from 'vitest'
import { VolatileRegister } from '../../../../src-main/simulator/checkers/volatile-register'

function bench() {
  const register = new VolatileRegister(0)
  let moment = 0
  const write = (value: number): void => {
    register.writeBegins(value, ++moment)
    register.writeEnds(value, ++moment)
  }
  const flush = (): void => register.flushed(++moment)
  const losePower = (): void => register.powerLost(++moment)
  /** Whether this may be read now. */
  const mayRead = (value: number): boolean => register.read(value, ++moment, ++moment) && register.conflictOf(value) === undefined
  return { register, write, flush, losePower, mayRead, next: () => ++moment }
}

describe('a register whose drives may lose what nobody flushed', () => {
  it('keeps what a flush covers', () => {
    const { write, flush, losePower, mayRead } = bench()
    write(1)
    write(2)
    flush()
    losePower()
    expect(mayRead(2)).toBe(true)
    expect(mayRead(1)).toBe(false)
  })

  it('may lose each write since the flush, and nothing else', () => {
    for (const [value, isAllowed] of [
      [0, false],
      [1, false],
      [2, true],
      [3, true],
      [4, true],
    ] as const) {
      const { write, flush, losePower, mayRead } = bench()
      write(1)
      write(2)
      flush()
      write(3)
      write(4)
      losePower()
      expect([value, mayRead(value)]).toEqual([value, isAllowed])
    }
  })

  it('loses nothing without a loss of power', () => {
    const { write, mayRead } = bench()
    write(1)
    write(2)
    expect(mayRead(1)).toBe(false)
  })

  it('keeps a write that had to reach the drives, and does not take an earlier flush for one of it', () => {
    const { register, write, losePower, mayRead, next } = bench()
    write(1)
    const flushAt = next()
    write(2)
    register.forced(2)
    register.flushed(flushAt)
    losePower()
    expect(mayRead(2)).toBe(true)
    expect(mayRead(1)).toBe(false)
  })

  it('keeps either of two that overlapped where one of them was forced', () => {
    const { register, losePower, mayRead, next } = bench()
    register.writeBegins(1, next())
    register.writeBegins(2, next())
    register.writeEnds(1, next())
    register.writeEnds(2, next())
    register.forced(2)
    register.flushed(next())
    losePower()
    expect(mayRead(1)).toBe(true)
    expect(mayRead(2)).toBe(true)
    expect(mayRead(0)).toBe(false)
  })

  it('takes a write that was under way for one that may come, and an answer that comes late for no promise', () => {
    const { register, write, flush, losePower, mayRead, next } = bench()
    write(1)
    flush()
    register.writeBegins(2, next())
    losePower()
    register.writeEnds(2, next())
    expect(mayRead(1)).toBe(true)
    losePower()
    expect(mayRead(2)).toBe(true)
  })

  it('holds what is written after the loss as before', () => {
    const { write, losePower, mayRead } = bench()
    write(1)
    losePower()
    expect(mayRead(0)).toBe(true)
    expect(mayRead(1)).toBe(true)
    write(2)
    expect(mayRead(1)).toBe(false)
  })
})
