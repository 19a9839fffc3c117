/** A drive is missing and a sector of another one cannot be read: their row is lost, and nothing else. */
import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { concatBytes } from '../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../src-main/base/units'
import type { ControllerId } from '../../src-main/contract/controller-id'
import { layoutOf, placeOf } from '../../src-main/core/raid/geometry'
import type { World } from '../../src-main/simulator/world'
import { servingWorld, settle, tale } from '../support/simulation'

const REPLACED = 1
const UNREADABLE = 2
/** Of the members, in the first stripe of the volume. */
const ROW = 5

interface Lost {
  readonly world: World
  /** Of volume 0: in the lost row of the two drives, and beside them. */
  readonly lost: readonly number[]
  readonly kept: readonly number[]
}

/** Drive 1 is missing, and in one row of the RAID-5 group a sector of drive 2 is unreadable. All blocks have their number. */
function twiceHurt(seed: number): Lost {
  const world = servingWorld({ seed })
  const { configuration } = present(world.controller('a')?.state, 'array state')
  const layout = layoutOf(present(configuration.groups[0], 'the RAID-5 group'))
  const lost = [REPLACED, UNREADABLE].flatMap((member) => {
    const { role, groupBlock } = layout.rule.occupant(layout, member, ROW)
    return role === 'data' ? [groupBlock] : []
  })
  expect(lost.length).toBeGreaterThan(0)
  const kept = lost.map((block) => block + 1)
  for (const block of [...lost, ...kept]) expect(write(world, block, block)).toBe('good')
  present(world.media[REPLACED], 'a medium').isFailed = true
  present(world.media[UNREADABLE], 'a medium').latentErrors.add(placeOf(layout, UNREADABLE, ROW).block)
  // The cache has given the blocks up, and the failure is on record.
  world.midplane.kill('a')
  settle(world)
  expect(kept.map((block) => read(world, block))).toEqual(kept.map(stampOf))
  return { world, lost, kept }
}

function rebuild(world: World): void {
  present(world.media[REPLACED], 'a medium').replace()
  expect(world.answerTo('a', { name: 'rebuild-drive', params: { drive: REPLACED } })).toHaveProperty('result')
  const isOut = (): boolean => world.controller('a')?.state?.failedMembers?.some(({ drive }) => drive === REPLACED) !== false
  expect(
    world.runUntil(() => !isOut(), 60_000),
    tale(world),
  ).toBe(true)
}

function stampOf(block: number): number {
  return 1 + (block % 200)
}

function unitOf(world: World, portal: ControllerId) {
  const life = present(world.serverOf(portal), `the server of ${portal}`)
  return { deliver: (run: () => void) => life.incarnation.deliver(run), unit: present(life.controller.directory.find(0), 'LUN 0') }
}

function write(world: World, block: number, stamp: number, portal: ControllerId = 'a'): string {
  let answer: string | undefined
  const { deliver, unit } = unitOf(world, portal)
  const data = [new Uint8Array(BLOCK_BYTES).fill(stampOf(stamp))]
  deliver(() =>
    unit.write(
      { firstBlock: block, blockCount: 1, data, forceUnitAccess: true, trace: undefined },
      (outcome) => (answer = outcome.ok ? 'good' : outcome.fault),
    ),
  )
  expect(
    world.runUntil(() => answer !== undefined, 20_000),
    tale(world),
  ).toBe(true)
  return answer ?? ''
}

function read(world: World, block: number, portal: ControllerId = 'a'): number | string {
  let answer: number | string | undefined
  const { deliver, unit } = unitOf(world, portal)
  deliver(() =>
    unit.read(
      { firstBlock: block, blockCount: 1, trace: undefined },
      (outcome) => (answer = outcome.ok ? (concatBytes(outcome.value)[0] ?? -1) : outcome.fault),
    ),
  )
  expect(
    world.runUntil(() => answer !== undefined, 20_000),
    tale(world),
  ).toBe(true)
  return answer ?? ''
}

describe('an unreadable sector beside a missing drive', () => {
  it('costs its row in the rebuild, which says so, and nothing else; both controllers know, and a write heals it', () => {
    const { world, lost, kept } = twiceHurt(960)
    rebuild(world)
    const told = world.trace.events.filter(({ kind }) => kind === 'volume.blocks-lost').map(({ data }) => data)
    expect(told).toEqual(lost.toSorted((a, b) => a - b).map((firstBlock) => ({ volumeId: 0, firstBlock, blockCount: 1 })))
    expect(JSON.stringify(world.answerTo('a', { name: 'get-event-log' }))).toContain(`Block ${lost[0]} of volume \\"alpha\\" is lost`)
    for (const portal of ['a', 'b'] as const) {
      expect(lost.map((block) => read(world, block, portal))).toEqual(lost.map(() => 'medium-error'))
      expect(kept.map((block) => read(world, block, portal))).toEqual(kept.map(stampOf))
    }
    world.killApplication()
    world.start()
    settle(world)
    expect(lost.map((block) => read(world, block))).toEqual(lost.map(() => 'medium-error'))
    for (const block of lost) expect(write(world, block, block + 7)).toBe('good')
    // The row is redundant again.
    present(world.media[0], 'a medium').isFailed = true
    expect(lost.map((block) => read(world, block))).toEqual(lost.map((block) => stampOf(block + 7)))
    expect(kept.map((block) => read(world, block))).toEqual(kept.map(stampOf))
  })

  it('keeps no write waiting: what is written is there, and what neither drive has is not made up', () => {
    const { world, lost, kept } = twiceHurt(961)
    const [written = 0, ...others] = lost
    expect(write(world, written, written + 7)).toBe('good')
    expect(read(world, written)).toBe(stampOf(written + 7))
    expect(others.map((block) => read(world, block))).toEqual(others.map(() => 'medium-error'))
    rebuild(world)
    expect(read(world, written)).toBe(stampOf(written + 7))
    expect(others.map((block) => read(world, block))).toEqual(others.map(() => 'medium-error'))
    expect(kept.map((block) => read(world, block))).toEqual(kept.map(stampOf))
  })
})
