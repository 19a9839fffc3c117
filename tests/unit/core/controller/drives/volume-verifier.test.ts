import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { Verification } from '../../../../../src-main/core/controller/drives/volume-verifier'
import type { BatchOutcome, WalkParts } from '../../../../../src-main/core/controller/drives/stripe-walk'
import { ownershipOf, withOwner, withVerified } from '../../../../../src-main/core/controller/state/array-changes'
import type { ServedVolume } from '../../../../../src-main/core/controller/volumes/served-volume'
import type { GroupIo, GroupOutcome } from '../../../../../src-main/core/raid/group-io'
import type { GroupVerification, VerificationReport } from '../../../../../src-main/core/raid/scrub'
import { firstArrayState } from '../../../../support/fake-lab-data'
import { RecordedTrace } from '../../../../support/virtual-world'
import { LAYOUTS, mapOver } from '../../mapping/example-volumes'

const VOLUME = 0
/** 3 stripes of the RAID-5 group from its stripe 5 on, then 4 of the RAID-1 group from its stripe 2 on. */
const SLICES = [
  { groupId: 0, groupBlock: 5 * 24, blockCount: 3 * 24 },
  { groupId: 2, groupBlock: 2 * 8, blockCount: 3 * 8 + 1 },
]

let state: ArrayState
let isServing: boolean
let served: { claimedEpoch: number; volumeId: number; name: string; ownership: { owner: string; epoch: number } }
let asked: {
  readonly groupId: number
  readonly io: GroupVerification
  readonly done: (outcome: GroupOutcome<VerificationReport>) => void
}[]
let trace: RecordedTrace
let logged: string[]
let job: Verification

beforeEach(() => {
  const first = firstArrayState(4)
  state = withVerified(first, VOLUME, 0)
  isServing = true
  const { owner, epoch } = present(ownershipOf(state, VOLUME), 'ownership')
  served = { volumeId: VOLUME, name: 'alpha', claimedEpoch: epoch, ownership: { owner, epoch } }
  asked = []
  trace = new RecordedTrace()
  logged = []
  const groups = LAYOUTS.map(({ layout }, groupId) => {
    return { layout, verify: (io, done) => void asked.push({ groupId, io, done }) } as Pick<GroupIo, 'layout' | 'verify'> as GroupIo
  })
  const log = { add: (_: string, text: string) => logged.push(text) }
  const parts = {
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
  job = new Verification(parts, { volume: served as unknown as ServedVolume, map: mapOver(groups, SLICES), fromStripe: 2 })
})

function visit(firstStripe: number, stripeCount: number): BatchOutcome[] {
  const told: BatchOutcome[] = []
  job.visit({ firstStripe, stripeCount }, (outcome) => told.push(outcome))
  return told
}

function answer(report: Partial<VerificationReport>): void {
  present(asked.shift(), 'a verification').done({ ok: true, value: { inconsistent: [], repaired: [], unreadable: [], ...report } })
}

const stripesAsked = () => asked.map(({ groupId, io: { firstStripe, stripeCount } }) => ({ groupId, firstStripe, stripeCount }))

describe('the verification of a volume', () => {
  it('counts its stripes through all slices, and asks each group for its own', () => {
    expect([job.fromStripe, job.endStripe]).toEqual([2, 7])
    const told = visit(2, 4)
    expect(stripesAsked()).toEqual([{ groupId: 0, firstStripe: 7, stripeCount: 1 }])
    expect(asked[0]?.io.repair).toEqual({ slot: VOLUME, epoch: served.ownership.epoch })
    answer({})
    expect(told).toEqual([])
    expect(stripesAsked()).toEqual([{ groupId: 2, firstStripe: 2, stripeCount: 3 }])
    answer({})
    expect(told).toEqual(['good'])
  })

  it('is for somebody else to go on with where the drives know a newer owner', () => {
    const told = visit(0, 4)
    present(asked.shift(), 'a verification').done({ ok: false, fault: 'stale-epoch' })
    expect(told).toEqual(['lost'])
    expect(asked).toEqual([])
  })

  it('tells at its end what it repaired, and what nobody can say anything of', () => {
    visit(2, 4)
    answer({ repaired: [7] })
    answer({ repaired: [2], unreadable: [3], inconsistent: [4] })
    job.ended()
    expect(trace.kinds('volume.verified').map(({ data }) => data)).toEqual([{ volumeId: VOLUME, repaired: 2, unreadable: 2 }])
    expect(logged).toHaveLength(2)
  })

  it('says in the state how far it is, and nothing more of it once it is over', () => {
    expect(ownershipOf(job.withDone(state, 4), VOLUME)?.unverifiedFrom).toBe(4)
    expect(ownershipOf(job.withDone(state, 7), VOLUME)).not.toHaveProperty('unverifiedFrom')
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
