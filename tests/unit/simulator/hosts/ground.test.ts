import { expect, it } from 'vitest'
import { Prng } from '../../../../src-main/base/prng'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../src-main/simulator/first-state'
import { Ground, LEDGER_BLOCKS } from '../../../../src-main/simulator/hosts/ground'
import { drawRange } from '../../../../src-main/simulator/hosts/ranges'

const MEDIA = Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536))
const SMALL = { chunkBlocks: 8, stripes: 100, hasMoreVolumes: true }
const DRAWS = 4000

function groundOf(state: ArrayState, luns?: readonly number[]): Ground {
  return new Ground({ state, random: new Prng(1), hasLedgerHost: true, luns })
}

function withVolume(state: ArrayState, change: { readonly groupId: number; readonly serial: string; readonly lun?: number }): ArrayState {
  const { groupId, serial, lun } = change
  const { configuration, generation } = state
  const volume = { id: 9, serial, name: 'new', groupId, firstBlock: 768, blockCount: 40, preferredOwner: 'a' as const }
  const luns = lun === undefined ? configuration.luns : [...configuration.luns, { lun, volumeId: 9 }]
  const volumes = [...configuration.volumes.filter(({ id }) => id !== 9), volume]
  return { ...state, generation: generation + 1, configuration: { ...configuration, volumes, luns } }
}

it('hosts work on every volume with a LUN, on none before it has one, and on none after it', () => {
  const first = firstState(MEDIA)
  const ground = groundOf(first)
  const created = withVolume(first, { groupId: 0, serial: '0000000000000f01' })
  expect(ground.installed(created)).toEqual([])
  expect(ground.volumeOf(9)).toBeUndefined()
  const [added] = ground.installed(withVolume(created, { groupId: 0, serial: '0000000000000f01', lun: 8 }))
  expect(added).toMatchObject({ lun: 8, volumeId: 9, isCreated: true, blockCount: 40, firstBlock: 0 })
  expect(ground.spots.some(({ volume }) => volume === added)).toBe(true)
  // The other controller installs the same state a little later.
  expect(ground.installed(created)).toEqual([])
  ground.installed({ ...created, generation: 9 })
  expect(ground.isMapped(added!)).toBe(false)
  // What befalls it meanwhile befalls what hosts will read there once it has a LUN again.
  expect(ground.volumeOf(9)).toBe(added)
  expect(ground.spots.some(({ volume }) => volume === added)).toBe(false)
  // With another LUN it has the same content, and commands to the old one are over.
  const again = { ...withVolume(created, { groupId: 0, serial: '0000000000000f01', lun: 12 }), generation: 10 }
  const [moved] = ground.installed(again)
  expect(moved).toMatchObject({ lun: 12, contentId: added?.contentId })
  expect([added!, moved!].map((volume) => ground.isMapped(volume))).toEqual([false, true])
  // Another volume in its place is another content.
  const [next] = ground.installed({ ...withVolume(created, { groupId: 0, serial: '0000000000000f02', lun: 9 }), generation: 11 })
  expect(next?.contentId).not.toBe(added?.contentId)
  expect(ground.volumeOf(9)).toBe(next)
})

it('hosts leave created volumes without redundancy alone, unless the first ones have none either', () => {
  const serial = '0000000000000f01'
  const lab = firstState(MEDIA)
  expect(groundOf(lab).installed(withVolume(lab, { groupId: 2, serial, lun: 8 }))).toEqual([])
  const small = firstState(MEDIA, SMALL)
  expect(groundOf(small).installed(withVolume(small, { groupId: 2, serial, lun: 8 }))).toHaveLength(1)
  expect(new Set(groundOf(small).volumes.map(({ group }) => group.level))).toEqual(new Set(['raid5', 'raid1', 'raid0', 'linear']))
  expect(groundOf(small, [3]).volumes.map(({ lun }) => lun)).toEqual([3])
})

it('commands have every length and touch every border, and none leaves its volume', () => {
  const random = new Prng(3)
  const ground = groundOf(firstState(MEDIA, SMALL))
  const seen = { stripes: 0, ends: 0, pages: 0, longest: 0 }
  for (let draw = 0; draw < DRAWS; draw++) {
    if (draw % 100 === 0) ground.move()
    const spot = random.pick(ground.spots)
    const { blockCount: end, layout } = spot.volume
    const { firstBlock, blockCount } = drawRange(random, spot, { longShare: 0.5, longestBlocks: 200 })
    expect(firstBlock).toBeGreaterThanOrEqual(LEDGER_BLOCKS)
    expect(blockCount).toBeGreaterThan(0)
    expect(firstBlock + blockCount).toBeLessThanOrEqual(end)
    if (firstBlock % layout.stripeBlocks === 0 && blockCount % layout.stripeBlocks === 0) seen.stripes++
    if (firstBlock + blockCount === end) seen.ends++
    if (firstBlock % 8 === 0 && blockCount % 8 === 0) seen.pages++
    if (blockCount === 200) seen.longest++
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(DRAWS / 100)
})
