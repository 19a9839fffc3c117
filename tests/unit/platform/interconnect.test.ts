import { MessageChannel } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import type { PeerMessage } from '../../../src-main/contract/interconnect'
import { createInterconnectLink, InterconnectState } from '../../../src-main/platform/interconnect'
import { Reactor } from '../../../src-main/platform/reactor'

const stamp = { from: 1, to: 1, number: 1, received: 0 }

function pair() {
  const state = new InterconnectState(InterconnectState.createMemory())
  const atB: PeerMessage[] = []
  let arrived: () => void = () => undefined
  const make = (self: 'a' | 'b', receive: (message: PeerMessage) => void) =>
    createInterconnectLink({ self, state, reactor: new Reactor(), receive })
  const a = make('a', () => undefined)
  const b = make('b', (message) => {
    atB.push(message)
    arrived()
  })
  const plug = () => {
    const { port1, port2 } = new MessageChannel()
    a.plugIn(port1)
    b.plugIn(port2)
  }
  plug()
  const untilArrived = () => new Promise<void>((resolve) => (arrived = resolve))
  return { state, a, b, atB, plug, untilArrived }
}

describe('interconnect link', () => {
  it('sends all messages of a turn as one, copies bulk data once, and leaves the original whole', async () => {
    const { state, a, b, atB, untilArrived } = pair()
    const whole = new Uint8Array(8192).fill(7)
    const piece = whole.subarray(100, 612)
    a.send({ words: { type: 'io-return', callId: 3, outcome: 'good', data: [whole, piece] }, ...stamp })
    a.send({ words: { type: 'io-return', callId: 4, outcome: 'good', data: [] }, ...stamp, number: 2 })
    await untilArrived()
    expect(atB).toMatchObject([{ words: { type: 'io-return', callId: 3 } }, { words: { type: 'io-return', callId: 4 }, number: 2 }])
    const words = atB[0]?.words
    const data = words !== undefined && 'data' in words ? words.data : []
    expect(data.map((chunk) => [chunk.length, chunk.buffer.byteLength, chunk[0]])).toEqual([
      [8192, 8704, 7],
      [512, 8704, 7],
    ])
    expect(whole.length).toBe(8192)
    expect(state.totals()).toEqual({ messages: 2, bytes: 2 * 96 + 8192 + 512 })
    a.close()
    b.close()
  })

  const beat = (number: number): PeerMessage => ({
    words: { type: 'heartbeat', description: { phase: 'serving', generation: 1 }, sent: number },
    ...stamp,
  })
  const sentOf = (messages: readonly PeerMessage[]) => messages.map(({ words }) => words.type === 'heartbeat' && words.sent)

  it('takes longer for each message while it is slow, and keeps their order when it is fast again', async () => {
    const { state, a, b, atB, untilArrived } = pair()
    state.setExtraLatencyMs(80)
    const from = performance.now()
    a.send(beat(1))
    await new Promise((resolve) => setTimeout(resolve, 5))
    state.setExtraLatencyMs(0)
    a.send(beat(2))
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(atB).toEqual([])
    while (atB.length < 2) await untilArrived()
    expect(performance.now() - from).toBeGreaterThanOrEqual(79)
    expect(sentOf(atB)).toEqual([1, 2])
    a.close()
    b.close()
  })

  it('loses what is under way on a slow link when that is cut, plugged in anew or closed', async () => {
    const { state, a, b, atB, plug, untilArrived } = pair()
    state.setExtraLatencyMs(30)
    a.send(beat(1))
    await new Promise((resolve) => setTimeout(resolve, 5))
    state.setCut(true)
    await new Promise((resolve) => setTimeout(resolve, 40))
    state.setCut(false)
    a.send(beat(2))
    await new Promise((resolve) => setTimeout(resolve, 5))
    plug()
    a.send(beat(3))
    await untilArrived()
    expect(sentOf(atB)).toEqual([3])
    a.send(beat(4))
    await new Promise((resolve) => setTimeout(resolve, 5))
    a.close()
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(sentOf(atB)).toEqual([3])
    b.close()
  })

  it('loses everything while it is cut, and works again after it was mended or plugged in anew', async () => {
    const { state, a, b, atB, plug, untilArrived } = pair()
    const say = (number: number) =>
      a.send({ words: { type: 'heartbeat', description: { phase: 'serving', generation: 1 }, sent: number }, ...stamp })
    say(1)
    await untilArrived()
    say(2)
    state.setCut(true)
    say(3)
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    state.setCut(false)
    say(4)
    await untilArrived()
    plug()
    say(5)
    await untilArrived()
    expect(atB.map(({ words }) => words.type === 'heartbeat' && words.sent)).toEqual([1, 4, 5])
    a.close()
    b.close()
  })
})
