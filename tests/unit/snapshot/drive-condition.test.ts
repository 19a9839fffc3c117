import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { ArrayState } from '../../../src-main/contract/array-state'
import { withFailedMembers } from '../../../src-main/core/controller/state/array-changes'
import { withoutRebuild, withRebuildBegun, withRebuilt } from '../../../src-main/core/controller/state/rebuild-changes'
import { driveCondition } from '../../../src-main/snapshot/drive-condition'
import { firstArrayState } from '../../support/fake-lab-data'

const DRIVE = 3
const OTHER = 2
const whole = firstArrayState(4)
/** With four drives the RAID-5 and the RAID-1 group share the last two: the drive is out of both. */
const out = withFailedMembers(
  whole,
  whole.configuration.groups.map(({ id }) => ({ groupId: id, drive: DRIVE })),
)
const begun = withRebuildBegun(out, { drive: DRIVE, operation: 'first', server: 'a' })

function groupsOf(state: ArrayState): readonly number[] {
  return state.failedMembers?.map(({ groupId }) => groupId) ?? []
}

/** The whole of what a group lacks is brought to the drive. */
function withGroupRebuilt(state: ArrayState, groupId: number): ArrayState {
  const parts = present(state.failedMembers?.find((member) => member.groupId === groupId)?.rebuild, 'a rebuild').parts
  return parts.reduce(
    (changed, { endStripe }) => withRebuilt(changed, { groupId, drive: DRIVE }, { endStripe, fromStripe: endStripe }),
    state,
  )
}

describe('how a drive stands', () => {
  it('is as it answers, where no group goes on without it', () => {
    expect(driveCondition(DRIVE, undefined, false)).toEqual({ state: 'online' })
    expect(driveCondition(DRIVE, whole, true)).toEqual({ state: 'failed' })
    expect(driveCondition(OTHER, out, false)).toEqual({ state: 'online' })
  })

  it('stays failed when it answers again, and says since when', () => {
    expect(driveCondition(DRIVE, out, false)).toEqual({ state: 'failed', outAfterGeneration: 7 })
  })

  it('never goes back while it is rebuilt, also when one of its groups is done', () => {
    let state = begun
    let before = -1
    const totals = new Set<number>()
    expect(groupsOf(begun).length).toBeGreaterThan(1)
    while (groupsOf(state).length > 0) {
      const { rebuild, state: condition } = driveCondition(DRIVE, state, false)
      if (rebuild?.state !== 'running') throw new Error('it is not being rebuilt')
      expect(condition).toBe('rebuilding')
      expect(rebuild.done).toBeGreaterThan(before)
      before = rebuild.done
      totals.add(rebuild.total)
      state = withGroupRebuilt(state, present(groupsOf(state)[0], 'a group'))
    }
    expect(totals.size).toBe(1)
    expect(driveCondition(DRIVE, state, false)).toEqual({ state: 'online' })
  })

  it('is failed at once when it stops to answer', () => {
    expect(driveCondition(DRIVE, begun, true)).toMatchObject({ state: 'failed', rebuild: { state: 'running' } })
  })

  it('says why its rebuild ended, until there is another one', () => {
    const ended = groupsOf(begun).reduce(
      (state, groupId) => withoutRebuild(state, { groupId, drive: DRIVE }, { code: 'not-possible-now', message: 'It did not answer.' }),
      begun,
    )
    expect(driveCondition(DRIVE, ended, false)).toEqual({
      state: 'failed',
      outAfterGeneration: 7,
      rebuild: { operation: 'first', state: 'failed', message: 'It did not answer.' },
    })
    const again = withRebuildBegun(ended, { drive: DRIVE, operation: 'second', server: 'b' })
    expect(driveCondition(DRIVE, again, false)).toMatchObject({
      state: 'rebuilding',
      rebuild: { operation: 'second', state: 'running', done: 0 },
    })
    const failedAnew = withFailedMembers(groupsOf(again).reduce(withGroupRebuilt, again), [
      { groupId: present(groupsOf(again)[0], 'a group'), drive: DRIVE },
    ])
    expect(driveCondition(DRIVE, failedAnew, false)).toEqual({ state: 'failed', outAfterGeneration: 7 })
  })

  it('does not say why the rebuild of another drive ended', () => {
    const ended = groupsOf(begun).reduce(
      (state, groupId) => withoutRebuild(state, { groupId, drive: DRIVE }, { code: 'not-possible-now', message: 'It did not answer.' }),
      begun,
    )
    const both = { ...ended, failedMembers: [...(ended.failedMembers ?? []), { groupId: 0, drive: OTHER, afterGeneration: 9 }] }
    expect(driveCondition(OTHER, both, false)).toEqual({ state: 'failed', outAfterGeneration: 9 })
  })
})
