import { beforeEach, describe, expect, it } from 'vitest'
import type { PeerWords } from '../../../../../src-main/contract/interconnect'
import { IoForwarder, type IoForwarderParts } from '../../../../../src-main/core/controller/volumes/io-forwarder'
import { IoCounters, type OperationOutcome, type VolumeOperation } from '../../../../../src-main/core/controller/volumes/volume-operation'

const VOLUME = 3
const task = { isAborted: false }
const WRITE: VolumeOperation = {
  operation: 'write',
  firstBlock: 8,
  blockCount: 1,
  data: [new Uint8Array(512)],
  forceUnitAccess: true,
  task,
  trace: undefined,
  origin: 'host',
  arrivedAtMs: 0,
  misdirected: 0,
  finish: () => undefined,
}

let sent: { readonly words: PeerWords; readonly again: (() => PeerWords) | undefined }[]
let session: { isEstablished: boolean; send(words: PeerWords, again?: () => PeerWords): void }
let counters: IoCounters
let forwarder: IoForwarder

beforeEach(() => {
  task.isAborted = false
  sent = []
  session = { isEstablished: true, send: (words, again) => void sent.push({ words, again }) }
  counters = new IoCounters()
  forwarder = new IoForwarder({ self: 'a', incarnation: 1, trace: { record: () => 1 }, session, counters } as unknown as IoForwarderParts)
})

function forward(io = WRITE): (OperationOutcome | 'peer-lost')[] {
  const outcomes: (OperationOutcome | 'peer-lost')[] = []
  forwarder.forward(VOLUME, io, (outcome) => outcomes.push(outcome))
  return outcomes
}

function callIdOf(index: number): number {
  const words = sent[index]?.words
  return words !== undefined && 'callId' in words ? words.callId : -1
}

describe('an operation for the owner', () => {
  it('goes to it as it is, and what the owner says comes back once', () => {
    const outcomes = forward()
    const { operation, firstBlock, blockCount, forceUnitAccess, data } = WRITE
    expect(sent[0]?.words).toMatchObject({ type: 'io-forward', volumeId: VOLUME, operation, firstBlock, blockCount, forceUnitAccess, data })
    const returned = { type: 'io-return', callId: callIdOf(0), data: [], cause: undefined } as const
    forwarder.returned({ ...returned, outcome: 'no-space' })
    forwarder.returned({ ...returned, outcome: 'good' })
    expect(outcomes).toEqual([{ ok: false, fault: 'no-space' }])
    expect(counters.forwarded).toBe(1)
  })

  it('is withdrawn if it has to be sent again, and was given up by then', () => {
    forward()
    expect(sent[0]?.again?.()).toBe(sent[0]?.words)
    task.isAborted = true
    expect(sent[0]?.again?.()).toEqual({ type: 'io-withdrawn', callId: callIdOf(0) })
  })

  it('ends with the peer, and is not one that was forwarded', () => {
    const outcomes = forward()
    forwarder.peerLost()
    expect([outcomes, counters.forwarded]).toEqual([['peer-lost'], 0])
  })
})

describe('the owner', () => {
  it('answers one that was withdrawn: whoever forwarded it waits for that', () => {
    forwarder.withdrawn({ callId: 7 })
    expect(sent.map(({ words }) => words)).toEqual([{ type: 'io-return', callId: 7, outcome: 'transitioning', data: [], cause: undefined }])
  })

  it('answers nobody once the session is over that brought it', () => {
    session.isEstablished = false
    forwarder.withdrawn({ callId: 7 })
    forwarder.answer(8, { ok: true, value: [] }, undefined)
    expect(sent).toEqual([])
  })
})
