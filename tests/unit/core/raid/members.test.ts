import { expect, it } from 'vitest'
import type { RebuiltDrive } from '../../../../src-main/core/raid/members'
import { Members } from '../../../../src-main/core/raid/members'
import { World } from './world'

const DRIVE = 1
const END_STRIPE = 10

/** As the state says: everything from this stripe on is missing, under that claim. */
function rebuildFrom(fromStripe: number, epoch = 3): readonly RebuiltDrive[] {
  return [{ drive: DRIVE, missing: [{ slot: 0, epoch, fromStripe, endStripe: END_STRIPE }] }]
}

function stripesOut(members: Members, chunkBlocks: number): number[] {
  return [...Array(END_STRIPE).keys()].filter((stripe) => members.isOut(DRIVE, stripe * chunkBlocks))
}

it('a drive that is rebuilt lacks the stripes that were not rebuilt yet, whatever checkpoints say', () => {
  const world = new World('raid5')
  const { layout } = world.io
  const members = new Members(layout, world.drives, { failedDrives: [DRIVE], suspect: undefined })
  members.recordFailed([DRIVE], rebuildFrom(0))
  for (const stripe of [0, 1, 2]) members.noteRebuilt(DRIVE, stripe)
  expect(stripesOut(members, layout.chunkBlocks)).toEqual([3, 4, 5, 6, 7, 8, 9])
  // A checkpoint of an earlier moment, then a later one.
  members.recordFailed([DRIVE], rebuildFrom(2))
  expect(stripesOut(members, layout.chunkBlocks)).toEqual([3, 4, 5, 6, 7, 8, 9])
  members.recordFailed([DRIVE], rebuildFrom(6))
  expect(stripesOut(members, layout.chunkBlocks)).toEqual([6, 7, 8, 9])
  // Another owner goes on where the state says.
  members.recordFailed([DRIVE], rebuildFrom(4, 4))
  expect(stripesOut(members, layout.chunkBlocks)).toEqual([4, 5, 6, 7, 8, 9])
})

it('a drive is not dropped while another one is rebuilt, since nothing else has its data', () => {
  const world = new World('raid5')
  const suspected: number[] = []
  const members = new Members(world.io.layout, world.drives, { failedDrives: [DRIVE], suspect: (drive) => suspected.push(drive) })
  members.recordFailed([DRIVE], rebuildFrom(0))
  members.noteFailure(0, 'failed')
  expect([suspected, members.isGone(0), members.isSettled]).toEqual([[], false, true])
  members.recordFailed([], [])
  members.noteFailure(0, 'failed')
  expect([suspected, members.isGone(0), members.isSettled]).toEqual([[0], true, false])
})
