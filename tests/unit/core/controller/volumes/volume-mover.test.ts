import { beforeEach, expect, it } from 'vitest'
import { failure } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import type { CommitDone, StateChange } from '../../../../../src-main/core/controller/state/state-change'
import { VolumeMover, type VolumeMoverParts } from '../../../../../src-main/core/controller/volumes/volume-mover'
import { firstArrayState } from '../../../../support/fake-lab-data'

let state: ArrayState
let isClean: boolean
let isTaken: boolean
/** What happened to the volume, in order. */
let happened: string[]

beforeEach(() => {
  state = firstArrayState(4)
  isClean = true
  isTaken = true
  happened = []
})

/** Volume 0, which is of this controller, to the other one. */
function move(): string {
  const volume = {
    name: 'alpha',
    isMoving: false,
    quiesce: (drained: (isClean: boolean) => void) => {
      happened.push('quiesced')
      drained(isClean)
    },
    resume: () => happened.push('resumed'),
  }
  const commitOrOverwrite = (change: StateChange, _cause: number, done: CommitDone): void => {
    happened.push('committed')
    const changed = change(state)
    if (changed.ok && isTaken) state = changed.value
    done(isTaken ? changed : failure({ code: 'unavailable', message: 'Too few drives.' }))
  }
  const mover = new VolumeMover({
    self: 'a',
    incarnation: 1,
    store: {
      get state() {
        return state
      },
    },
    volumes: { volume: () => volume },
    cache: { isMirrorInStep: true },
    committer: { commitOrOverwrite },
    session: { isSuspected: false, isEstablished: true },
    midplane: { claimEpoch: () => 0 },
    trace: { record: () => 1 },
    standing: { peerIsMember: true },
  } as unknown as VolumeMoverParts)
  let heard = 'nothing yet'
  mover.move({ volumeId: 0, to: 'b', cause: undefined }, (outcome) => (heard = outcome.ok ? 'good' : outcome.error.code))
  return heard
}

const owner = (): string | undefined => state.ownership.find(({ volumeId }) => volumeId === 0)?.owner

it('a volume moves once nothing of it is under way and all of it is on the drives', () => {
  expect(move()).toBe('good')
  expect(happened).toEqual(['quiesced', 'committed', 'resumed'])
  expect(owner()).toBe('b')
})

it('a volume whose data the drives do not take stays, and is served', () => {
  isClean = false
  expect(move()).toBe('not-possible-now')
  expect(happened).toEqual(['quiesced', 'resumed'])
  expect(owner()).toBe('a')
})

it('a volume whose new owner cannot be committed stays, and is served', () => {
  isTaken = false
  expect(move()).toBe('unavailable')
  expect(happened).toEqual(['quiesced', 'committed', 'resumed'])
  expect(owner()).toBe('a')
})
