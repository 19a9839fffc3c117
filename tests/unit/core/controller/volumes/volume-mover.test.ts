import { beforeEach, expect, it } from 'vitest'
import { failure } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { withOwner } from '../../../../../src-main/core/controller/state/array-changes'
import type { CommitDone, StateChange } from '../../../../../src-main/core/controller/state/state-change'
import { VolumeMover, type VolumeMoverParts } from '../../../../../src-main/core/controller/volumes/volume-mover'
import { firstArrayState } from '../../../../support/fake-lab-data'

let state: ArrayState
let isClean: boolean
let isTaken: boolean
/** What happens while the volume comes to rest. */
let meanwhile: () => void
/** What happened to the volume, in order. */
let happened: string[]

beforeEach(() => {
  state = firstArrayState(4)
  isClean = true
  isTaken = true
  meanwhile = () => undefined
  happened = []
})

function newMover(): VolumeMover {
  const volume = {
    name: 'alpha',
    isMoving: false,
    quiesce: (drained: (isClean: boolean) => void) => {
      happened.push('quiesced')
      meanwhile()
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
  return new VolumeMover({
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
}

/** Volume 0, which is of this controller, to the other one. */
function move(): string {
  let heard = 'nothing yet'
  newMover().move({ volumeId: 0, to: 'b', cause: undefined }, (outcome) => (heard = outcome.ok ? 'good' : outcome.error.code))
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

it('a volume that another one has got while it came to rest stays there, in its epoch', () => {
  let taken = state
  meanwhile = () => {
    state = taken = withOwner(state, { volumeId: 0, owner: 'b', claimEpoch: () => 0 })
  }
  expect(move()).toBe('good')
  expect(state).toBe(taken)
  expect(happened).toEqual(['quiesced', 'committed', 'resumed'])
})

it('of several volumes, one that was deleted keeps no other from moving, and one that cannot move does', () => {
  const outcomes: string[] = []
  const moveAll = (): void =>
    newMover().moveAll({ volumeIds: [60, 0, 61], to: 'b', cause: undefined }, ({ ok }) => outcomes.push(`${ok}, at ${owner()}`))
  isClean = false
  moveAll()
  isClean = true
  moveAll()
  expect(outcomes).toEqual(['false, at a', 'true, at b'])
})
