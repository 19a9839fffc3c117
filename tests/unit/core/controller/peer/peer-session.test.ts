import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Prng } from '../../../../../src-main/base/prng'
import type { PeerDescription, PeerMessage, PeerWords } from '../../../../../src-main/contract/interconnect'
import { PeerSession, type PeerSessionEvents } from '../../../../../src-main/core/controller/peer/peer-session'
import { DEFAULT_TIMINGS } from '../../../../../src-main/core/controller/peer/timings'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'

const DESCRIPTION: PeerDescription = { phase: 'serving', generation: 1 }

interface Side {
  readonly session: PeerSession
  readonly got: number[]
  readonly happened: string[]
}

function hearer(happened: string[]): PeerSessionEvents {
  return {
    describe: () => DESCRIPTION,
    peerMet: () => happened.push('met'),
    peerDescribed: () => undefined,
    peerReplaced: () => happened.push('replaced'),
    peerSuspected: () => happened.push('suspected'),
    peerRecovered: () => happened.push('recovered'),
    peerSilent: () => happened.push('silent'),
    peerUnmet: () => happened.push('unmet'),
  }
}

/** Two sessions on a link that loses a message when `loses` says so. */
class Link {
  readonly clock = new VirtualClock()
  loses: () => boolean = () => false
  readonly #ends = new Map<'a' | 'b', Side>()

  plug(name: 'a' | 'b', incarnation: number): Side {
    const got: number[] = []
    const happened: string[] = []
    const session = new PeerSession({
      clock: this.clock,
      port: {
        send: (message: PeerMessage) => {
          if (this.loses()) return
          const far = this.#ends.get(name === 'a' ? 'b' : 'a')
          this.clock.after(0.1, () => far?.session.receive(message))
        },
      },
      incarnation,
      timings: DEFAULT_TIMINGS,
    })
    session.heardBy(hearer(happened), (words) => got.push('callId' in words ? words.callId : -1))
    const side = { session, got, happened }
    this.#ends.set(name, side)
    session.setPresent(true)
    session.start()
    return side
  }

  run(forMs: number): void {
    this.clock.runUntil(this.clock.nowMs() + forMs)
  }
}

const words = (callId: number): PeerWords => ({ type: 'state-installed', callId })

function met(): { readonly link: Link; readonly a: Side; readonly b: Side } {
  const link = new Link()
  const a = link.plug('a', 3)
  const b = link.plug('b', 5)
  link.run(1)
  expect([a.happened, b.happened]).toEqual([['met'], ['met']])
  return { link, a, b }
}

describe('the session with the peer', () => {
  it('is there as soon as both know each other', () => {
    const { a, b } = met()
    expect(a.session.description).toEqual(DESCRIPTION)
    expect(b.session.isEstablished).toBe(true)
  })

  it('carries messages in order and exactly once over a link that loses some', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 60 }), (seed, count) => {
        const random = new Prng(seed)
        const { link, a, b } = met()
        link.loses = () => random.chance(0.3)
        for (let callId = 1; callId <= count; callId++) {
          a.session.send(words(callId))
          b.session.send(words(callId))
          link.run(random.fraction() * 20)
        }
        link.loses = () => false
        link.run(500)
        const all = Array.from({ length: count }, (_, index) => index + 1)
        expect(b.got).toEqual(all)
        expect(a.got).toEqual(all)
      }),
      { numRuns: 60 },
    )
  })

  it('says something else where a message has to be sent again and is out of date by then', () => {
    const { link, a, b } = met()
    let isWanted = true
    a.session.send(words(1), () => (isWanted ? words(1) : words(91)))
    link.run(1)
    link.loses = () => true
    a.session.send(words(2), () => (isWanted ? words(2) : words(92)))
    a.session.send(words(3))
    link.run(20)
    isWanted = false
    link.loses = () => false
    link.run(500)
    expect(b.got).toEqual([1, 92, 3])
  })

  it('suspects a silent peer, says it is silent only after the hysteresis, and notices that it is back', () => {
    const { link, a } = met()
    link.loses = () => true
    link.run(DEFAULT_TIMINGS.heartbeatMs * DEFAULT_TIMINGS.suspectAfterBeats + 10)
    expect(a.happened).toEqual(['met', 'suspected'])
    link.loses = () => false
    link.run(DEFAULT_TIMINGS.heartbeatMs + 10)
    expect(a.happened).toEqual(['met', 'suspected', 'recovered'])
    link.loses = () => true
    link.run(DEFAULT_TIMINGS.heartbeatMs * (DEFAULT_TIMINGS.fenceAfterBeats + 1))
    expect(a.happened.slice(3, 5)).toEqual(['suspected', 'silent'])
  })

  it('says that a peer it never met is silent, but only after the time of a start without a word or a change of the link', () => {
    const startMs = DEFAULT_TIMINGS.heartbeatMs * DEFAULT_TIMINGS.startWithinBeats
    const link = new Link()
    const { session, happened } = link.plug('a', 3)
    const nearlyMs = startMs - 2 * DEFAULT_TIMINGS.heartbeatMs
    link.run(nearlyMs)
    session.receive({ words: { type: 'hello', description: DESCRIPTION }, from: 5, to: 0, number: 0, received: 0 })
    link.run(nearlyMs)
    session.linkChanged()
    link.run(nearlyMs)
    session.setPresent(false)
    link.run(2 * startMs)
    session.setPresent(true)
    link.run(nearlyMs)
    expect(happened).toEqual([])
    link.run(3 * DEFAULT_TIMINGS.heartbeatMs)
    expect(happened).toContain('unmet')
    expect(session.isSuspected).toBe(false)
  })

  it('does not take the peer for silent because this side was held up', () => {
    const clock = new VirtualClock()
    const happened: string[] = []
    let late: (() => void) | undefined
    const session = new PeerSession({
      clock: { nowMs: () => clock.nowMs(), after: (_delayMs, run) => ((late = run), { cancel: () => undefined }) },
      port: { send: () => undefined },
      incarnation: 1,
      timings: DEFAULT_TIMINGS,
    })
    session.heardBy(hearer(happened), () => undefined)
    session.setPresent(true)
    session.start()
    session.receive({ words: { type: 'hello', description: DESCRIPTION }, from: 1, to: 1, number: 0, received: 0 })
    clock.runUntil(5000)
    late?.()
    expect(happened).toEqual(['met'])
  })

  it('with a new incarnation delivers nothing that the one before it said', () => {
    const { link, a, b } = met()
    const stale: PeerMessage = { words: words(7), from: 5, to: 3, number: 1, received: 0 }
    const newcomer = link.plug('b', 6)
    link.run(1)
    expect(a.happened).toEqual(['met', 'replaced', 'met'])
    a.session.receive(stale)
    expect(a.got).toEqual([])
    newcomer.session.send(words(9))
    link.run(1)
    expect(a.got).toEqual([9])
    expect(b.got).toEqual([])
  })

  it('hears nothing from a peer that is gone', () => {
    const { link, a, b } = met()
    a.session.setPresent(false)
    b.session.send(words(1))
    link.run(300)
    expect(a.got).toEqual([])
    expect(a.session.isEstablished).toBe(false)
  })

  it('hears nothing late from a peer that is gone, also once the next one is there', () => {
    const { link, a, b } = met()
    a.session.setPresent(false)
    a.session.setPresent(true)
    b.session.send(words(1))
    link.run(300)
    expect(a.session.isEstablished).toBe(false)
    expect([a.got, a.happened]).toEqual([[], ['met']])
    link.plug('b', 6)
    link.run(300)
    expect(a.happened).toEqual(['met', 'met'])
  })
})
