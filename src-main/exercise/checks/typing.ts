import { LEDGER_FIGURES } from '../evidence/evidence'
import { COMMON_FIELDS, dataFieldsOf, EVENT_KINDS, isCommonField } from './event-kinds'
import type { Question } from './question'
import { REQUEST_FIELDS } from './request-fields'
import { GAP_FIELDS } from './signatures'
import type { EventKind, Expression } from './syntax'
import type { Problem } from './tokens'
import { NUMBER, type Type } from './types'

/** What an expression may name. */
export interface Surroundings {
  readonly questions: readonly Question[]
  /** Names of all volumes that there can be. Undefined: any. */
  readonly volumes?: readonly string[] | undefined
  /** LUNs from 0 on that hosts can know. Undefined: any. */
  readonly luns?: number | undefined
}

/** The kinds of the event at hand, and of the events that have names. */
export interface TypeScope {
  readonly kinds: ReadonlySet<EventKind> | undefined
  readonly named: ReadonlyMap<string, ReadonlySet<EventKind>>
}

/** The type checker, as its parts see it. */
export interface Typing {
  readonly around: Surroundings
  readonly problems: readonly Problem[]
  report(at: number, message: string): undefined
  truth(expression: Expression, scope: TypeScope): void
  type(expression: Expression, scope: TypeScope): Type | undefined
  event(expression: Expression, scope: TypeScope): void
}

/** Kinds that are about a volume: they have its number, its LUN, or its name. */
function isAboutVolume(kind: EventKind): boolean {
  const fields = dataFieldsOf(kind)
  return 'volumeId' in fields || 'lun' in fields
}

/** The type of a field: of events of these kinds, if all say it, or of a value. Undefined: there is no such field. */
export function fieldType(
  of: ReadonlySet<EventKind> | Type,
  name: string,
  kinds: ReadonlySet<EventKind> | 'all' | undefined,
): Type | undefined {
  if (!('type' in of)) return fieldOfKinds([...of], name)
  switch (of.type) {
    case 'event':
      return kinds === undefined || kinds === 'all' ? fieldOfAny(name) : fieldOfKinds([...kinds], name)
    case 'request':
      return Object.hasOwn(REQUEST_FIELDS, name) ? REQUEST_FIELDS[name] : undefined
    case 'gap':
      return Object.hasOwn(GAP_FIELDS, name) ? GAP_FIELDS[name] : undefined
    case 'ledger':
      return LEDGER_FIGURES.some((figure) => figure === name) ? NUMBER : undefined
    default:
      return undefined
  }
}

function fieldOfKinds(kinds: readonly EventKind[], name: string): Type | undefined {
  const types = kinds.map((kind) => fieldOfKind(kind, name))
  return types.length > 0 && types.every((type) => type !== undefined) ? types[0] : undefined
}

function fieldOfKind(kind: EventKind, name: string): Type | undefined {
  const fields = dataFieldsOf(kind)
  if (Object.hasOwn(fields, name)) return fields[name]
  if (name === 'volume' && !isAboutVolume(kind)) return undefined
  return isCommonField(name) ? COMMON_FIELDS[name] : undefined
}

/** Of an event that may be of any kind: what it does not say is unknown. */
function fieldOfAny(name: string): Type | undefined {
  if (isCommonField(name)) return COMMON_FIELDS[name]
  const kind = EVENT_KINDS.find((one) => Object.hasOwn(dataFieldsOf(one), name))
  return kind && dataFieldsOf(kind)[name]
}
