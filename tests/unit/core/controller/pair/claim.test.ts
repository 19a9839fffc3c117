import { describe, expect, it } from 'vitest'
import { ok } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import {
  makeClaim,
  type Claim,
  type ClaimFailure,
  type ClaimParts,
  type ClaimPlan,
} from '../../../../../src-main/core/controller/pair/claim'
import type { StateWriteOutcome } from '../../../../../src-main/core/controller/state/state-drives'
import { SERVICE_SLOT } from '../../../../../src-main/core/controller/state/state-drives'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'

const first = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))
/** As in the example of `makeClaim`. */
const known: ArrayState = {
  ...first,
  generation: 17,
  serviceOwner: 'a',
  serviceEpoch: 4,
  mirrorEpoch: 4,
  ownership: [
    { volumeId: 0, owner: 'a', epoch: 2 },
    { volumeId: 1, owner: 'b', epoch: 3 },
  ],
}
const takeAll: ClaimPlan = ({ owner }) => (owner === 'b' ? 'keep' : 'b')

interface World {
  readonly onDrives?: ArrayState
  /** By slot, what the midplane holds. */
  readonly claims?: ReadonlyMap<number, number>
  /** Volumes of which B's NVRAM has what the drives may not have. */
  readonly kept?: readonly number[]
  readonly knowsPeer?: boolean
  /** This controller's NVRAM is blank. */
  readonly hasLostLog?: boolean
  readonly written?: StateWriteOutcome
  readonly strangers?: readonly number[]
  /** Drives that fail while the newest state is flushed. */
  readonly failMeanwhile?: readonly number[]
  /** Drives that are found not to be what they were when they are looked at again. */
  readonly strangersMeanwhile?: readonly number[]
  readonly flushed?: StateWriteOutcome
}

function claimOfB({
  onDrives,
  claims = new Map(),
  kept = [],
  knowsPeer = true,
  hasLostLog = false,
  written = 'written',
  strangers = [],
  failMeanwhile = [],
  strangersMeanwhile = [],
  flushed = 'written',
}: World) {
  let silent: readonly number[] = []
  const strange = new Set(strangers)
  const raised = new Map(claims)
  const stamps: number[] = []
  let outcome: { readonly ok: true; readonly value: Claim } | { readonly ok: false; readonly error: ClaimFailure } | undefined
  let state: ArrayState | undefined
  const parts = {
    self: 'b',
    store: {
      get state() {
        return known
      },
    },
    stateDrives: {
      strangers: strange,
      look: (_known: ArrayState, done: (look: object) => void) => done({ isNewer: onDrives !== undefined, silent }),
      whenStable: (_newest: ArrayState, _how: object, done: (result: StateWriteOutcome) => void) => {
        silent = failMeanwhile
        for (const drive of strangersMeanwhile) strange.add(drive)
        done(flushed)
      },
      read: (_known: ArrayState, done: (election: object) => void) =>
        done({ state: onDrives ?? known, quorum: true, silent: [], notes: [] }),
    },
    committer: {
      writeClaim: ({ state: next }: { readonly state: ArrayState }, _cause: undefined, done: (result: StateWriteOutcome) => void) => {
        state = next
        done(written)
      },
    },
    midplane: {
      claimEpoch: (slot: number) => raised.get(slot) ?? 0,
      raiseClaim: ({ slot, epoch }: { readonly slot: number; readonly epoch: number }) => {
        if ((raised.get(slot) ?? 0) > epoch) return false
        raised.set(slot, epoch)
        return true
      },
    },
    cache: {
      knowsPeer: () => knowsPeer,
      hasLostLog: () => hasLostLog,
      prepareClaim: (_standing: ArrayState, next: number) => {
        stamps.push(next)
        return new Set(kept)
      },
    },
  } as unknown as ClaimParts
  makeClaim(parts, { plan: takeAll, cause: undefined }, (result) => (outcome = result))
  return { outcome, state, raised, stamps }
}

