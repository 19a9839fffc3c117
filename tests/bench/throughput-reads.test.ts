/**
 * Reads by libiscsi's `iscsi-perf`, data in the page cache: through the owner and through the other controller, beside tgt
 * and beside the null target, which is the floor. Absolute figures move; the ratios say something.
 */
import { beforeAll, expect, it } from 'vitest'
import { noteRatio } from './figures'
import { readsBy } from './outside-loads'
import { measureInTurn } from './rounds'
import { startTargets, type Targets } from './targets'

let targets: Targets
beforeAll(async () => {
  targets = await startTargets()
  return () => targets.stop()
})

it.each([
  { what: '4 KiB random reads, depth 32', shape: { kib: 4, depth: 32, scattered: true }, goals: { tgt: 2.5, floor: 0.75, other: 0.6 } },
  { what: '4 KiB random reads, depth 1', shape: { kib: 4, depth: 1, scattered: true }, goals: {} },
  { what: '128 KiB reads, depth 32', shape: { kib: 128, depth: 32 }, goals: {} },
])('$what', async ({ what, shape, goals }) => {
  const {
    owner,
    other,
    tgt,
    null: floor,
  } = await measureInTurn({ what, targets, load: readsBy(shape), ways: ['owner', 'tgt', 'null', 'other'] })
  const ours = owner.perSecond
  noteRatio(`${what}, by the owner`, { ours, beside: tgt.perSecond, of: 'tgt', ...goalOf(goals.tgt) })
  noteRatio(`${what}, by the owner`, { ours, beside: floor.perSecond, of: 'floor', ...goalOf(goals.floor) })
  noteRatio(`${what}, by the other controller`, { ours: other.perSecond, beside: ours, of: 'owner', ...goalOf(goals.other) })
  expect(ours).toBeGreaterThan(0)
})

function goalOf(goal: number | undefined): { readonly goal?: number } {
  return goal === undefined ? {} : { goal }
}
