import type { JsonObject } from '../../contract/json'
import type { ActName } from './acts'
import type { AllowedAct, TimedAct, When } from './exercise'
import type { Expressions } from './expressions'
import type { FieldPath } from './front-matter'
import { durationOf, type ActFields } from './schema'

/** Acts with their times, in the order of the file. */
export function decodeActs(expressions: Expressions, path: FieldPath, acts: readonly ActFields[]): readonly TimedAct[] {
  return acts.map((fields, index): TimedAct => {
    const { act, at, on, nth, plus, ...parameters } = fields
    return {
      act: act as ActName,
      parameters: parametersOf(parameters),
      when: whenOf(expressions, [...path, index], { at, on, nth, plus }),
      line: expressions.frontMatter.lineOf([...path, index]),
    }
  })
}

function whenOf(
  expressions: Expressions,
  path: FieldPath,
  { at, on, nth, plus }: Readonly<Record<'at' | 'on' | 'nth' | 'plus', unknown>>,
): When {
  const { frontMatter } = expressions
  if ((at === undefined) === (on === undefined))
    frontMatter.report(path, 'An act needs either "at" with a time, or "on" with a pattern of events: write one of them.')
  if (on === undefined && (nth !== undefined || plus !== undefined))
    frontMatter.report(path, '"nth" and "plus" go with "on" only: take them out.')
  if (on === undefined) return { type: 'at', atMs: durationIn(at) }
  return {
    type: 'on',
    trigger: expressions.trigger([...path, 'on'], String(on)),
    nth: typeof nth === 'number' ? nth : 1,
    plusMs: durationIn(plus),
  }
}

/** Decoded by the schema before. */
function durationIn(value: unknown): number {
  return typeof value === 'string' || typeof value === 'number' ? durationOf(value) : 0
}

export function decodeAllowed(acts: readonly ActFields[]): readonly AllowedAct[] {
  return acts.map(({ act, most, ...parameters }) => ({
    act: act as ActName,
    parameters: parametersOf(parameters),
    most: typeof most === 'number' ? most : undefined,
  }))
}

/** Without those that are left out. */
function parametersOf(fields: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject
}
