import { expect, it } from 'vitest'
import { dataFieldsOf } from '../../../../src-main/exercise/checks/event-kinds'
import type { Type } from '../../../../src-main/exercise/checks/types'
import type { TraceEvent } from '../../../../src-main/contract/trace'
import { Scene } from '../../../../src-main/simulator/playback/scene'
import { seedStage } from '../../../../src-main/simulator/playback/seed-stage'

/** A number in most events, and a word in others: no type of the language. */
const LEFT_OUT = new Set(['host.response.status', 'host.workload-started.luns'])
const SEEDS = 4

function isOfType(value: unknown, type: Type): boolean {
  switch (type.type) {
    case 'number':
    case 'duration':
    case 'blocks':
      return typeof value === 'number'
    case 'truth':
      return typeof value === 'boolean'
    case 'controller':
      return value === 'a' || value === 'b'
    case 'text':
      return typeof value === 'string' && (type.options?.includes(value) ?? true)
    case 'list':
      return Array.isArray(value) && value.every((item) => isOfType(item, type.of))
    default:
      return false
  }
}

function wrongFields({ kind, data }: TraceEvent): readonly string[] {
  return Object.entries(data ?? {}).flatMap(([name, value]) => {
    const type = dataFieldsOf(kind)[name]
    const isRight = LEFT_OUT.has(`${kind}.${name}`) || (type !== undefined && isOfType(value, type))
    return isRight ? [] : [`${kind}.${name} = ${JSON.stringify(value)}`]
  })
}

it('all that simulated events say has the type that checks are told', { timeout: 60_000 }, () => {
  const wrong = new Set<string>()
  const kinds = new Set<string>()
  for (let seed = 1; seed <= SEEDS; seed++) {
    const scene = new Scene(seedStage({ seed, operations: 200 }))
    scene.follow((event) => {
      kinds.add(event.kind)
      for (const field of wrongFields(event)) wrong.add(field)
    })
    while (scene.step());
  }
  expect([...wrong]).toEqual([])
  expect(kinds.size).toBeGreaterThan(40)
})
