import { beforeEach, expect, it } from 'vitest'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { DEFAULT_TIMINGS } from '../../../../../src-main/core/controller/peer/timings'
import { OwnershipByLoad, type OwnershipByLoadParts } from '../../../../../src-main/core/controller/volumes/ownership-by-load'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../../support/fake-lab-data'

const { windowMs, windows, minOperations } = DEFAULT_TIMINGS.load
const ENOUGH = minOperations * 2

let clock: VirtualClock
let arrivals: { here: number; there: number }
let moves: number

beforeEach(() => {
  clock = new VirtualClock()
  arrivals = { here: 0, there: 0 }
  moves = 0
  const state: ArrayState = { ...firstArrayState(4), ownershipByLoad: true }
  const volume = {
    name: 'alpha',
    ownership: { owner: 'a' },
    isMoving: false,
    takeArrivals: () => {
      const taken = arrivals
      arrivals = { here: 0, there: 0 }
      return taken
    },
  }
  const byLoad = new OwnershipByLoad({
    self: 'a',
    clock,
    store: { state },
    volumes: { volume: (id: number) => (id === 0 ? volume : undefined) },
    mover: { vetoOf: () => undefined, move: () => moves++ },
    trace: { record: () => 1 },
    log: { add: () => undefined },
    timings: DEFAULT_TIMINGS,
    standing: { bothServe: true },
  } as unknown as OwnershipByLoadParts)
  byLoad.installed(state)
})

/** One window with this much I/O here and at the peer. */
function window(here: number, there: number): number {
  arrivals = { here, there }
  clock.runUntil(clock.nowMs() + windowMs)
  return moves
}

it('a volume moves when most of its I/O arrives at the peer in several windows, one after the other', () => {
  for (let count = 1; count < windows; count++) expect(window(0, ENOUGH)).toBe(0)
  expect(window(0, ENOUGH)).toBe(1)
})

it.each([
  ['most of it arrives here', ENOUGH, 0],
  ['it has little', 0, minOperations - 1],
])('windows count anew after one in which %s', (_, here, there) => {
  for (let count = 1; count < windows; count++) window(0, ENOUGH)
  expect(window(here, there)).toBe(0)
  for (let count = 1; count < windows; count++) expect(window(0, ENOUGH)).toBe(0)
  expect(window(0, ENOUGH)).toBe(1)
})
