import * as fc from 'fast-check'
import { edgeNumber } from './bytes'

/** A change of one place in JSON that made sense before. */
export interface JsonEdit {
  /** Which place, of all that there are. */
  readonly place: number
  readonly how: 'set' | 'drop' | 'twice' | 'swap' | 'nest'
  readonly value: unknown
}

const ODD_VALUES: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: edgeNumber(0xffff_ffff) },
  { weight: 2, arbitrary: fc.constantFrom(-1, 0.5, 2 ** 53, 2 ** 53 - 1, 1e308, -0, 2 ** 40, 63, 64, 65) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(null, true, false, '', 'a', 'b', [], {}, 'raid5', 'raid1', 'raid6', 'raid10', 'linear', 'raid0'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 80, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

export const jsonEdit: fc.Arbitrary<JsonEdit> = fc.record({
  place: fc.nat(10_000),
  how: fc.constantFrom('set', 'set', 'set', 'drop', 'twice', 'swap', 'nest'),
  // A case is kept as JSON, which has no negative zero and no objects without a prototype.
  value: ODD_VALUES.map((value) => JSON.parse(JSON.stringify(value)) as unknown),
})

type Place = readonly (string | number)[]

export function edited(value: unknown, edits: readonly JsonEdit[]): unknown {
  return edits.reduce((now, edit) => {
    const places = placesOf(now, [])
    const place = places[edit.place % places.length] ?? []
    return changed(now, place, edit)
  }, value)
}

function placesOf(value: unknown, at: Place): Place[] {
  if (typeof value !== 'object' || value === null) return [at]
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item, index) => [index, item] as const)
    : Object.entries(value)
  return [at, ...entries.flatMap(([key, item]) => placesOf(item, [...at, key]))]
}

function changed(value: unknown, [key, ...rest]: Place, edit: JsonEdit): unknown {
  if (key === undefined) return edit.how === 'nest' ? [value] : edit.value
  if (Array.isArray(value)) return changedArray(value, Number(key), rest, edit)
  const object = value as Record<string, unknown>
  if (rest.length > 0 || edit.how === 'set' || edit.how === 'nest') return { ...object, [key]: changed(object[key], rest, edit) }
  if (edit.how === 'drop') return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
  if (edit.how === 'twice') return { ...object, [`${key}2`]: object[key] }
  const [other] = Object.keys(object)
  return other === undefined ? object : { ...object, [key]: object[other], [other]: object[key] }
}

function changedArray(list: readonly unknown[], index: number, rest: Place, edit: JsonEdit): unknown {
  if (rest.length > 0 || edit.how === 'set' || edit.how === 'nest') return list.with(index, changed(list[index], rest, edit))
  if (edit.how === 'drop') return list.toSpliced(index, 1)
  if (edit.how === 'twice') return [...list, list[index]]
  return list.with(index, list[0]).with(0, list[index])
}
