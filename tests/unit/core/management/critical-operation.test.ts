import { expect, it } from 'vitest'
import type { ArrayState, Operation } from '../../../../src-main/contract/array-state'
import { criticalOperation } from '../../../../src-main/core/controller/state/operation-changes'
import { servingWorld } from '../../../support/simulation'

const OPERATION: Operation = {
  id: 'mend',
  name: 'mend-group',
  digest: '',
  state: 'running',
  server: 'a',
  incarnation: 1,
  controller: 'a',
  volumes: [],
  critical: true,
}

function withOperation(change: Partial<Operation>): ArrayState {
  const state = servingWorld({ seed: 1 }).controller('a')?.report().array
  if (state === undefined) throw new Error('no state')
  return { ...state, operations: [{ ...OPERATION, ...change }] }
}

it('an operation in a critical phase keeps its volumes where they are, or all where it names none', () => {
  expect(criticalOperation(undefined, 0)).toBeUndefined()
  expect(criticalOperation(withOperation({}), 0)).toBe('operation mend (mend-group) is in a critical phase')
  expect(criticalOperation(withOperation({ volumes: [1] }), 0)).toBeUndefined()
  expect(criticalOperation(withOperation({ volumes: [1] }), 1)).toContain('mend')
  expect(criticalOperation(withOperation({ critical: false }), 0)).toBeUndefined()
  expect(criticalOperation(withOperation({ state: 'done' }), 0)).toBeUndefined()
})
