import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import type { SheetAct } from '../../../src-main/contract/exercise-desk'
import { serviceTable } from '../../../src-main/core/management/requests'
import { sheetActOf } from '../../../src-main/exercise/desk/sheet'
import { ACTS, type ActName } from '../../../src-main/exercise/format/acts'
import { EXERCISE_FILE, readExercise } from '../../../src-main/exercise/shelf/exercise-folder'
import { chosenParameters, fieldsOf, type ActField } from '../../../src-renderer/components/exercise/act-fields'
import de from '../../../src-renderer/i18n/de'
import en from '../../../src-renderer/i18n/en'
import { projectDir } from '../../support/planted-build'

const table = serviceTable().requests
const folder = join(projectDir, 'exercises')
const shipped = readdirSync(folder).flatMap((id) => {
  const read = readExercise(join(folder, id, EXERCISE_FILE), { seed: 1 })
  return read.ok ? [{ id, exercise: read.value.exercise }] : []
})
const request = (name: string, parameters: SheetAct['parameters'] = {}): SheetAct =>
  sheetActOf({ act: 'request', parameters: { name, ...parameters }, most: undefined }, present(shipped[0], 'no exercise ships').exercise)
const fieldsFor = (act: SheetAct, sent: readonly string[] = []): readonly ActField[] =>
  fieldsOf(
    act,
    table,
    sent.map((id, event) => ({ event, atMs: event, act: 'request', parameters: { id } })),
    undefined,
  )
const SAMPLES = { text: 'x', integer: '1', boolean: 'true' }
/** As a person would fill it in. */
const sampleOf = (name: string | undefined, field: ActField): string => {
  if (field.kind === 'number') return String(field.from)
  if (field.kind === 'choice') return present(field.options.at(-1), field.name)
  if (field.ofRequest !== true) return field.usual
  const type = table.find((one) => one.name === name)?.parameters.find((one) => one.name === field.name)?.type
  return type === undefined || type === 'choice' ? '' : SAMPLES[type]
}

describe('the form of an act in an exercise', () => {
  it('asks for the id of a service request, and for its parameters', () => {
    expect(fieldsFor(request('get-array-status')).map(({ name, kind }) => [name, kind])).toEqual([
      ['id', 'text'],
      ['to', 'choice'],
    ])
    expect(fieldsFor(request('rename-volume')).map(({ name, kind }) => [name, kind])).toEqual([
      ['id', 'text'],
      ['volume', 'text'],
      ['name', 'text'],
      ['to', 'choice'],
    ])
  })

  it('asks for nothing that the exercise has given', () => {
    expect(fieldsFor(request('rename-array', { id: 'r4', params: { name: 'x' } })).map(({ name }) => name)).toEqual(['to'])
  })

  it('proposes an id that was not sent yet', () => {
    const proposed = (sent: readonly string[]) => fieldsFor(request('get-array-status'), sent)[0]
    expect(proposed([])).toMatchObject({ usual: 'r1' })
    expect(proposed(['r1', 'mine', 'r3'])).toMatchObject({ usual: 'r2' })
  })

  it('offers all requests where the exercise names none, and asks for the parameters of the one that is chosen', () => {
    const exercise = present(shipped[0], 'no exercise ships').exercise
    const act = sheetActOf({ act: 'request', parameters: {}, most: undefined }, exercise)
    const fields = fieldsOf(act, table, [], undefined, 'rename-array')
    expect(fields.map(({ name, ofRequest }) => [name, ofRequest])).toEqual([
      ['id', undefined],
      ['name', undefined],
      ['name', true],
      ['to', undefined],
    ])
    expect(fields[1]).toMatchObject({ kind: 'choice', options: table.map(({ name }) => name) })
    const parameters = chosenParameters(act, table, fields, ({ name, ofRequest }) =>
      ofRequest === true ? 'north' : present({ id: 'mine', name: 'rename-array', to: 'a' }[name], name),
    )
    expect(parameters).toEqual({ id: 'mine', name: 'rename-array', to: 'a', params: { name: 'north' } })
    expect(v.is(ACTS.request, parameters)).toBe(true)
    const first = present(table[0], 'a request')
    expect(fieldsOf(act, table, [], undefined).filter((field) => field.ofRequest === true)).toHaveLength(first.parameters.length)
  })

  it('sends the proposed id where it was emptied', () => {
    const act = request('get-array-status')
    const sent = chosenParameters(act, table, fieldsFor(act), ({ name }) => (name === 'id' ? ' ' : 'b'))
    expect(sent).toEqual({ id: 'r1', name: 'get-array-status', to: 'b', params: {} })
  })

  it('keeps the name of the request apart from a parameter that is called name', () => {
    const act = request('rename-volume')
    const typed: Readonly<Record<string, string>> = { id: ' r2 ', volume: 'alpha', name: 'north', to: 'b' }
    expect(chosenParameters(act, table, fieldsFor(act), ({ name }) => present(typed[name], name))).toEqual({
      ...{ id: 'r2', name: 'rename-volume', to: 'b' },
      params: { volume: 'alpha', name: 'north' },
    })
  })

  it.each(shipped)('of $id can be filled in and sent, and all of it has words in both languages', ({ exercise }) => {
    for (const one of exercise.allowed) {
      const act = sheetActOf(one, exercise)
      const fields = fieldsFor(act)
      for (const { name } of fields.filter(({ ofRequest }) => ofRequest !== true))
        for (const words of [en, de]) expect(Object.keys(words.exercise.parameter)).toContain(name)
      const name = typeof act.parameters['name'] === 'string' ? act.parameters['name'] : undefined
      const parameters = chosenParameters(act, table, fields, (field) => sampleOf(name, field))
      expect(v.safeParse(ACTS[act.act as ActName], parameters).issues ?? []).toEqual([])
    }
  })
})
