import { expect, it } from 'vitest'
import { LIMITS } from '../../../../../src-main/contract/limits'
import { EventLog } from '../../../../../src-main/core/controller/peer/event-log'
import { VirtualClock } from '../../../../support/virtual-world'

it('gives the newest entries in the order in which they came, numbered and with their time', () => {
  const clock = new VirtualClock()
  const log = new EventLog(clock)
  for (const text of ['one', 'two', 'three']) {
    clock.run(10)
    log.add('warning', text)
  }
  expect(log.newest(2)).toEqual([
    { number: 2, timeMs: 20, severity: 'warning', text: 'two' },
    { number: 3, timeMs: 30, severity: 'warning', text: 'three' },
  ])
  expect(log.newest(100).map(({ text }) => text)).toEqual(['one', 'two', 'three'])
})

it('keeps as many as its limit says, and lets the oldest go', () => {
  const log = new EventLog(new VirtualClock())
  for (let count = 0; count < LIMITS.eventLogEntries; count++) log.add('information', 'some')
  expect(log.newest(Infinity)[0]?.number).toBe(1)
  log.add('information', 'one more')
  const kept = log.newest(Infinity)
  expect(kept).toHaveLength(LIMITS.eventLogEntries)
  expect([kept[0]?.number, kept.at(-1)?.number]).toEqual([2, LIMITS.eventLogEntries + 1])
})
