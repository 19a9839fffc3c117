import { beforeEach, expect, it } from 'vitest'
import { failure, ok } from '../../../../../src-main/base/result'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { NvramHolds, type NvramHoldsParts } from '../../../../../src-main/core/controller/volumes/nvram-holds'
import type { CommitDone, StateChange } from '../../../../../src-main/core/controller/state/state-change'
import { firstArrayState } from '../../../../support/fake-lab-data'

let state: ArrayState
let cache: { isAlone: boolean; isMirrorInStep: boolean; dirtyVolumes: () => number[]; mustHold: (volumeId: number) => boolean }
let commits: { change: StateChange; done: CommitDone }[]
let replayed: number[]
let holds: NvramHolds

/** Volume 0 is of this controller, A. */
beforeEach(() => {
  state = { ...firstArrayState(4), cachePolicy: 'write-back-unmirrored' }
  cache = { isAlone: true, isMirrorInStep: false, dirtyVolumes: () => [], mustHold: () => false }
  commits = []
  replayed = []
  holds = new NvramHolds({
    self: 'a',
    store: {
      get state() {
        return state
      },
    },
    committer: { commitOrOverwrite: (change: StateChange, _cause: undefined, done: CommitDone) => commits.push({ change, done }) },
    cache,
    replayed: { tell: (volumes: number[]) => replayed.push(...volumes) },
  } as unknown as NvramHoldsParts)
})

function commit(isTaken: boolean): void {
  beginCommit()(isTaken)
}

/** What is changed is decided. Whether the drives take it, comes later. */
function beginCommit(): (isTaken: boolean) => void {
  const { change, done } = commits.shift() ?? expect.fail('nothing to commit')
  const changed = change(state)
  return (isTaken) => {
    if (isTaken && changed.ok) state = changed.value
    done(isTaken ? ok(state) : failure({ code: 'unavailable', message: 'Too few drives.' }))
  }
}

const holder = (): string | undefined => state.ownership.find(({ volumeId }) => volumeId === 0)?.heldBy

it('data may stay in this NVRAM alone once the state says that it is there', () => {
  holds.review()
  expect(holds.mayKeepUnmirrored(0)).toBe(false)
  commit(true)
  expect(holder()).toBe('a')
  expect(holds.mayKeepUnmirrored(0)).toBe(true)
})

it('and not any more from the moment at which this is taken back, unless that fails', () => {
  holds.review()
  commit(true)
  cache.isMirrorInStep = true
  cache.isAlone = false
  holds.review()
  expect(holds.mayKeepUnmirrored(0)).toBe(false)
  commit(false)
  expect(holds.mayKeepUnmirrored(0)).toBe(true)
  holds.review()
  commit(true)
  expect(holder()).toBeUndefined()
  expect(holds.mayKeepUnmirrored(0)).toBe(false)
})

it('a hold that ends only in the commit of another one counts no more while the drives are written', () => {
  state = {
    ...state,
    cachePolicy: 'write-through',
    ownership: state.ownership.map((one) => (one.volumeId === 0 ? { ...one, heldBy: 'a' } : { ...one, owner: 'a' })),
  }
  cache.dirtyVolumes = () => [0]
  cache.mustHold = (volumeId) => volumeId === 1
  holds.review()
  cache.dirtyVolumes = () => []
  const end = beginCommit()
  expect(holds.isHeld(0)).toBe(false)
  end(true)
  expect(holder()).toBeUndefined()
  expect(holds.isHeld(1)).toBe(true)
})

it('a hold that a claim has made for a replay ends when all is on the drives, and that is told', () => {
  state = {
    ...state,
    cachePolicy: 'write-through',
    ownership: state.ownership.map((one) => (one.volumeId === 0 ? { ...one, heldBy: 'a', logEpoch: 1 } : one)),
  }
  cache.dirtyVolumes = () => [0]
  holds.review()
  expect(commits).toEqual([])
  cache.dirtyVolumes = () => []
  holds.review()
  commit(true)
  expect(holder()).toBeUndefined()
  expect(replayed).toEqual([0])
})

it('writes through: a read of data that would be lost with this controller makes a hold, until the drives have the data', () => {
  state = { ...state, cachePolicy: 'write-through' }
  cache.dirtyVolumes = () => [0]
  holds.review()
  expect(commits).toEqual([])
  expect(holds.isHeld(0)).toBe(false)
  cache.mustHold = (volumeId) => volumeId === 0
  holds.review()
  expect(holds.isHeld(0)).toBe(false)
  commit(true)
  expect(holder()).toBe('a')
  expect(holds.isHeld(0)).toBe(true)
  expect(holds.mayKeepUnmirrored(0)).toBe(false)
  cache.mustHold = () => false
  holds.review()
  expect(commits).toEqual([])
  cache.dirtyVolumes = () => []
  holds.review()
  expect(holds.isHeld(0)).toBe(false)
  commit(true)
  expect(holder()).toBeUndefined()
})

it('what the mirror has needs no hold', () => {
  cache.isAlone = false
  cache.isMirrorInStep = true
  expect(holds.isHeld(0)).toBe(true)
})
