import { beforeEach, expect, it } from 'vitest'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import type { PeerWords } from '../../../../src-main/contract/interconnect'
import { OwnershipArbiter, type OwnershipArbiterParts, type TransferDone } from '../../../../src-main/core/management/ownership-arbiter'
import { firstArrayState } from '../../../support/fake-lab-data'

let state: ArrayState
let sent: PeerWords[]
let relinquishing: TransferDone[]
let arbiter: OwnershipArbiter

beforeEach(() => {
  state = { ...firstArrayState(4), arbiter: 'a', serviceOwner: 'a', dispatchScheme: 'transfer-ownership' }
  sent = []
  relinquishing = []
  arbiter = new OwnershipArbiter({
    self: 'a',
    incarnation: 5,
    store: {
      get state() {
        return state
      },
    },
    session: { isEstablished: true, send: (words: PeerWords) => sent.push(words) },
    trace: { record: () => 1 },
    relinquishHere: (_tag: object, done: TransferDone) => relinquishing.push(done),
  } as unknown as OwnershipArbiterParts)
})

function askedByPeer(callId: number): void {
  arbiter.asked({ type: 'arbiter-ask', callId, request: undefined, cause: undefined })
}

it('asks are handled one at a time, in their order', () => {
  const told: string[] = []
  askedByPeer(1)
  arbiter.ask('a', { request: undefined, cause: undefined }, (outcome) => told.push(outcome))
  expect([relinquishing.length, told]).toEqual([1, []])
  state = { ...state, serviceOwner: 'b' }
  relinquishing[0]?.('given', undefined)
  expect(sent).toMatchObject([{ type: 'arbiter-answer', callId: 1, outcome: 'given' }, { type: 'owner-relinquish' }])
})

it('what the peer asked is forgotten with it, and what this controller asks is not', () => {
  const told: string[] = []
  askedByPeer(1)
  askedByPeer(2)
  expect(relinquishing).toHaveLength(1)
  arbiter.peerLost()
  arbiter.ask('a', { request: undefined, cause: undefined }, (outcome) => told.push(outcome))
  relinquishing[0]?.('moot', undefined)
  expect(relinquishing).toHaveLength(1)
  expect(told).toEqual(['given'])
})

it('an owner that is lost before it answers keeps nobody waiting, and its late answer is no grant', () => {
  const told: string[] = []
  state = { ...state, serviceOwner: 'b' }
  arbiter.ask('a', { request: undefined, cause: undefined }, (outcome) => told.push(outcome))
  const [asked] = sent
  if (asked?.type !== 'owner-relinquish') throw new Error('the owner was not asked')
  arbiter.peerLost()
  expect(told).toEqual(['moot'])
  arbiter.relinquished({ type: 'owner-relinquished', callId: asked.callId, outcome: 'given', cause: undefined })
  state = { ...state, serviceOwner: 'a' }
  arbiter.ask('a', { request: undefined, cause: undefined }, (outcome) => told.push(outcome))
  expect(told).toEqual(['moot', 'given'])
})

it('a controller that is not the arbiter any more grants nothing', () => {
  const told: string[] = []
  state = { ...state, arbiter: 'b' }
  arbiter.ask('a', { request: undefined, cause: undefined }, (outcome) => told.push(outcome))
  expect([told, relinquishing, sent]).toEqual([['moot'], [], []])
})
