import { describe, expect, it } from 'vitest'
import type { ArrayState, Operation } from '../../../../../src-main/contract/array-state'
import { LIMITS } from '../../../../../src-main/contract/limits'
import { criticalOperation, withOperation, withOperationChanged } from '../../../../../src-main/core/controller/state/operation-changes'
import { firstArrayState } from '../../../../support/fake-lab-data'

function operation(id: string, more: Partial<Operation> = {}): Operation {
  return { id, name: 'move-volume', digest: '', server: 'a', incarnation: 1, controller: 'b', volumes: [0], state: 'running', ...more }
}

function filled(states: readonly Operation['state'][]): ArrayState {
  return states.reduce((state, phase, index) => withOperation(state, operation(`${index}`, { state: phase })), firstArrayState(4))
}

function idsOf({ operations = [] }: ArrayState): string[] {
  return operations.map(({ id }) => id)
}

describe('an operation that begins where there are as many as there can be', () => {
  const running = Array.from({ length: LIMITS.operations }, () => 'running' as const)

  it('takes the place of the oldest that has ended, whatever runs longer', () => {
    const full = filled(running.map((phase, index) => (index === 2 || index === 4 ? 'done' : phase)))
    const ids = idsOf(withOperation(full, operation('new')))
    expect(ids).toHaveLength(LIMITS.operations)
    expect(ids.filter((id) => ['0', '1', '2', '3', '4', 'new'].includes(id))).toEqual(['0', '1', '3', '4', 'new'])
  })

  it('takes that of the oldest where all run', () => {
    expect(idsOf(withOperation(filled(running), operation('new'))).slice(0, 2)).toEqual(['1', '2'])
  })

  it('takes its own where it begins again', () => {
    const again = withOperation(filled(running), operation('3', { state: 'done' }))
    expect(idsOf(again)).toEqual([...idsOf(filled(running)).filter((id) => id !== '3'), '3'])
  })
})

it('a volume must not move while a critical operation runs on it, or on all', () => {
  const of = (more: Partial<Operation>): string | undefined => criticalOperation(withOperation(firstArrayState(4), operation('x', more)), 1)
  expect(of({ critical: true, volumes: [0, 1] })).toContain('critical')
  expect(of({ critical: true, volumes: [] })).toContain('critical')
  expect([of({ volumes: [1] }), of({ critical: true }), of({ critical: true, volumes: [1], state: 'done' })]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  const state = withOperation(firstArrayState(4), operation('x', { critical: true }))
  expect(criticalOperation(withOperationChanged(state, 'x', { critical: false }), 0)).toBeUndefined()
})
