import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { LIMITS } from '../../../../../src-main/contract/limits'
import {
  afterPowerLoss,
  assertFollows,
  nextEpoch,
  withCompleted,
  withDoubt,
  withOwner,
  withoutVolume,
  withVolume,
} from '../../../../../src-main/core/controller/state/array-changes'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'

const state: ArrayState = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))

describe('epochs', () => {
  it('grow, and no two controllers ever choose the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 }), (seenByA, seenByB) => {
        const a = nextEpoch(seenByA, 'a')
        const b = nextEpoch(seenByB, 'b')
        expect(a).toBeGreaterThan(seenByA)
        expect(a - seenByA).toBeLessThanOrEqual(2)
        expect(b).toBeGreaterThan(seenByB)
        expect(a).not.toBe(b)
      }),
    )
  })

  it('of a new owner are newer than the state and than the claim that the drives hold', () => {
    const moved = withOwner(state, { volumeId: 0, owner: 'b', claimEpoch: () => 10 })
    expect(moved.ownership).toEqual([{ volumeId: 0, owner: 'b', epoch: 11 }, state.ownership[1]])
  })

  it('of a new owner leave what has yet to be verified, and end what was held or moved before', () => {
    const torn = {
      volumeId: 0,
      owner: 'a' as const,
      epoch: 2,
      unverified: { from: 7, since: 2 },
      heldBy: 'a' as const,
      logEpoch: 1,
      movedBy: 'load' as const,
    }
    const moved = withOwner({ ...state, ownership: [torn] }, { volumeId: 0, owner: 'b', claimEpoch: () => 0 })
    expect(moved.ownership).toEqual([{ volumeId: 0, owner: 'b', epoch: 3, unverified: { from: 7, since: 2 } }])
  })
})

it('only what has copies or parity is in doubt: nothing would ever settle the rest, and such a volume could not be deleted', () => {
  const media = Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536))
  const small = firstState(media, { chunkBlocks: 8, stripes: 40, hasMoreVolumes: true })
  const { volumes, groups } = small.configuration
  const doubted = volumes.reduce((sum, { id }) => withDoubt(sum, id), small)
  const plain = volumes.filter(({ groupId }) => ['linear', 'raid0'].includes(groups.find(({ id }) => id === groupId)?.level ?? ''))
  expect(plain.length).toBeGreaterThan(0)
  expect(doubted.ownership.filter(({ unverified }) => unverified === undefined).map(({ volumeId }) => volumeId)).toEqual(
    plain.map(({ id }) => id),
  )
})

describe('a new volume', () => {
  const [alpha] = state.configuration.volumes

  it('has no epoch that one in its place had, also where the claim table has forgotten them', () => {
    if (alpha === undefined) throw new Error('no volume')
    const old = withOwner(state, { volumeId: 0, owner: 'b', claimEpoch: () => 20 })
    const deleted = { ...withoutVolume(old, 0), generation: state.generation + 1 }
    expect(deleted).toMatchObject({ epochFloor: 21, ownership: [{ volumeId: 1 }], configuration: { volumes: [{ id: 1 }] } })
    const again = { ...withVolume(deleted, { ...alpha, serial: 'another' }, 0), generation: state.generation + 2 }
    expect(again.ownership.at(-1)).toEqual({ volumeId: 0, owner: 'a', epoch: 22 })
    expect(() => assertFollows(again, deleted)).not.toThrow()
    const back = { ...again, ownership: again.ownership.map((one) => (one.volumeId === 0 ? { ...one, epoch: 20 } : one)) }
    expect(() => assertFollows(back, deleted)).toThrow('which one that was deleted may have had')
  })
})

describe('completed requests', () => {
  it('are bounded: the oldest go', () => {
    let next = state
    for (let i = 0; i < LIMITS.completedRequests + 3; i++) {
      next = withCompleted(next, { id: `r${i}`, name: 'rename-array', digest: 'd', servedBy: 'a', result: i })
    }
    expect(next.completedRequests).toHaveLength(LIMITS.completedRequests)
    expect(next.completedRequests[0]?.id).toBe('r3')
    expect(next.droppedResults).toBe(3)
  })
})

describe('a state that follows another', () => {
  const next = (change: Partial<ArrayState>): ArrayState => ({ ...state, generation: state.generation + 1, ...change })

  it('may move a volume in a new epoch', () => {
    expect(() =>
      assertFollows(next({ ownership: withOwner(state, { volumeId: 0, owner: 'b', claimEpoch: () => 0 }).ownership }), state),
    ).not.toThrow()
  })

  it.each<[string, ArrayState]>([
    ['has no older generation', { ...state }],
    ['has no older service epoch', next({ serviceEpoch: 0 })],
    ['has no other service owner in the same epoch', next({ serviceOwner: 'b' })],
    [
      'has no other owner of a volume in the same epoch',
      next({ ownership: state.ownership.map((one) => ({ ...one, owner: 'b' as const })) }),
    ],
    ['has no older epoch of a volume', next({ ownership: state.ownership.map((one) => ({ ...one, epoch: 0 })) })],
    ['has an owner for every volume', next({ ownership: state.ownership.slice(1) })],
    ['has one owner only for every volume', next({ ownership: [...state.ownership.slice(1), ...state.ownership.slice(1)] })],
  ])('%s', (_what, broken) => {
    expect(() => assertFollows(broken, state)).toThrow()
  })
})

describe('a power loss of the pair', () => {
  it('ends reservations, and the ids of changes of them, which come again with the incarnations', () => {
    expect(afterPowerLoss({ ...state, reservationChanges: { a: '1.1' } })).toEqual(state)
    const unit = { volumeId: 0, generation: 7, outlivesPowerLoss: false, registrations: [] }
    const left = afterPowerLoss({ ...state, reservations: [unit], reservationChanges: { a: '1.1', b: '2.3' } })
    expect(left).toEqual({ ...state, reservations: [] })
  })

  it('keeps reservations that are to outlive it, with their registrations, and counts changes of them anew', () => {
    const nexus = { initiatorPort: 'iqn.2026-11.test:x,i,0x000000000001', portalGroup: 1 } as const
    const registrations = [{ ...nexus, key: '00000000000000a1' }]
    const unit = { volumeId: 0, generation: 7, outlivesPowerLoss: true, registrations, reservation: { type: 1, holder: nexus } } as const
    const left = afterPowerLoss({ ...state, reservations: [{ ...unit, reservedBy: nexus }] })
    expect(left.reservations).toEqual([{ ...unit, generation: 0 }])
  })
})
