/**
 * Writes by `qemu-img bench` to a RAID-5 volume whose log is mirrored: through the owner and through the other controller,
 * beside tgt with its usual cached backing file, and beside the null target. Absolute figures move; the ratios say something.
 */
import { beforeAll, expect, it } from 'vitest'
import { noteRatio } from './figures'
import { writesBy } from './outside-loads'
import { measureInTurn } from './rounds'
import { startTargets, type Targets } from './targets'

let targets: Targets
beforeAll(async () => {
  targets = await startTargets()
  return () => targets.stop()
})

it.each([
  { what: '4 KiB scattered writes, depth 32', shape: { kib: 4, depth: 32, scattered: true }, goal: 1.5 },
  { what: '4 KiB sequential writes, depth 32', shape: { kib: 4, depth: 32 }, goal: 1.5 },
  { what: '4 KiB sequential writes, depth 1', shape: { kib: 4, depth: 1 }, goal: 0.9 },
  { what: '256 KiB sequential writes, depth 32', shape: { kib: 256, depth: 32 }, goal: 1.2 },
])('$what', async ({ what, shape, goal }) => {
  const {
    owner,
    other,
    tgt,
    null: floor,
  } = await measureInTurn({ what, targets, load: writesBy(shape), ways: ['owner', 'tgt', 'null', 'other'] })
  const ours = owner.perSecond
  noteRatio(`${what}, by the owner`, { ours, beside: tgt.perSecond, of: 'tgt', goal })
  noteRatio(`${what}, by the owner`, { ours, beside: floor.perSecond, of: 'floor' })
  noteRatio(`${what}, by the other controller`, { ours: other.perSecond, beside: ours, of: 'owner' })
  expect(ours).toBeGreaterThan(0)
})
