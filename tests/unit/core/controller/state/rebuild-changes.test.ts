import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import type { ArrayState, Operation } from '../../../../../src-main/contract/array-state'
import { withFailedMembers } from '../../../../../src-main/core/controller/state/array-changes'
import { operationOf } from '../../../../../src-main/core/controller/state/operation-changes'
import {
  rebuildClaimOf,
  withoutRebuild,
  withRebuildBegun,
  withRebuilt,
} from '../../../../../src-main/core/controller/state/rebuild-changes'
import { SERVICE_SLOT } from '../../../../../src-main/core/controller/state/state-drives'
import { layoutOf } from '../../../../../src-main/core/raid/geometry'
import { firstArrayState } from '../../../../support/fake-lab-data'

const DRIVE = 3
const ERROR = { code: 'not-possible-now', message: 'Another drive fails, too.' } as const
/** With four drives the RAID-5 and the RAID-1 group share the last two: the drive is out of both. */
const whole = firstArrayState(4)
const out = withFailedMembers(
  whole,
  whole.configuration.groups
    .filter(({ sections }) => sections.some(({ drive }) => drive === DRIVE))
    .map(({ id }) => ({ groupId: id, drive: DRIVE })),
)
const groups = whole.configuration.groups.filter(({ id }) => out.failedMembers?.some(({ groupId }) => groupId === id))
const begun = withRebuildBegun(out, { drive: DRIVE, operation: 'mend', server: 'a' })

function mend(state: ArrayState): Operation {
  return present(operationOf(state, 'mend'), 'the operation')
}

/** The next stripes of the part at this place in the list of all that the drive lacks. */
function withNextStripes(state: ArrayState, { place, share }: { readonly place: number; readonly share: number }): ArrayState {
  const parts = (state.failedMembers ?? []).flatMap(({ groupId, rebuild }) => (rebuild?.parts ?? []).map((part) => ({ groupId, part })))
  const chosen = parts[place % parts.length]
  if (chosen === undefined) return state
  const { groupId, part } = chosen
  const stripeCount = Math.ceil((part.endStripe - part.fromStripe) * share)
  return withRebuilt(state, { groupId, drive: DRIVE }, { endStripe: part.endStripe, fromStripe: part.fromStripe + stripeCount })
}

describe('a rebuild of a drive that belongs to several groups', () => {
  it('has to do with the stripes of all of them, and with their drive', () => {
    const stripeCount = groups.reduce((sum, group) => sum + layoutOf(group).stripeCount, 0)
    expect(groups.length).toBeGreaterThan(1)
    expect(mend(begun)).toMatchObject({ name: 'rebuild-drive', drive: DRIVE, state: 'running', progress: { done: 0, total: stripeCount } })
  })

  it('takes in those that have not missed it yet, since it may be another drive', () => {
    const [one] = out.failedMembers ?? []
    const noticed = { ...out, failedMembers: [present(one, 'a failed member')] }
    const rebuilt = withRebuildBegun(noticed, { drive: DRIVE, operation: 'mend', server: 'a' })
    expect(rebuilt.failedMembers?.map(({ groupId }) => groupId)).toEqual(groups.map(({ id }) => id))
    expect(rebuilt.failedMembers?.every(({ rebuild }) => rebuild?.operation === 'mend')).toBe(true)
    expect(mend(rebuilt).progress).toEqual(mend(begun).progress)
  })

  it('is over with the last stripe of its last part', () => {
    let state = begun
    for (const { groupId, rebuild } of begun.failedMembers ?? []) {
      for (const { endStripe } of rebuild?.parts ?? []) {
        expect(mend(state).state).toBe('running')
        state = withRebuilt(state, { groupId, drive: DRIVE }, { endStripe, fromStripe: endStripe })
      }
    }
    expect(state.failedMembers).toEqual([])
    expect(mend(state)).toMatchObject({ state: 'done', progress: { done: mend(begun).progress?.total } })
  })

  it('never goes back nor changes what it has to do, in whatever order its parts are done', () => {
    const steps = fc.array(fc.record({ place: fc.nat(20), share: fc.double({ min: 0.05, max: 1, noNaN: true }) }), {
      minLength: 400,
      maxLength: 400,
    })
    fc.assert(
      fc.property(steps, (drawn) => {
        let state = begun
        const { total } = present(mend(state).progress, 'progress')
        for (const step of drawn) {
          const next = withNextStripes(state, step)
          const progress = present(mend(next).progress, 'progress')
          expect(progress.total).toBe(total)
          if (next !== state) expect(progress.done).toBeGreaterThan(present(mend(state).progress, 'progress').done)
          expect(mend(next).state).toBe(progress.done === total ? 'done' : 'running')
          state = next
        }
        expect(mend(state)).toMatchObject({ state: 'done', progress: { done: total, total } })
        expect(state.failedMembers).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  it('that one group has ended stays failed when the others are done', () => {
    const first = groups[0]?.id
    const half = withNextStripes(begun, { place: 0, share: 1 })
    const ended = withoutRebuild(half, { groupId: present(first, 'a group'), drive: DRIVE }, ERROR)
    expect(mend(ended)).toMatchObject({ state: 'failed', error: ERROR, progress: mend(half).progress })
    let state = ended
    while (state.failedMembers?.some(({ rebuild }) => rebuild !== undefined) === true)
      state = withNextStripes(state, { place: 0, share: 1 })
    expect(mend(state)).toMatchObject({ state: 'failed', error: ERROR, progress: { total: mend(begun).progress?.total } })
    expect(state.failedMembers?.map(({ groupId }) => groupId)).toEqual([first])
  })
})

it('a part of a volume is rebuilt under the claim of its owner, and the rest under that of the service owner', () => {
  const ownership = [{ volumeId: 0, owner: 'b' as const, epoch: 7 }]
  const state: ArrayState = { ...begun, serviceOwner: 'a', serviceEpoch: 5, ownership }
  const part = (slot: number) => ({ slot, fromStripe: 0, endStripe: 1 })
  expect(rebuildClaimOf(state, part(0))).toMatchObject({ owner: 'b', epoch: 7 })
  expect(rebuildClaimOf(state, part(SERVICE_SLOT))).toEqual({ owner: 'a', epoch: 5 })
  // Of a volume that was deleted meanwhile.
  expect(rebuildClaimOf(state, part(1))).toEqual({ owner: 'a', epoch: 5 })
})
