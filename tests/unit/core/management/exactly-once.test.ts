import { expect, it } from 'vitest'
import { ok } from '../../../../src-main/base/result'
import type { ArrayState } from '../../../../src-main/contract/array-state'
import type { Committer } from '../../../../src-main/core/controller/state/committer'
import { withOperation } from '../../../../src-main/core/controller/state/operation-changes'
import { commitOnce } from '../../../../src-main/core/management/exactly-once'
import { firstArrayState } from '../../../support/fake-lab-data'

/** What a request with the id of an operation gets, if it changes the name of the array. */
function renamed(state: ArrayState, id: string): { readonly outcome: string; readonly state: ArrayState } {
  let standing = state
  let outcome = 'nothing yet'
  const commit: Committer['commit'] = (change, _cause, done) => {
    const changed = change(standing)
    if (changed.ok) standing = changed.value
    done(changed)
  }
  const asked = { request: { id, name: 'rename-array', params: {} }, digest: 'digest', servedBy: 'a', cause: undefined } as const
  const change = (before: ArrayState) =>
    ok({ state: { ...before, configuration: { ...before.configuration, name: 'Other' } }, result: { name: 'Other' } })
  commitOnce({ commit } as Committer, asked, change, (done) => (outcome = done.ok ? 'good' : done.error.code))
  return { outcome, state: standing }
}

it('an id of an operation that is running, and has no result yet, is not that of a change', () => {
  const about = { controller: 'b', to: 'b', server: 'b', incarnation: 7 } as const
  const operation = { id: 'one', name: 'move-volume', digest: 'other', state: 'running', ...about } as const
  const running = withOperation(firstArrayState(4), { ...operation, volumes: [0] })
  expect(renamed(running, 'one')).toEqual({ outcome: 'id-reused', state: running })
  expect(renamed(running, 'two').outcome).toBe('good')
})
