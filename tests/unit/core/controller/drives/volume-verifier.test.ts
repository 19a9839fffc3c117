import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { Verification } from '../../../../../src-main/core/controller/drives/volume-verifier'
import type { BatchOutcome, WalkParts } from '../../../../../src-main/core/controller/drives/stripe-walk'
import { ownershipOf, withDoubt, withOwner, withVerified } from '../../../../../src-main/core/controller/state/array-changes'
import type { ServedVolume } from '../../../../../src-main/core/controller/volumes/served-volume'
import type { WriteIntents } from '../../../../../src-main/core/mapping/write-intents'
import type { GroupFault } from '../../../../../src-main/core/raid/group-io'
import { firstArrayState } from '../../../../support/fake-lab-data'
import { RecordedTrace } from '../../../../support/virtual-world'

const VOLUME = 0

let state: ArrayState
let isServing: boolean
let served: { claimedEpoch: number; volumeId: number; name: string; ownership: { owner: string; epoch: number } }
let asked: { readonly stripe: number; readonly done: (fault: GroupFault | undefined) => void }[]
let trace: RecordedTrace
let logged: string[]
let parts: WalkParts
let job: Verification

beforeEach(() => {
  state = withDoubt(firstArrayState(4), VOLUME)
  isServing = true
  const { owner, epoch } = present(ownershipOf(state, VOLUME), 'ownership')
  served = { volumeId: VOLUME, name: 'alpha', claimedEpoch: epoch, ownership: { owner, epoch } }
  asked = []
  trace = new RecordedTrace()
  logged = []
  const log = { add: (_: string, text: string) => logged.push(text) }
  parts = {
    self: owner,
    trace,
    log,
    volumes: { volume: () => served },
    standing: {
      get isServing() {
        return isServing
      },
    },
  } as unknown as WalkParts
  job = jobOf([2, 5, 6])
})

function jobOf(stripes: readonly number[]): Verification {
  const intents: Pick<WriteIntents, 'settle'> = { settle: ({ firstStripe }, done) => void asked.push({ stripe: firstStripe, done }) }
  return new Verification(parts, { volume: served as unknown as ServedVolume, intents: intents as WriteIntents, stripes })
}

function visit(firstStripe: number, stripeCount: number): BatchOutcome[] {
  const told: BatchOutcome[] = []
  job.visit({ firstStripe, stripeCount }, (outcome) => told.push(outcome))
  return told
}

function answer(fault?: GroupFault): number {
  const { stripe, done } = present(asked.shift(), 'a stripe to settle')
  done(fault)
  return stripe
}

describe('the verification of a volume', () => {
  it('settles the stripes in doubt, one after the other, and no others', () => {
    expect([job.fromStripe, job.endStripe]).toEqual([0, 3])
    const told = visit(1, 2)
    expect(asked).toHaveLength(1)
    expect([answer(), answer()]).toEqual([5, 6])
    expect(told).toEqual(['good'])
  })

  it.each<[GroupFault, BatchOutcome]>([
    ['stale-epoch', 'lost'],
    ['hardware-error', 'failed'],
  ])('ends at a stripe that meets a %s as %s', (fault, outcome) => {
    const told = visit(0, 3)
    answer(fault)
    expect(told).toEqual([outcome])
    expect(asked).toEqual([])
  })

  it('tells when it begins and ends, and says nothing to people where nothing was in doubt', () => {
    job.ended()
    expect(logged.map((text) => /3 stripes/.test(text))).toEqual([true, true])
    logged = []
    jobOf([]).ended()
    expect(logged).toEqual([])
    expect(trace.kinds('volume.verified').map(({ data }) => data)).toEqual([
      { volumeId: VOLUME, stripes: 3 },
      { volumeId: VOLUME, stripes: 0 },
    ])
  })

  it('says in the state how far it is, and nothing more of it once it is over', () => {
    expect(ownershipOf(job.withDone(state, 2), VOLUME)?.unverified?.from).toBe(6)
    expect(ownershipOf(job.withDone(state, 3), VOLUME)).not.toHaveProperty('unverified')
  })

  it('belongs to this controller while it serves the volume in the same epoch, and the state asks for it', () => {
    expect(job.isMine(state)).toBe(true)
    expect(job.isMine(withVerified(state, VOLUME, undefined))).toBe(false)
    expect(job.isMine(withOwner(state, { volumeId: VOLUME, owner: 'a', claimEpoch: () => 0 }))).toBe(false)
    isServing = false
    expect(job.isMine(state)).toBe(false)
    isServing = true
    served.claimedEpoch = -1
    expect(job.isMine(state)).toBe(false)
  })
})
