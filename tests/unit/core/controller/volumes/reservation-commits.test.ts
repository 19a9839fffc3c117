import { beforeEach, expect, it } from 'vitest'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import type { UnitReservations } from '../../../../../src-main/contract/reservations'
import type { CommitDone, StateChange } from '../../../../../src-main/core/controller/state/state-change'
import { ReservationCommits } from '../../../../../src-main/core/controller/volumes/reservation-commits'
import { firstArrayState } from '../../../../support/fake-lab-data'

const KEY = '00000000000000a1'
const NEXUS = { initiatorPort: 'iqn.2026-11.test:x,i,0x000000000001', portalGroup: 1 } as const

let state: ArrayState

beforeEach(() => {
  state = firstArrayState(4)
})

/** The first incarnation of A. `attempts`: how often a change is made before it is known to be committed. */
function firstIncarnation(attempts = 1): ReservationCommits {
  const commitOrOverwrite = (change: StateChange, _: unknown, done: CommitDone): void => {
    let outcome = change(state)
    for (let attempt = 0; attempt < attempts && outcome.ok; attempt++) {
      if (attempt > 0) outcome = change(state)
      if (outcome.ok) state = outcome.value
    }
    done(outcome)
  }
  return new ReservationCommits({ self: 'a', incarnation: 1, committer: { commitOrOverwrite } })
}

function registerAt(commits: ReservationCommits, runs: string[]): void {
  const volume = state.configuration.volumes[0]!
  const change = (unit: UnitReservations): { readonly unit: UnitReservations; readonly news: [] } => {
    runs.push(`of ${unit.registrations.length}`)
    return { unit: { ...unit, generation: unit.generation + 1, registrations: [{ ...NEXUS, key: KEY }] }, news: [] }
  }
  commits.commit(volume, change, (outcome) => runs.push(outcome.ok ? 'good' : outcome.fault))
}

it('makes a change again after a restart of the lab, in which incarnations begin anew', () => {
  const runs: string[] = []
  registerAt(firstIncarnation(), runs)
  state = { ...state, reservations: [] }
  registerAt(firstIncarnation(), runs)
  expect(runs).toEqual(['of 0', 'good', 'of 0', 'good'])
  expect(state.reservations?.[0]?.registrations).toHaveLength(1)
})

it('makes no change twice that is found in the state at a second attempt', () => {
  const runs: string[] = []
  registerAt(firstIncarnation(), runs)
  state = { ...state, reservations: [] }
  registerAt(firstIncarnation(3), runs)
  expect(runs).toEqual(['of 0', 'good', 'of 0', 'good'])
  expect(state.reservations?.[0]?.generation).toBe(1)
})
