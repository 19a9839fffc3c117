import { describe, expect, it } from 'vitest'
import type { ArrayState, VolumeOwnership } from '../../../../src-main/contract/array-state'
import { LIMITS } from '../../../../src-main/contract/limits'
import type { UnitReservations } from '../../../../src-main/contract/reservations'
import { problemOfState } from '../../../../src-main/core/raid/state-validation'
import { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../src-main/simulator/first-state'

const FIRST: ArrayState = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 32_768)))
const TOO_LATE = 2 ** 30

function owned(change: Partial<VolumeOwnership>): ArrayState {
  return { ...FIRST, ownership: FIRST.ownership.map((one, index) => (index === 0 ? { ...one, ...change } : one)) }
}

function failed(groupId: number, drive: number, stripes?: readonly [fromStripe: number, endStripe: number]): ArrayState {
  const rebuild =
    stripes === undefined ? {} : { rebuild: { operation: 'x', parts: [{ slot: 0, fromStripe: stripes[0], endStripe: stripes[1] }] } }
  return { ...FIRST, failedMembers: [{ groupId, drive, afterGeneration: 1, ...rebuild }] }
}

function registered(unit: Partial<UnitReservations>, keys = 2): ArrayState {
  const registrations = Array.from({ length: keys }, (_, index) => registration(index))
  return { ...FIRST, reservations: [{ volumeId: 0, generation: 1, outlivesPowerLoss: false, registrations, ...unit }] }
}

function registration(index: number): UnitReservations['registrations'][number] {
  return { initiatorPort: `iqn.2026-11.test:${index},i,0x000000000001`, portalGroup: 1, key: '00000000000000a1' }
}

function twiceRegistered(): ArrayState {
  const units = registered({}).reservations ?? []
  return { ...FIRST, reservations: [...units, ...registered({ volumeId: 1 }).reservations!, ...registered({}).reservations!] }
}

const HOLDER = { initiatorPort: registration(0).initiatorPort, portalGroup: 1 } as const

describe('A state of an array', () => {
  it.each<[string, ArrayState]>([
    ['the first one', FIRST],
    ['a later one', { ...FIRST, serviceEpoch: 7, mirrorEpoch: 6, epochFloor: 12 }],
    ['a volume that is held', owned({ epoch: 9, logEpoch: 3, heldBy: 'b' })],
    ['a failed drive', failed(0, 1)],
    ['a drive that is being rebuilt', failed(0, 1, [0, 4])],
    ['a reservation of a holder', registered({ reservation: { type: 1, holder: HOLDER } })],
    ['a reservation of all registrants', registered({ reservation: { type: 8 } })],
  ])('makes sense: %s', (_, state) => {
    expect(problemOfState(state)).toBeUndefined()
  })

  it.each<[string, ArrayState, string]>([
    ['a mirror epoch that nobody claimed', { ...FIRST, mirrorEpoch: 2 }, 'mirror'],
    ['a service epoch at its end', { ...FIRST, serviceEpoch: TOO_LATE }, 'used up'],
    ['an epoch floor at its end', { ...FIRST, epochFloor: TOO_LATE }, 'used up'],
    ['an epoch of a volume at its end', owned({ epoch: TOO_LATE }), 'used up'],
    ['a generation at its end', { ...FIRST, generation: 2 ** 52 }, 'used up'],
    ['a log that begins after its volume', owned({ logEpoch: 2 }), 'log'],
    ['a failed drive that is not in its group', failed(0, 5), 'group 0'],
    ['a failed drive that does not exist', failed(0, 9), 'group 0'],
    ['a failed drive of a group that does not exist', failed(9, 0), 'group 9'],
    [
      'a drive that failed twice',
      { ...FIRST, failedMembers: [...(failed(0, 1).failedMembers ?? []), ...(failed(0, 1, [0, 4]).failedMembers ?? [])] },
      'twice',
    ],
    ['a rebuild behind the end of the group', failed(0, 1, [0, 100_000]), 'stripes'],
    ['a rebuild that ends before it begins', failed(0, 1, [4, 3]), 'stripes'],
    ['a nexus that is registered twice', registered({ registrations: [registration(0), registration(1), registration(0)] }), 'twice'],
    ['too many registrations', registered({}, LIMITS.registrations + 1), 'registered'],
    ['a volume that is reserved twice', twiceRegistered(), 'twice'],
    ['a reservation of a volume that does not exist', registered({ volumeId: 40 }), 'does not exist'],
    ['a holder that is not registered', registered({ reservation: { type: 1, holder: { ...HOLDER, portalGroup: 2 } } }), 'not registered'],
    ['what all registrants hold, and none is there', registered({ reservation: { type: 8 } }, 0), 'not registered'],
    ['a holder of what all registrants hold', registered({ reservation: { type: 7, holder: HOLDER } }), 'with a holder'],
    ['a reservation that nobody holds', registered({ reservation: { type: 3 } }), 'without a holder'],
  ])('makes no sense with %s', (_, state, word) => {
    expect(problemOfState(state)).toContain(word)
  })
})
