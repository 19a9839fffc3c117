/**
 * A controller that is alone dies in the middle of a stripe update, and nobody has its log: its NVRAM is lost, or the other
 * controller comes instead. The write-intent map on the drives says which stripes are in doubt. What only their parity could give
 * is refused, never made up.
 */
import { describe, expect, it } from 'vitest'
import { present } from '../../src-main/base/assert'
import { concatBytes } from '../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../src-main/base/units'
import { peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { layoutOf } from '../../src-main/core/raid/geometry'
import { SUPERBLOCK_AREA_BLOCKS } from '../../src-main/core/raid/superblock-area'
import type { World } from '../../src-main/simulator/world'
import { servingWorld, settle, tale } from '../support/simulation'

const SEEDS = Array.from({ length: 12 }, (_, index) => 2100 + index)
/** Of the RAID-5 group of volume 0, drives 0 to 3. */
const MEMBERS = 4

interface Torn {
  readonly world: World
  readonly last: ControllerId
  /** Of the stripe that was half updated, which is the first. */
  readonly blockCount: number
  readonly chunkBlocks: number
  readonly written: number
  readonly missing: number
}

/**
 * Fills two stripes of volume 0. Then one controller is alone, writes one block of the first stripe, and dies when a part of that
 * has landed. A drive that the write does not touch may fail at the same moment.
 */
function tear(seed: number, options: { readonly failsDrive: boolean; readonly losesNvram: boolean; readonly keepsWrites?: boolean }): Torn {
  const world = servingWorld({ seed })
  const { configuration } = present(world.controller('a')?.state, 'array state')
  const layout = layoutOf(present(configuration.groups[0], 'the RAID-5 group'))
  const { stripeBlocks, chunkBlocks } = layout
  for (let block = 0; block < 2 * stripeBlocks; block += chunkBlocks) expect(write(world, block, chunkBlocks)).toBe('good')
  const last: ControllerId = seed % 2 === 0 ? 'a' : 'b'
  if (options.keepsWrites === true) {
    expect(world.answerTo(last, { name: 'set-cache-policy', params: { policy: 'write-back-unmirrored' } })).toHaveProperty('result')
  }
  world.midplane.kill(peerOf(last))
  expect(world.runUntil(() => world.isServing(last) && world.network.listenerOf('a')?.controller === last)).toBe(true)
  // The log is on the drives, and the marks of the stripes are gone.
  world.run(4000)
  const written = (seed * 7) % stripeBlocks
  const member = layout.rule.memberOf(layout, written)
  const touched = [member, ...layout.rule.parityMembersOf(layout, 0)]
  const missing = present(
    Array.from({ length: MEMBERS }, (_, index) => index).filter((one) => !touched.includes(one))[seed % (MEMBERS - 2)],
    'a member',
  )
  let isOver = false
  const stopListening = world.writers.onLanding(({ drive, firstBlock }) => {
    if (drive >= MEMBERS || firstBlock < SUPERBLOCK_AREA_BLOCKS) return
    stopListening()
    if (options.failsDrive) present(world.media[missing], 'drive').isFailed = true
    world.clock.after(0, () => {
      world.midplane.kill(last)
      if (options.losesNvram) present(world.nvram[last], 'NVRAM').bytes.fill(0)
      isOver = true
    })
  })
  start(world, written, 1, 99)
  expect(
    world.runUntil(() => isOver, 5000),
    tale(world),
  ).toBe(true)
  world.run(20)
  return { world, last, blockCount: stripeBlocks, chunkBlocks, written, missing }
}

function serveWith(world: World, id: ControllerId): void {
  world.midplane.start(id)
  expect(
    world.runUntil(() => world.isServing(id) && world.network.listenerOf('a')?.controller === id, 20_000),
    tale(world),
  ).toBe(true)
}

function stampOf(block: number): number {
  return 1 + (block % 90)
}

function unitOf(world: World) {
  const life = present(world.serverOf('a'), 'the server of portal A')
  return { deliver: (run: () => void) => life.incarnation.deliver(run), unit: present(life.controller.directory.find(0), 'LUN 0') }
}

/** Returns the answer once it is there. `stamp` in the place of each block's own. */
function start(world: World, firstBlock: number, blockCount: number, stamp?: number): () => string | undefined {
  let answer: string | undefined
  const { deliver, unit } = unitOf(world)
  const blocks = Array.from({ length: blockCount }, (_, index) => new Uint8Array(BLOCK_BYTES).fill(stamp ?? stampOf(firstBlock + index)))
  deliver(() =>
    unit.write(
      { firstBlock, blockCount, data: [concatBytes(blocks)], forceUnitAccess: true, trace: undefined },
      (outcome) => (answer = outcome.ok ? 'good' : outcome.fault),
    ),
  )
  return () => answer
}

function write(world: World, firstBlock: number, blockCount: number, stamp?: number): string {
  const answer = start(world, firstBlock, blockCount, stamp)
  expect(
    world.runUntil(() => answer() !== undefined, 20_000),
    tale(world),
  ).toBe(true)
  return answer() ?? ''
}

function read(world: World, block: number): number | string {
  let answer: number | string | undefined
  const { deliver, unit } = unitOf(world)
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

/** Reads all blocks of both stripes, checks that nothing is made up, and returns the blocks that were refused. */
function refused({ world, blockCount, written }: Torn): number[] {
  const lost: number[] = []
  for (let block = 0; block < 2 * blockCount; block++) {
    const found = read(world, block)
    if (found === 'medium-error') lost.push(block)
    else expect(block === written ? [stampOf(block), 99] : [stampOf(block)], `block ${block} is ${found}`).toContain(found)
  }
  return lost
}

describe('nobody has the log of a half updated stripe', () => {
  it.each(SEEDS)('a drive is missing, and the NVRAM is lost: what is in doubt is refused, and a write heals it, seed %i', (seed) => {
    const torn = tear(seed, { failsDrive: true, losesNvram: true })
    const { world, last, blockCount, chunkBlocks } = torn
    serveWith(world, last)
    const lost = refused(torn)
    // Only what the missing drive had of this stripe.
    expect(lost).toHaveLength(chunkBlocks)
    expect(Math.max(...lost)).toBeLessThan(blockCount)
    expect(JSON.stringify(world.answerTo(last, { name: 'get-event-log' }))).toContain('so its log is lost')
    expect(world.trace.events.filter(({ kind }) => kind === 'volume.blocks-lost')).not.toEqual([])
    for (const block of lost) expect(write(world, block, 1)).toBe('good')
    world.midplane.kill(last)
    world.run(20)
    settle(world)
    expect(refused(torn)).toEqual([])
  })

  it.each(SEEDS)('all drives answer, the NVRAM is lost, and a drive fails later: nothing is made up, seed %i', (seed) => {
    const torn = tear(seed, { failsDrive: false, losesNvram: true })
    const { world, last, missing, chunkBlocks } = torn
    serveWith(world, last)
    world.run((seed % 4) * 10)
    present(world.media[missing], 'drive').isFailed = true
    const lost = refused(torn)
    expect(lost.length).toBeLessThanOrEqual(chunkBlocks)
    settle(world)
    expect(refused(torn)).toEqual(lost)
  })

  it.each(SEEDS)('the other controller comes, serves, and a drive fails: nothing is made up, seed %i', (seed) => {
    const torn = tear(seed, { failsDrive: false, losesNvram: false })
    const { world, last, missing, chunkBlocks } = torn
    serveWith(world, peerOf(last))
    world.run((seed % 4) * 10)
    present(world.media[missing], 'drive').isFailed = true
    const lost = refused(torn)
    expect(lost.length).toBeLessThanOrEqual(chunkBlocks)
    world.killApplication()
    world.start()
    settle(world)
    expect(refused(torn)).toEqual(lost)
  })

  it.each(SEEDS.slice(0, 6))('the missing drive is rebuilt at once: lost blocks stay lost, the rest is as it was, seed %i', (seed) => {
    const torn = tear(seed, { failsDrive: true, losesNvram: true })
    const { world, last, missing, chunkBlocks } = torn
    serveWith(world, last)
    present(world.media[missing], 'a medium').replace()
    expect(world.answerTo(last, { name: 'rebuild-drive', params: { drive: missing } })).toHaveProperty('result')
    const isOut = (): boolean => world.controller(last)?.state?.failedMembers?.some(({ drive }) => drive === missing) !== false
    expect(
      world.runUntil(() => !isOut(), 60_000),
      tale(world),
    ).toBe(true)
    expect(refused(torn)).toHaveLength(chunkBlocks)
    present(world.media[(missing + 1) % MEMBERS], 'a medium').isFailed = true
    expect(refused(torn)).toHaveLength(chunkBlocks)
  })

  it.each(SEEDS.slice(0, 6))('whoever held the volume has lost its NVRAM: it says so when it joins, and settles, seed %i', (seed) => {
    const torn = tear(seed, { failsDrive: false, losesNvram: true, keepsWrites: true })
    const { world, last } = torn
    const other = peerOf(last)
    serveWith(world, other)
    const standing = () => present(world.controller(other)?.state?.ownership[0], 'ownership')
    expect(standing()).toMatchObject({ owner: last, heldBy: last })
    settle(world)
    expect(
      world.runUntil(() => standing().heldBy === undefined && standing().unverified === undefined, 20_000),
      tale(world),
    ).toBe(true)
    expect(JSON.stringify(world.answerTo(last, { name: 'get-event-log' }))).toContain('so its log is lost')
    expect(world.trace.events.filter(({ kind }) => kind === 'volume.verified').map(({ data }) => data?.['volumeId'])).toContain(0)
    expect(refused(torn)).toEqual([])
    present(world.media[torn.missing], 'drive').isFailed = true
    expect(refused(torn)).toEqual([])
  })

  it.each(SEEDS)(
    'whoever held the volume has lost its NVRAM, and the other dies while it joins: it serves, and commits, seed %i',
    (seed) => {
      const { world, last } = tear(2100, { failsDrive: false, losesNvram: true, keepsWrites: true })
      serveWith(world, peerOf(last))
      world.midplane.start(last)
      expect(
        world.runUntil(() => world.controller(last)?.phase === 'joining' && world.controller(last)?.state !== undefined, 20_000),
        tale(world),
      ).toBe(true)
      world.run((seed - 2100) * 0.25)
      world.midplane.kill(peerOf(last))
      expect(
        world.runUntil(() => world.isServing(last) && world.network.listenerOf(peerOf(last))?.controller === last, 20_000),
        tale(world),
      ).toBe(true)
      world.run(1000)
      expect(world.answerTo(last, { name: 'rename-array', params: { name: 'array' } })).toHaveProperty('result')
      expect(write(world, 0, 1)).toBe('good')
    },
  )
})
