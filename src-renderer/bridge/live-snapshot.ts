import { shallowReactive } from 'vue'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { sameOrNext } from './same'

type Fields = Record<string, unknown>

/** Which fields have fields that can be told apart, and how deep: what changes with every snapshot stands beside what hardly ever does. */
const DEPTHS: Readonly<Record<string, number>> = { controllers: 2, interconnect: 1, host: 1 }

/**
 * The newest snapshot as one object that stays the same, while its fields change. Who reads a field is told only when that field has
 * become another: most of the ten snapshots of a second differ only in times and counts, which hardly anybody looks at. Lists, and
 * objects further inside, are those of the snapshot in which they last changed.
 */
export function createLiveSnapshot(first: LabSnapshot): { readonly snapshot: LabSnapshot; show(next: LabSnapshot): void } {
  const fields = fieldsOf(first)
  const view = shallowReactive(Object.fromEntries(Object.keys(fields).map((key) => [key, viewOf(fields[key], DEPTHS[key] ?? 0)])))
  return {
    snapshot: view as unknown as LabSnapshot,
    show(next) {
      follow(view, fieldsOf(next), (key) => DEPTHS[key] ?? 0)
    },
  }
}

function follow(view: Fields, next: Fields, depthOf: (key: string) => number): void {
  for (const key of Object.keys(view)) if (!(key in next)) delete view[key]
  for (const [key, value] of Object.entries(next)) {
    const depth = depthOf(key)
    const shown = view[key]
    if (depth > 0 && isFields(shown) && isFields(value)) follow(shown, value, () => depth - 1)
    else view[key] = depth > 0 ? viewOf(value, depth) : sameOrNext(shown, value)
  }
}

function viewOf(value: unknown, depth: number): unknown {
  if (depth === 0 || !isFields(value)) return value
  return shallowReactive(Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, viewOf(inner, depth - 1)])))
}

function fieldsOf(snapshot: LabSnapshot): Fields {
  return { ...snapshot }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
