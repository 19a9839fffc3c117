import { expect, it } from 'vitest'
import { Prng } from '../../../src-main/base/prng'
import { Incarnation } from '../../../src-main/simulator/incarnation'
import { VirtualClock } from '../../../src-main/simulator/virtual-clock'
import { VirtualNvram } from '../../../src-main/simulator/virtual-nvram'

// Its turn may be open for more events, and at its end it would acknowledge what the write was to make safe.
it('a controller that dies in a write of its NVRAM never comes to the end of its turn', () => {
  let died = 0
  for (let seed = 0; seed < 100; seed++) {
    const clock = new VirtualClock()
    const incarnation = new Incarnation('a', 1, { clock, random: new Prng(seed) })
    const nvram = new VirtualNvram(65_536).port(incarnation)
    let isWritten = false
    let isAcknowledged = false
    incarnation.dieInNextWrite(() => {
      died++
      incarnation.die()
    })
    incarnation.deliver(() => {
      incarnation.turn.atEnd(() => (isAcknowledged = isWritten))
      isWritten = true
      nvram.write(0, [new Uint8Array(8192)])
    })
    while (clock.stepUntil(10));
    expect(isAcknowledged, `seed ${seed}`).toBe(false)
  }
  expect(died).toBe(100)
})
