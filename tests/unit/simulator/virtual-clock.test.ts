import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../src-main/simulator/virtual-clock'

describe('the virtual clock', () => {
  it('runs events by time, and those of one time in the order in which they were made', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (delays) => {
        const clock = new VirtualClock()
        const ran: { readonly delay: number; readonly index: number }[] = []
        delays.forEach((delay, index) =>
          clock.after(delay, () => {
            expect(clock.nowMs()).toBe(delay)
            ran.push({ delay, index })
          }),
        )
        while (clock.step());
        expect(ran).toEqual(delays.map((delay, index) => ({ delay, index })).sort((a, b) => a.delay - b.delay || a.index - b.index))
      }),
    )
  })

  it('forgets what is cancelled, and stands where it was told to run to', () => {
    const clock = new VirtualClock()
    let ran = 0
    clock.after(5, () => ran++).cancel()
    clock.after(6, () => ran++)
    clock.runUntil(10)
    expect([ran, clock.nowMs()]).toEqual([1, 10])
  })
})
