import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../src-main/base/assert'
import { failure } from '../../../../src-main/base/result'
import type { ArrayState, Operation } from '../../../../src-main/contract/array-state'
import type { ServiceError } from '../../../../src-main/contract/service-request'
import type { Committer } from '../../../../src-main/core/controller/state/committer'
import { withOwner } from '../../../../src-main/core/controller/state/array-changes'
import { operationOf, withOperation } from '../../../../src-main/core/controller/state/operation-changes'
import type { ChangingRequest } from '../../../../src-main/core/management/exactly-once'
import { Operations, type OperationsParts } from '../../../../src-main/core/management/operations'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'
import { firstArrayState } from '../../../support/fake-lab-data'

const INCARNATION = 5
const PLAN = { controller: 'b', to: 'b', volumes: [0] } as const
const NO_QUORUM: ServiceError = { code: 'unavailable', message: 'Too few drives took the change.' }
const NOT_MOVED: ServiceError = { code: 'not-possible-now', message: 'The volume stays.' }

type Took = 'all' | 'all at the second try' | 'too few' | 'too few, and a later state contains it'

let clock: VirtualClock
let state: ArrayState
let took: Took
let operations: Operations

/** Commits at once; `took` says what the drives make of it. */
const commit: Committer['commit'] = (change, _cause, done) => {
  const changed = change(state)
  if (changed.ok && took !== 'too few') state = changed.value
  if (took === 'all at the second try') return commitAgain(change, done)
  done(changed.ok && took !== 'all' ? failure(NO_QUORUM) : changed)
}

/** The one who made the first try died, and the state has it all the same. */
function commitAgain(change: Parameters<Committer['commit']>[0], done: Parameters<Committer['commit']>[2]): void {
  const changed = change(state)
  if (changed.ok) state = changed.value
  done(changed)
}

beforeEach(() => {
  clock = new VirtualClock()
  state = firstArrayState(4)
  took = 'all'
  operations = new Operations({
    self: 'a',
    incarnation: INCARNATION,
    clock,
    store: {
      get state() {
        return state
      },
    },
    committer: { commit },
    standing: { isServing: true, peerIsMember: true, peerIsPresent: true },
    restarts: { startPeer: () => undefined },
  } as unknown as OperationsParts)
})

function asked(name = 'move-volume'): ChangingRequest {
  return { request: { id: 'one', name, params: {} }, digest: 'digest', servedBy: 'a', cause: undefined }
}

/** What the requester learns of its try. */
function begin(name?: string): string {
  let heard = 'nothing yet'
  operations.begin(asked(name), { ...PLAN, volumes: name === undefined ? [0] : [] }, (outcome) => {
    heard = outcome.ok ? (outcome.value === 'go' ? 'go' : 'an earlier result') : outcome.error.code
  })
  return heard
}

function reviewed(): Operation {
  operations.review()
  clock.runUntil(clock.nowMs() + 500)
  return present(operationOf(state, 'one'), 'operation')
}

describe('an operation whose ending could not be committed', () => {
  it.each(['move-volume', 'give-back', 'take-over', 'restart-controller'])(
    'fails with its own error once commits succeed again: %s',
    (name) => {
      expect(begin(name)).toBe('go')
      took = 'too few'
      operations.end('one', NOT_MOVED)
      expect(operationOf(state, 'one')?.state).toBe('running')
      took = 'all'
      expect(reviewed()).toMatchObject({ state: 'failed', error: NOT_MOVED })
    },
  )

  it('can be sent again at once, and runs', () => {
    begin()
    took = 'too few'
    operations.end('one', NOT_MOVED)
    took = 'all'
    expect(begin()).toBe('go')
    expect(reviewed().state).toBe('running')
  })

  it('is done where it ended well and its volumes are there', () => {
    begin()
    state = withOwner(state, { volumeId: 0, owner: 'b', by: 'request', claimEpoch: () => 0 })
    took = 'too few'
    operations.end('one', undefined)
    took = 'all'
    expect(reviewed().state).toBe('done')
  })
})

describe('an operation whose first commit failed, but which a later state contains', () => {
  beforeEach(() => {
    took = 'too few, and a later state contains it'
    expect(begin()).toBe('unavailable')
    took = 'all'
    expect(operationOf(state, 'one')?.state).toBe('running')
  })

  it('fails with the error that its requester was told', () => {
    expect(reviewed()).toMatchObject({ state: 'failed', error: NO_QUORUM })
  })

  it('runs when it is sent again', () => {
    expect(begin()).toBe('go')
    expect(reviewed().state).toBe('running')
  })
})

it('an operation that is under way here goes on', () => {
  begin()
  expect(reviewed().state).toBe('running')
})

it('an operation whose first try was committed after all begins once', () => {
  took = 'all at the second try'
  expect(begin()).toBe('go')
  expect(reviewed().state).toBe('running')
})

it('an operation of the peer under an id that ended here goes on', () => {
  took = 'too few'
  begin()
  took = 'all'
  const ofPeer: Operation = {
    ...PLAN,
    volumes: [0],
    id: 'one',
    name: 'move-volume',
    digest: 'other',
    state: 'running',
    server: 'b',
    incarnation: 1,
  }
  state = withOperation(state, ofPeer)
  expect(reviewed().state).toBe('running')
})

it('an id belongs to the operation that is running under it, and to no other request', () => {
  begin()
  state = { ...state, operations: (state.operations ?? []).map((operation) => ({ ...operation, digest: 'other' })) }
  expect(begin()).toBe('id-reused')
  expect(reviewed().state).toBe('running')
})

it('a move is answered as done only if the volume is where it was to go when the answer is committed', () => {
  begin()
  let heard: string | undefined
  // A takeover has taken it back meanwhile: it is with A.
  operations.answer(asked(), { result: {}, goesOn: false }, (outcome) => (heard = outcome.ok ? 'good' : outcome.error.code))
  expect(heard).toBe('not-possible-now')
  expect(reviewed().state).toBe('failed')
})

it('an operation that ended well is closed as done only if the committed state says so', () => {
  begin()
  operations.end('one', undefined)
  expect(operationOf(state, 'one')?.state).toBe('running')
  expect(reviewed().state).toBe('failed')
})
