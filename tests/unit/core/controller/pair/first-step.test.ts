import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ControllerPhase } from '../../../../../src-main/contract/interconnect'
import { firstStep, type FirstKnowledge } from '../../../../../src-main/core/controller/pair/first-step'
import type { Election } from '../../../../../src-main/core/raid/election'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'

const state = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))
const elected = (generation: number, quorum = true): Election => ({
  state: { ...state, generation },
  standsOn: [],
  committed: true,
  quorum,
  silent: [],
  strangers: [],
  notes: [],
})
const known: FirstKnowledge = { self: 'a', elected: elected(5), nvramRank: 0, presence: 'present', peer: undefined }
const peer = (phase: ControllerPhase, generation: number) => ({ phase, generation })

describe('the first step of a controller', () => {
  it.each<[string, Partial<FirstKnowledge>, string]>([
    ['without a superblock, it reads again', { elected: undefined, presence: 'gone' }, 'read-again'],
    ['without a quorum of drives, it reads again', { elected: elected(5, false), presence: 'gone' }, 'read-again'],
    ['alone, it claims all', { presence: 'gone' }, 'claim-all'],
    ['not knowing about the peer, it waits', { presence: 'unknown' }, 'wait'],
    ['with a silent peer, it waits', {}, 'wait'],
    ['with a serving peer, it joins', { peer: peer('serving', 9) }, 'join'],
    ['with a peer that is taking over, it joins', { peer: peer('taking-over', 9) }, 'join'],
    ['with a peer that has read nothing yet, it goes on starting', { peer: peer('booting', -1) }, 'boot'],
    ['as A among equals, it claims', { peer: peer('booting', 5) }, 'claim-preferred'],
    ['as B among equals, it joins', { self: 'b', peer: peer('booting', 5) }, 'join'],
    ['with the newer state, B claims', { self: 'b', peer: peer('waiting', 4) }, 'claim-preferred'],
    ['with the older state, A joins', { peer: peer('waiting', 6) }, 'join'],
    [
      'with the same state and NVRAM that counts, B claims',
      { self: 'b', nvramRank: 2, peer: { ...peer('waiting', 5), nvramRank: 1 } },
      'claim-preferred',
    ],
    ['with the same state and the peer holding data, A joins', { nvramRank: 3, peer: { ...peer('waiting', 5), nvramRank: 4 } }, 'join'],
  ])('%s', (_what, knowledge, step) => {
    expect(firstStep({ ...known, ...knowledge }).step).toBe(step)
  })

  it('of two that start together lets exactly one claim', () => {
    fc.assert(
      fc.property(
        fc.nat(5),
        fc.nat(5),
        fc.nat(7),
        fc.nat(7),
        fc.constantFrom<ControllerPhase>('booting', 'waiting', 'joining'),
        (a, b, rankA, rankB, phase) => {
          const ofA = firstStep({ ...known, elected: elected(a), nvramRank: rankA, peer: { ...peer(phase, b), nvramRank: rankB } }).step
          const ofB = firstStep({
            ...known,
            self: 'b',
            elected: elected(b),
            nvramRank: rankB,
            peer: { ...peer(phase, a), nvramRank: rankA },
          }).step
          expect([ofA, ofB].sort()).toEqual(['claim-preferred', 'join'])
        },
      ),
      // Of what they draw, few know the same.
      { examples: [[1, 1, 2, 2, 'booting']] },
    )
  })
})
