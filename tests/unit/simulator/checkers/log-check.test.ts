import { expect, it } from 'vitest'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { LogCheck } from '../../../../src-main/simulator/checkers/log-check'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'

const EMPTY = {
  bytes: 0,
  capacityBytes: 1000,
  records: 0,
  dirtyVolumes: [],
  volumesShortOfRoom: [],
  mirror: 'in-step',
  policy: 'write-through',
} as const

it('accepts a full log, and finds one that is more than full, once', () => {
  const violations = new Violations(new VirtualClock())
  const check = new LogCheck(violations)
  check.sample('a', { ...EMPTY, bytes: 1000, records: 2 })
  expect(violations.found).toEqual([])
  for (let time = 0; time < 2; time++) check.sample('b', { ...EMPTY, bytes: 1001, records: 2 })
  expect(violations.found).toEqual([
    expect.objectContaining({ checker: 'nvram-bounded', place: 'controller-b', sentence: expect.stringContaining('1001 bytes') }),
  ])
  expect(check.fullest).toBeCloseTo(1.001)
})

it('finds a log that does not get empty', () => {
  const violations = new Violations(new VirtualClock())
  const check = new LogCheck(violations)
  check.finish('a', EMPTY)
  expect(violations.found).toEqual([])
  check.finish('a', { ...EMPTY, records: 1, dirtyVolumes: [0] })
  expect(violations.found).toHaveLength(1)
})