describe('a claim', () => {
  it('is made as in the example: from the newest state on the drives, holding what only this NVRAM has', () => {
    const { state, raised, stamps, outcome } = claimOfB({ onDrives: { ...known, generation: 18 }, kept: [0] })
    expect(state).toMatchObject({
      // The committer gives it the next generation.
      generation: 18,
      serviceOwner: 'b',
      serviceEpoch: 5,
      mirrorEpoch: 5,
      ownership: [
        { volumeId: 0, owner: 'b', epoch: 3, heldBy: 'b', logEpoch: 2 },
        { volumeId: 1, owner: 'b', epoch: 3 },
      ],
    })
    expect(stamps).toEqual([5])
    expect([...raised]).toEqual([
      [SERVICE_SLOT, 5],
      [0, 3],
    ])
    expect(outcome).toMatchObject(ok({ volumes: [0], notes: [] }))
  })

  it('fails drives that are not what they were in every group that can do without them', () => {
    const { state } = claimOfB({ strangers: [1] })
    const { groups } = known.configuration
    const redundant = groups.filter(
      ({ level, sections }) => level.startsWith('raid') && level !== 'raid0' && sections.some(({ drive }) => drive === 1),
    )
    expect(redundant.length).toBeGreaterThan(0)
    expect(state?.failedMembers).toEqual(redundant.map(({ id }) => ({ groupId: id, drive: 1, afterGeneration: known.generation })))
  })

  it('goes by what this controller knows where no drive has anything newer', () => {
    expect(claimOfB({}).state?.generation).toBe(17)
  })

  it('makes nobody the holder of a volume of which the drives have all', () => {
    expect(claimOfB({}).state?.ownership).toEqual([
      { volumeId: 0, owner: 'b', epoch: 3 },
      { volumeId: 1, owner: 'b', epoch: 3 },
    ])
  })

  it('takes epochs that are newer than those that the midplane holds', () => {
    const { state } = claimOfB({
      claims: new Map([
        [SERVICE_SLOT, 8],
        [0, 7],
      ]),
    })
    expect([state?.serviceEpoch, state?.mirrorEpoch]).toEqual([9, 9])
    expect(state?.ownership[0]).toEqual({ volumeId: 0, owner: 'b', epoch: 9 })
  })

  it('leaves with the peer what only the peer holds, in a new epoch of the peer', () => {
    const onDrives: ArrayState = {
      ...known,
      generation: 18,
      ownership: [
        { volumeId: 0, owner: 'a', epoch: 2, heldBy: 'a' },
        { volumeId: 1, owner: 'b', epoch: 3 },
      ],
    }
    const { state, outcome } = claimOfB({ onDrives })
    expect(state?.ownership[0]).toEqual({ volumeId: 0, owner: 'a', epoch: 4, heldBy: 'a', logEpoch: 2 })
    expect(outcome?.ok === true && outcome.value.notes.join()).toContain('waits for controller A')
  })

  it('has the volumes of a peer whose log is not known here verified', () => {
    expect(claimOfB({ knowsPeer: false }).state?.ownership[0]).toEqual({
      volumeId: 0,
      owner: 'b',
      epoch: 3,
      unverified: { from: 0, since: 3 },
    })
  })

  it('lets such a volume wait for the peer if a drive of it fails before the claim is written', () => {
    const { state, raised, outcome } = claimOfB({ knowsPeer: false, failMeanwhile: [1] })
    expect(state?.ownership[0]).toMatchObject({ owner: 'a', heldBy: 'a', logEpoch: 2 })
    expect(state?.ownership[0]?.unverified).toBeUndefined()
    expect(state?.ownership[0]?.epoch).toBeGreaterThan(raised.get(0) ?? 0)
    expect(state?.serviceEpoch).toBe(raised.get(SERVICE_SLOT))
    expect(outcome).toMatchObject(ok({ volumes: [] }))
  })

  it('fails a drive of it that is another one meanwhile, and lets the volume wait for the peer', () => {
    const { state } = claimOfB({ knowsPeer: false, strangersMeanwhile: [1] })
    expect(state?.ownership[0]).toMatchObject({ owner: 'a', heldBy: 'a' })
    expect(state?.failedMembers?.map(({ drive }) => drive)).toContain(1)
  })

  it('has such a volume verified if another drive fails meanwhile', () => {
    const { state } = claimOfB({ knowsPeer: false, failMeanwhile: [5] })
    expect(state?.ownership[0]).toMatchObject({ owner: 'b', unverified: { from: 0 } })
  })

  it('is not written while too few drives can flush the state before it', () => {
    const { state, outcome } = claimOfB({ knowsPeer: false, flushed: 'no-majority' })
    expect(state).toBeUndefined()
    expect(outcome).toMatchObject({ ok: false, error: { code: 'drives' } })
  })

  it('has its own volumes verified, and says so, if its NVRAM is lost', () => {
    const { state, outcome } = claimOfB({ hasLostLog: true })
    expect(state?.ownership.map(({ unverified }) => unverified)).toEqual([undefined, { from: 0, since: state?.ownership[1]?.epoch }])
    expect(outcome?.ok === true && outcome.value.notes.join()).toContain('its log is lost')
  })

  it.each<[StateWriteOutcome, ClaimFailure['code']]>([
    ['stale-epoch', 'superseded'],
    ['no-majority', 'drives'],
  ])('that the drives refuse as %s fails as %s', (written, code) => {
    expect(claimOfB({ written }).outcome).toMatchObject({ ok: false, error: { code } })
  })

  it('that comes during the replay of an earlier one still counts what that one replays', () => {
    const ownership = [{ volumeId: 0, owner: 'a' as const, epoch: 4, heldBy: 'b' as const, logEpoch: 2 }, ...known.ownership.slice(1)]
    const { state } = claimOfB({ onDrives: { ...known, generation: 18, ownership } })
    expect(state?.ownership[0]).toMatchObject({ owner: 'b', heldBy: 'b', logEpoch: 2 })
  })

  it('is never made from a state that is older than the one that is known', () => {
    const { state } = claimOfB({ onDrives: { ...known, generation: 16, configuration: { ...known.configuration, name: 'Older' } } })
    expect(state?.configuration.name).toBe(known.configuration.name)
  })
})
