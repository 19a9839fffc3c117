import type { ArrayState, Operation } from '../../../contract/array-state'
import { LIMITS } from '../../../contract/limits'

/** Pure changes of the operations in the array state. */

export function operationOf(state: ArrayState, id: string): Operation | undefined {
  return state.operations?.find((operation) => operation.id === id)
}

/** If the list is full, the oldest operation that has ended makes room. If none has ended, the oldest of all does. */
export function withOperation(state: ArrayState, operation: Operation): ArrayState {
  const others = (state.operations ?? []).filter(({ id }) => id !== operation.id)
  const isTooMany = others.length >= LIMITS.operations
  const oldest = isTooMany ? (others.find((other) => other.state !== 'running') ?? others[0]) : undefined
  return { ...state, operations: [...others.filter((other) => other !== oldest), operation] }
}

export function withOperationChanged(state: ArrayState, id: string, change: Partial<Operation>): ArrayState {
  const operations = state.operations?.map((operation) => (operation.id === id ? { ...operation, ...change } : operation))
  return operations === undefined ? state : { ...state, operations }
}

/** Why a volume must not move; undefined if no critical operation is running on it. */
export function criticalOperation(state: ArrayState | undefined, volumeId: number): string | undefined {
  const critical = state?.operations?.find(({ state: phase, critical: isCritical, volumes }) => {
    return phase === 'running' && isCritical === true && (volumes.length === 0 || volumes.includes(volumeId))
  })
  return critical === undefined ? undefined : `operation ${critical.id} (${critical.name}) is in a critical phase`
}
