import { failure, ok, type Result } from '../base/result'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { LabSnapshot } from '../contract/snapshot'

export type Condition = (snapshot: LabSnapshot) => boolean

const NAMED: Readonly<Record<string, Condition>> = {
  whole: ({ missing }) => missing === undefined,
  redundant: (snapshot) => CONTROLLER_IDS.every((id) => isServing(snapshot, id)),
  verified: ({ host }) => host !== undefined && (host.ledger.verified ?? 0) > 0 && host.ledger.isDoubted !== true && !host.ledger.verifying,
}
const OF_CONTROLLER: Readonly<Record<string, (snapshot: LabSnapshot, id: ControllerId) => boolean>> = {
  serving: isServing,
  down: ({ controllers }, id) => controllers[id].state === 'down',
  'taken-over-by': isTakenOverBy,
}
export const CONDITION_WORDS = [...Object.keys(NAMED), ...Object.keys(OF_CONTROLLER)]

/** A path into the snapshot, how to compare, and with what. */
const COMPARISON = /^([A-Za-z][\w.-]*)\s*(!=|>=|<=|=|>|<)\s*(.+)$/

/** What `wait` waits for. The error is a sentence. */
export function readCondition(words: readonly string[]): Result<Condition, string> {
  const [first = '', second, third] = words
  const named = Object.hasOwn(NAMED, first) ? NAMED[first] : undefined
  if (named !== undefined) return second === undefined ? ok(named) : failure(`"${second}" is one thing too many after "${first}".`)
  const ofController = Object.hasOwn(OF_CONTROLLER, first) ? OF_CONTROLLER[first] : undefined
  if (ofController !== undefined) {
    const id = CONTROLLER_IDS.find((known) => known === second)
    if (id === undefined || third !== undefined) return failure(`Say of which controller: "${first} a" or "${first} b".`)
    return ok((snapshot) => ofController(snapshot, id))
  }
  const match = COMPARISON.exec(words.join(' '))
  if (match === null) {
    const asked = words.length === 0 ? 'Say what to wait for' : `"${words.join(' ')}" is no condition`
    return failure(`${asked}: ${CONDITION_WORDS.join(', ')}, or a comparison such as controllers.a.phase=serving.`)
  }
  const [, path = '', operator = '', value = ''] = match
  return ok((snapshot) => compares(valueAt(snapshot, path.split('.')), operator, value.trim()))
}

function isServing({ controllers }: LabSnapshot, id: ControllerId): boolean {
  return controllers[id].state === 'running' && controllers[id].phase === 'serving'
}

function isTakenOverBy(snapshot: LabSnapshot, id: ControllerId): boolean {
  const { controllers, array } = snapshot
  const hasAddresses = CONTROLLER_IDS.every((address) => controllers[address].portalServedBy === id)
  return isServing(snapshot, id) && hasAddresses && array !== undefined && array.ownership.every(({ owner }) => owner === id)
}

/** Undefined where the path leads nowhere. */
function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined), root)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function compares(actual: unknown, operator: string, wanted: string): boolean {
  if (operator === '=' || operator === '!=') return (textOf(actual) === wanted) === (operator === '=')
  const [left, right] = [typeof actual === 'number' ? actual : Number.NaN, Number(wanted)]
  if (operator === '>') return left > right
  if (operator === '<') return left < right
  return operator === '>=' ? left >= right : left <= right
}

/** What is not there is "none". */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean)
}
