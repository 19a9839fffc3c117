import { beforeEach, expect, it } from 'vitest'
import { ok } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { Committer, type CommitterParts } from '../../../../../src-main/core/controller/state/committer'
import type { StateWriteOutcome } from '../../../../../src-main/core/controller/state/state-drives'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../../support/fake-lab-data'

const RETRY_MS = 200

let clock: VirtualClock
let state: ArrayState
/** The states that the drives were given, and what they make of the next one. */
let written: ArrayState[]
let outcome: StateWriteOutcome
let committer: Committer

beforeEach(() => {
  clock = new VirtualClock()
  state = { ...firstArrayState(4), serviceOwner: 'a' }
  written = []
  outcome = 'written'
  committer = new Committer({
    self: 'a',
    incarnation: 1,
    store: {
      get state() {
        return state
      },
      install: (next: ArrayState) => (state = next),
    },
    stateDrives: {
      withStored: (next: ArrayState) => next,
      whenStable: (_: ArrayState, _how: object, done: (outcome: StateWriteOutcome) => void) => done('written'),
      write: (next: ArrayState, _options: object, done: (outcome: StateWriteOutcome) => void) => {
        written.push(next)
        done(outcome)
      },
    },
    session: { isEstablished: false },
    trace: { record: () => 1 },
    clock,
    midplane: {},
    timings: { retryMs: RETRY_MS },
    standing: { peerIsMember: false },
    claimLost: { tell: () => undefined },
  } as unknown as CommitterParts)
  committer.resume()
})

function rename(name: string): string {
  let heard = 'nothing yet'
  committer.commit(
    (standing) => ok({ ...standing, configuration: { ...standing.configuration, name } }),
    undefined,
    (result) => (heard = result.ok ? 'good' : result.error.code),
  )
  return heard
}

it('a generation is written once, since a few drives may have the state that was refused, and beside the state that stands', () => {
  const { generation } = state
  outcome = 'no-majority'
  expect(rename('refused')).toBe('unavailable')
  outcome = 'written'
  expect(rename('taken')).toBe('good')
  expect(written.map((one) => one.generation)).toEqual([generation + 1, generation + 3])
  expect(state).toMatchObject({ generation: generation + 3, configuration: { name: 'taken' } })
})

it('whoever goes on as before after a refused commit waits until a newer state without it is on the drives', () => {
  outcome = 'no-majority'
  let goesOn = false
  committer.commitOrOverwrite(
    (standing) => ok({ ...standing, configuration: { ...standing.configuration, name: 'refused' } }),
    undefined,
    () => (goesOn = true),
  )
  clock.runUntil(RETRY_MS * 3)
  expect(goesOn).toBe(false)
  expect(written.length).toBeGreaterThan(2)
  outcome = 'written'
  clock.runUntil(RETRY_MS * 5)
  expect(goesOn).toBe(true)
  expect(written.at(-1)?.configuration.name).not.toBe('refused')
})
