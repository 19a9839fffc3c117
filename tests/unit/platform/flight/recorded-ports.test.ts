import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { crc32c } from '../../../../src-main/base/crc32c'
import type { PeerMessage } from '../../../../src-main/contract/interconnect'
import type { MidplanePort } from '../../../../src-main/core/ports'
import { recordedMidplane } from '../../../../src-main/platform/flight/recorded-midplane'
import { createInterconnectLink, InterconnectState } from '../../../../src-main/platform/interconnect'
import { Reactor } from '../../../../src-main/platform/reactor'
import { flightBench } from '../../../support/flight'

const unused = (): never => {
  throw new Error('not used here')
}

describe('recorded ports', () => {
  it('have each line that is pulled, and what came of it, and each claim', () => {
    const { log, records } = flightBench()
    let fenced: Parameters<MidplanePort['fencePeer']>[0] = unused
    const midplane: MidplanePort = {
      fencePeer: (done) => (fenced = done),
      requestRestart: () => undefined,
      haltPeer: (done) => done(),
      raiseClaim: ({ epoch }) => epoch > 3,
      claimEpoch: () => 3,
      raiseServingLine: () => undefined,
      peerServes: () => true,
      noteStateChanged: () => undefined,
    }
    const recorded = recordedMidplane(midplane, 'b', log)
    recorded.fencePeer(() => undefined)
    expect(recorded.raiseClaim({ slot: 1, epoch: 4 })).toBe(true)
    fenced('fenced')
    recorded.fencePeer(() => undefined)
    fenced('refused')
    expect(recorded.raiseClaim({ slot: 2, epoch: 3 })).toBe(false)
    recorded.haltPeer(() => undefined)
    recorded.requestRestart('b', 'hang')
    recorded.raiseServingLine()
    expect(recorded.claimEpoch(0)).toBe(3)
    expect(recorded.peerServes()).toBe(true)
    expect(records().map((record) => [record.action, 'of' in record ? record.of : 'slot' in record ? record.slot : undefined])).toEqual([
      ['reset-asked', 'a'],
      ['raised', 1],
      ['fenced', 'a'],
      ['reset-asked', 'a'],
      ['reset-refused', 'a'],
      ['refused', 2],
      ['halt-asked', 'a'],
      ['halted', 'a'],
      ['restart-asked', 'b'],
      ['serving-raised', 'b'],
    ])
  })

  it('have each message of the interconnect at both ends, also what a cut swallowed', async () => {
    const state = new InterconnectState(InterconnectState.createMemory())
    const [a, b] = [flightBench(), flightBench()]
    let arrived = (): void => undefined
    const link = (self: 'a' | 'b', flight: typeof a) =>
      createInterconnectLink({ self, state, reactor: new Reactor(), receive: () => arrived(), flight: flight.log })
    const [fromA, toB] = [link('a', a), link('b', b)]
    const { port1, port2 } = new MessageChannel()
    fromA.plugIn(port1)
    toB.plugIn(port2)
    const stamp = { from: 1, to: 1, received: 0 }
    const data = [new Uint8Array([1, 2, 3])]
    const append: PeerMessage = { ...stamp, number: 41, words: { type: 'nvram-append', firstSequence: 1, trimmedTo: 0, data } }
    const moved: PeerMessage = { ...stamp, number: 42, words: { type: 'volume-moved', callId: 9 } }
    const arrival = new Promise<void>((resolve) => (arrived = resolve))
    fromA.send(append)
    await arrival
    state.setCut(true)
    fromA.send(moved)
    await new Promise((resolve) => setImmediate(resolve))
    fromA.close()
    toB.close()
    const [first, second] = a.records()
    expect(first).toMatchObject({ action: 'sent', type: 'nvram-append', number: 41, callId: 0, byteCount: 3, hash: crc32c(data[0]!) })
    expect(second).toMatchObject({ action: 'lost', type: 'volume-moved', number: 42, callId: 9, byteCount: 0, hash: undefined })
    expect(b.records()).toMatchObject([{ ...first, action: 'received' }])
  })
})
