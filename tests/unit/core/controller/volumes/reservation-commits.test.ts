import { beforeEach, describe, expect, it } from 'vitest'
import { failure } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { LIMITS } from '../../../../../src-main/contract/limits'
import type { NexusName, UnitReservations } from '../../../../../src-main/contract/reservations'
import { encodeState, SUPERBLOCK_PAYLOAD_BYTES } from '../../../../../src-main/core/raid/superblock'
import { register } from '../../../../../src-main/core/scsi/reservations/register'
import type { CommitDone, StateChange } from '../../../../../src-main/core/controller/state/state-change'
import { ReservationCommits, type ChangeReservations } from '../../../../../src-main/core/controller/volumes/reservation-commits'
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

it('changes nothing of another volume that has got the number of a deleted one', () => {
  const before = state
  const { id } = state.configuration.volumes[0]!
  const outcomes: unknown[] = []
  const change = (unit: UnitReservations): ReturnType<ChangeReservations> => ({ unit, news: [] })
  firstIncarnation().commit({ id, serial: 'that of the deleted one' }, change, (outcome) => outcomes.push(outcome.ok))
  expect([outcomes, state]).toEqual([[false], before])
})

it.each([
  ['conflict', 'busy'],
  ['busy', 'busy'],
  ['no-space', 'no-space'],
  ['unavailable', 'transitioning'],
] as const)('says what came in between where nothing is committed: %s', (code, fault) => {
  const commitOrOverwrite = (_: StateChange, __: unknown, done: CommitDone): void =>
    done(failure({ code, message: 'It was not committed.' }))
  const outcomes: unknown[] = []
  const commits = new ReservationCommits({ self: 'a', incarnation: 1, committer: { commitOrOverwrite } })
  commits.commit(
    state.configuration.volumes[0]!,
    () => undefined,
    (outcome) => outcomes.push(outcome),
  )
  expect(outcomes).toEqual([{ ok: false, fault }])
})

it('says how many nexuses are registered with other volumes, without those of its own', () => {
  const [own, other] = state.configuration.volumes
  const of = (volumeId: number, count: number): UnitReservations => {
    const registrations = Array.from({ length: count }, (_, index) => ({ ...NEXUS, initiatorPort: `port ${index}`, key: KEY }))
    return { volumeId, generation: count, outlivesPowerLoss: false, registrations }
  }
  state = { ...state, reservations: [of(own!.id, 3), of(other!.id, 2)] }
  const seen: unknown[] = []
  const change = ({ registrations }: UnitReservations, elsewhere: number): undefined => {
    seen.push([registrations.length, elsewhere])
  }
  firstIncarnation().commit(own!, change, () => undefined)
  expect(seen).toEqual([[3, 2]])
})

it('gives each notice a serial of its own, also where no registration has changed', () => {
  const commits = firstIncarnation()
  const serials: unknown[] = []
  for (const volume of state.configuration.volumes.slice(0, 2))
    for (let turn = 0; turn < 2; turn++) {
      const news = [{ nexus: NEXUS, kind: 'reservations-released' }] as const
      commits.commit(
        volume,
        (unit) => ({ unit, news }),
        () => undefined,
      )
      serials.push(state.reservationNotice?.serial)
    }
  expect(new Set(serials).size).toBe(4)
  expect(state.reservationNotice?.volumeId).toBe(state.configuration.volumes[1]!.id)
})

describe('registrations of the longest names', () => {
  const HEADROOM = 20_000

  /** With all volumes that there may be, and room for some registrations. */
  function fullState(): ArrayState {
    const [first] = state.configuration.volumes
    const volumes = Array.from({ length: LIMITS.volumes }, (_, id) => ({ ...first!, id }))
    const ownership = volumes.map(({ id }) => ({ volumeId: id, owner: 'a' as const, epoch: 1 }))
    const bare = { ...state, configuration: { ...state.configuration, volumes }, ownership }
    const left = SUPERBLOCK_PAYLOAD_BYTES - bytesOf(bare) - LIMITS.registrationsLeaveBytes - HEADROOM
    const result = 'x'.repeat(left)
    return { ...bare, completedRequests: [{ id: 'r', name: 'n', digest: 'd', servedBy: 'a', result }] }
  }

  function longest(index: number): NexusName {
    const port = `,i,0x${index.toString(16).padStart(12, '0')}`
    return { initiatorPort: `iqn.2026-11.test:`.padEnd(LIMITS.initiatorPortLength - port.length, 'x') + port, portalGroup: 1 }
  }

  /** Whether one more nexus is registered with a volume. */
  function addTo(commits: ReservationCommits, volumeId: number, index: number): string {
    let verdict = 'none'
    const how = { key: '0'.repeat(16), serviceKey: KEY, ignoresKey: false, outlivesPowerLoss: true, also: [], namesInitiatorPorts: false }
    const change = (unit: UnitReservations, elsewhere: number): ReturnType<ChangeReservations> => {
      const made = register(unit, { ...how, by: longest(index), elsewhere })
      verdict = made.kind
      return made.kind === 'changed' ? made : undefined
    }
    commits.commit(state.configuration.volumes[volumeId]!, change, () => undefined)
    return verdict
  }

  it('are refused before the state is too long for what comes of them', () => {
    state = fullState()
    const commits = firstIncarnation()
    let index = 0
    while (addTo(commits, index % LIMITS.volumes, index) === 'changed') index++
    expect(index).toBeGreaterThan(HEADROOM / 400)
    expect(index).toBeLessThan(LIMITS.registrations)
    const before = state
    expect(addTo(commits, 0, 0)).toBe('conflict')
    expect(state).toBe(before)
    expect(SUPERBLOCK_PAYLOAD_BYTES - bytesOf(state)).toBeGreaterThanOrEqual(LIMITS.registrationsLeaveBytes)
    expect(bytesOf(taken(state))).toBeLessThanOrEqual(SUPERBLOCK_PAYLOAD_BYTES)
  })

  /** Each unit reserved, news to as many as there can be, and all volumes taken over after drives of every group have failed. */
  function taken(from: ArrayState): ArrayState {
    const units = from.configuration.volumes.map(({ id: volumeId }): UnitReservations => {
      const unit = from.reservations?.find((one) => one.volumeId === volumeId)
      if (unit === undefined) return { volumeId, generation: 0, outlivesPowerLoss: false, registrations: [], reservedBy: longest(volumeId) }
      return { ...unit, generation: 0xffff_ffff, reservation: { type: 1, holder: longest(volumeId) } }
    })
    const news = Array.from({ length: LIMITS.registrationsOfUnit }, (_, i) => ({
      nexus: longest(i),
      kind: 'reservations-preempted' as const,
    }))
    const much = 2 ** 30
    return {
      ...from,
      generation: 2 ** 52,
      reservations: units,
      reservationNotice: { serial: much, volumeId: 63, news },
      serviceEpoch: much,
      ownership: from.ownership.map(({ volumeId }) => ({
        volumeId,
        owner: 'b',
        epoch: much,
        heldBy: 'b',
        logEpoch: much,
        unverified: { from: much, since: much },
      })),
      failedMembers: Array.from({ length: (LIMITS.groups * LIMITS.drives) / 2 }, () => ({
        groupId: 15,
        drive: 23,
        afterGeneration: 2 ** 52,
      })),
    }
  }

  function bytesOf(of: ArrayState): number {
    const encoded = encodeState(of)
    return encoded.ok ? encoded.value.length : encoded.error
  }
})
