import { expect, it } from 'vitest'
import type { Operation } from '../../../../src-main/contract/array-state'
import type { ServiceError } from '../../../../src-main/contract/service-request'
import { EndedOperations } from '../../../../src-main/core/management/ended-operations'

const ERROR: ServiceError = { code: 'unavailable', message: 'It ended.' }

function operation(change: Partial<Operation> = {}): Operation {
  const about = { controller: 'b' as const, volumes: [], digest: '', state: 'running' as const }
  return { id: 'one', name: 'move-volume', server: 'a', incarnation: 5, ...about, ...change }
}

it('an operation has ended in the life that ended it, and in no other life of either controller', () => {
  const ended = new EndedOperations('a', 5)
  expect(ended.has(operation())).toBe(false)
  ended.add('one', ERROR)
  expect(ended.has(operation())).toBe(true)
  expect(ended.errorOf(operation())).toBe(ERROR)
  expect(ended.has(operation({ incarnation: 4 }))).toBe(false)
  expect(ended.has(operation({ server: 'b' }))).toBe(false)
  expect(ended.has(operation({ id: 'two' }))).toBe(false)
  ended.forget('one')
  expect(ended.has(operation())).toBe(false)
})

it('only the oldest are forgotten when there are too many', () => {
  const ended = new EndedOperations('a', 5)
  for (let number = 0; number < 1030; number++) ended.add(`o${number}`, undefined)
  const known = Array.from({ length: 1030 }, (_, number) => ended.has(operation({ id: `o${number}` })))
  expect(known.indexOf(true)).toBe(6)
  expect(known.filter(Boolean)).toHaveLength(1024)
})
