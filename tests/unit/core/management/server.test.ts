import { beforeEach, describe, expect, it } from 'vitest'
import { failure, ok } from '../../../../src-main/base/result'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import type { StateChange } from '../../../../src-main/core/controller/state/state-change'
import { withCompleted } from '../../../../src-main/core/controller/state/array-changes'
import type { Before, PreparedRequest } from '../../../../src-main/core/management/request'
import { Server, type ServerParts } from '../../../../src-main/core/management/server'
import { firstArrayState } from '../../../support/fake-lab-data'

const REQUEST = { id: 'once', name: 'delete-volume', params: {} }
const DIGEST = 'digest'
const GONE = { code: 'not-found', message: 'The volume no longer exists.' } as const

let state: ArrayState
let commits: number
let mayChange: boolean
let happened: string[]

beforeEach(() => {
  state = firstArrayState(4)
  commits = 0
  mayChange = true
  happened = []
})

/** What a request is answered that needs something done `before` its commit. */
function serve(before: Before): string {
  const commit = (change: StateChange, _cause: unknown, done: (outcome: { readonly ok: boolean }) => void): void => {
    commits++
    const changed = change(state)
    if (changed.ok) state = changed.value
    done(changed)
  }
  const parts = {
    self: 'a',
    store: {
      get state() {
        return state
      },
    },
    committer: { commit },
    standing: { isServing: true, peerIsPresent: true },
    midplane: { claimEpoch: () => 0 },
  } as unknown as ServerParts
  const prepared: PreparedRequest = {
    how: 'change',
    before,
    change: (standing) => (mayChange ? ok({ state: standing, result: 'deleted' }) : failure(GONE)),
  }
  let heard = 'nothing yet'
  new Server(parts).serve({ request: REQUEST, digest: DIGEST, prepared, receivedBy: 'a', cause: undefined }, (outcome) => {
    heard = outcome.ok ? String(outcome.value.result) : outcome.error.code
    happened.push('answered')
  })
  return heard
}

const ready: Before = (_, done) => {
  happened.push('ready')
  done(ok(() => happened.push('let go')))
}

describe('a request that needs something done before its commit', () => {
  it('is committed after it, and then what was held goes on', () => {
    expect(serve(ready)).toBe('deleted')
    expect(happened).toEqual(['ready', 'let go', 'answered'])
  })

  it('lets go also where the state has changed meanwhile, so that it is refused', () => {
    const refused: Before = (call, done) => {
      mayChange = false
      ready(call, done)
    }
    expect(serve(refused)).toBe('not-found')
    expect(happened).toEqual(['ready', 'let go', 'answered'])
  })

  it('that is refused anyway has nothing done', () => {
    mayChange = false
    expect(serve(ready)).toBe('not-found')
    expect(happened).toEqual(['answered'])
  })

  it('gets the answer of the other controller, which carried it out meanwhile', () => {
    const overtaken: Before = (_, done) => {
      state = withCompleted(state, { id: REQUEST.id, name: REQUEST.name, digest: DIGEST, servedBy: 'b', result: 'deleted by B' })
      done(failure(GONE))
    }
    expect(serve(overtaken)).toBe('deleted by B')
    expect(commits).toBe(0)
  })

  it('is not answered well by what fails before', () => {
    expect(serve((_, done) => done(failure(GONE)))).toBe('not-found')
    expect(commits).toBe(0)
  })
})
