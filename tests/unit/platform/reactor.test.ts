import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { Reactor } from '../../../src-main/platform/reactor'

describe('Reactor', () => {
  it('runs what is put off after the call has returned, in the same turn and in order', () => {
    const reactor = new Reactor()
    const seen: string[] = []
    reactor.turn(() => {
      reactor.defer(() => {
        seen.push('first')
        reactor.defer(() => seen.push('third'))
      })
      reactor.defer(() => seen.push('second'))
      reactor.atTurnEnd(() => seen.push('end'))
      seen.push('event')
    })
    expect(seen).toEqual(['event', 'first', 'second', 'third', 'end'])
  })

  it('lets the core write what the turn has logged when nothing is left to run, and sends after that', () => {
    const reactor = new Reactor()
    const seen: string[] = []
    reactor.turn(() => {
      reactor.atTurnEnd(() => seen.push('sent'))
      reactor.turnPort.atEnd(() => {
        seen.push('written')
        reactor.defer(() => {
          seen.push('acknowledged')
          reactor.turnPort.atEnd(() => seen.push('written again'))
        })
      })
      reactor.defer(() => seen.push('read'))
    })
    expect(seen).toEqual(['read', 'written', 'acknowledged', 'written again', 'sent'])
  })

  it('gives the event loop its chance when completions never end', async () => {
    const reactor = new Reactor()
    let completions = 0
    let going = true
    const again = () => {
      completions++
      if (going) reactor.defer(again)
    }
    reactor.turn(() => reactor.defer(again))
    const inFirstTurn = completions
    await new Promise((resolve) => setTimeout(resolve, 0))
    going = false
    expect(inFirstTurn).toBeLessThanOrEqual(LIMITS.completionsPerTurn)
    expect(completions).toBeGreaterThan(inFirstTurn)
  })

  it('gives the event loop its chance when completions take long, though they are few', async () => {
    const reactor = new Reactor()
    let completions = 0
    const slow = () => {
      const endMs = performance.now() + LIMITS.completionsMs
      while (performance.now() < endMs);
      completions++
      if (completions < 50) reactor.defer(slow)
    }
    reactor.turn(() => reactor.defer(slow))
    expect(completions).toBeLessThan(20)
    while (completions < 50) await new Promise((resolve) => setImmediate(resolve))
  })

  it('starts a turn for what is put off outside of one', async () => {
    const reactor = new Reactor()
    const seen: string[] = []
    reactor.defer(() => seen.push('deferred'))
    reactor.atTurnEnd(() => seen.push('end'))
    expect(seen).toEqual([])
    await new Promise((resolve) => setImmediate(resolve))
    expect(seen).toEqual(['deferred', 'end'])
  })

  it('neither commits nor sends anything of an event that threw: its thread must end', async () => {
    const reactor = new Reactor()
    const seen: string[] = []
    expect(() =>
      reactor.turn(() => {
        reactor.turnPort.atEnd(() => seen.push('committed'))
        reactor.atTurnEnd(() => seen.push('sent'))
        throw new Error('broken')
      }),
    ).toThrow('broken')
    await new Promise((resolve) => setImmediate(resolve))
    expect(seen).toEqual([])
  })
})
