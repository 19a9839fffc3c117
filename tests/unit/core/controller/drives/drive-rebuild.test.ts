import { beforeEach, expect, it } from 'vitest'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { DriveRebuild } from '../../../../../src-main/core/controller/drives/drive-rebuild'
import { DEFAULT_TIMINGS } from '../../../../../src-main/core/controller/peer/timings'
import { ownershipOf } from '../../../../../src-main/core/controller/state/array-changes'
import type { GroupFault } from '../../../../../src-main/core/raid/group-io'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../../support/fake-lab-data'

const RETRY_MS = 200

let clock: VirtualClock
let told: string[]
let settled: ((fault: GroupFault | undefined) => void)[]
let rebuild: DriveRebuild

beforeEach(() => {
  clock = new VirtualClock()
  told = []
  settled = []
  const first = firstArrayState(4)
  const part = { slot: 0, fromStripe: 2, endStripe: 9 }
  const state: ArrayState = {
    ...first,
    failedMembers: [{ groupId: 0, drive: 1, afterGeneration: 1, rebuild: { operation: 'r', parts: [part] } }],
  }
  const { owner, epoch } = ownershipOf(state, 0)!
  const group = {
    rebuild: ({ firstStripe, stripeCount }: { firstStripe: number; stripeCount: number }) =>
      told.push(`rebuild ${firstStripe}+${stripeCount}`),
  }
  const intents = {
    beforeRebuild: (
      of: object,
      { firstStripe, stripeCount }: { firstStripe: number; stripeCount: number },
      done: (fault?: GroupFault) => void,
    ) => {
      expect(of).toBe(group)
      told.push(`settle ${firstStripe}+${stripeCount}`)
      settled.push(done)
    },
  }
  rebuild = new DriveRebuild({
    self: owner,
    clock,
    store: { state },
    standing: { isServing: true },
    timings: DEFAULT_TIMINGS,
    volumes: { volume: () => ({ claimedEpoch: epoch, isMoving: false, place: { io: { intents } } }), group: () => group },
  } as unknown as ConstructorParameters<typeof DriveRebuild>[0])
  rebuild.review()
  clock.runUntil(1)
})

it('settles what is in doubt in the stripes that it is about to rebuild, and only then reads them', () => {
  expect(told).toEqual(['settle 2+4'])
  settled[0]?.(undefined)
  expect(told).toEqual(['settle 2+4', 'rebuild 2+4'])
})

it('tries again later where that is not possible', () => {
  settled[0]?.('hardware-error')
  expect(told).toEqual(['settle 2+4'])
  clock.runUntil(RETRY_MS + 2)
  expect(told).toEqual(['settle 2+4', 'settle 2+4'])
})
