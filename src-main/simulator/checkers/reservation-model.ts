/**
 * What reservations of one logical unit do, told anew and simply, to compare the pair with (SPC-4 5.12, SPC-2 7.16 and 7.21). Only what
 * the reserving hosts of a world ask for is in it.
 */

/** An I_T nexus, "host 1 at a". */
export type NexusId = string

export interface ReservationState {
  /** Registered nexuses with their keys, in order of their names. */
  readonly keys: readonly (readonly [NexusId, string])[]
  readonly held: { readonly type: number; readonly holder: NexusId | undefined } | undefined
  /** RESERVE(6). */
  readonly reservedBy: NexusId | undefined
  readonly outlivesPowerLoss: boolean
  readonly generation: number
}

export const FREE: ReservationState = {
  keys: [],
  held: undefined,
  reservedBy: undefined,
  outlivesPowerLoss: false,
  generation: 0,
}

export type ReservationAct =
  | { readonly kind: 'register'; readonly key: string; readonly serviceKey: string; readonly ignores: boolean; readonly persists: boolean }
  | { readonly kind: 'reserve' | 'release'; readonly key: string; readonly type: number }
  | { readonly kind: 'clear'; readonly key: string }
  | { readonly kind: 'preempt'; readonly key: string; readonly serviceKey: string; readonly type: number; readonly aborts: boolean }
  | { readonly kind: 'reserve-6' | 'release-6' | 'read' | 'write' | 'read-keys' | 'read-reservation' }

/** What happens by itself. */
export type ReservationEvent = { readonly kind: 'nexus-lost'; readonly nexus: NexusId } | { readonly kind: 'power-loss' }

export type ReservationAnswer = 'good' | 'conflict' | 'refused'

export interface Step {
  readonly answer: ReservationAnswer
  readonly next: ReservationState
  /** By nexus, the additional sense code of the unit attention that it gets. */
  readonly told: ReadonlyMap<NexusId, number>
  /** Of PERSISTENT RESERVE IN. */
  readonly text?: string
}

export const NO_KEY = '0000000000000000'
export const TOLD = { preempted: 0x2a03, released: 0x2a04, unregistered: 0x2a05 } as const
const NOBODY: ReadonlyMap<NexusId, number> = new Map()
const RESERVABLE = [1, 3, 5, 6, 7, 8]

export function stepOf(state: ReservationState, by: NexusId, act: ReservationAct): Step {
  const same = (answer: ReservationAnswer, text?: string): Step => ({
    answer,
    next: state,
    told: NOBODY,
    ...(text === undefined ? {} : { text }),
  })
  const own = keyOf(state, by)
  switch (act.kind) {
    case 'read':
    case 'write':
      return same(mayAccess(state, by, act.kind) ? 'good' : 'conflict')
    case 'reserve-6':
    case 'release-6':
      return simple(state, by, act.kind)
    case 'read-keys':
      return state.reservedBy === undefined ? same('good', tellKeys(state)) : same('conflict')
    case 'read-reservation':
      return state.reservedBy === undefined ? same('good', tellReservation(state)) : same('conflict')
    case 'register': {
      const mayRegister = state.reservedBy === undefined && (act.ignores || act.key === (own ?? NO_KEY))
      if (!mayRegister) return same('conflict')
      if (own === undefined && act.serviceKey === NO_KEY) return same('good')
      const left = { ...state, outlivesPowerLoss: act.persists, generation: state.generation + 1 }
      if (act.serviceKey === NO_KEY) return without(left, [by], by)
      return { answer: 'good', next: { ...left, keys: withKey(left.keys, by, act.serviceKey) }, told: NOBODY }
    }
    default:
      return state.reservedBy !== undefined || own !== act.key ? same('conflict') : ofRegistered(state, by, act)
  }
}

export function eventOf(state: ReservationState, event: ReservationEvent): ReservationState {
  if (event.kind === 'nexus-lost') return state.reservedBy === event.nexus ? { ...state, reservedBy: undefined } : state
  if (!state.outlivesPowerLoss || state.keys.length === 0) return FREE
  return { ...state, reservedBy: undefined, generation: 0 }
}

function ofRegistered(state: ReservationState, by: NexusId, act: Extract<ReservationAct, { key: string }>): Step {
  const { held, keys } = state
  const isHolder = held !== undefined && (held.holder ?? by) === by
  const unchanged = (answer: ReservationAnswer): Step => ({ answer, next: state, told: NOBODY })
  switch (act.kind) {
    case 'reserve':
      if (!RESERVABLE.includes(act.type)) return unchanged('refused')
      if (held !== undefined) return unchanged(isHolder && held.type === act.type ? 'good' : 'conflict')
      return { answer: 'good', next: { ...state, held: holding(act.type, by) }, told: NOBODY }
    case 'release':
      if (!isHolder) return unchanged('good')
      if (held.type !== act.type) return unchanged('refused')
      return { answer: 'good', next: { ...state, held: undefined }, told: held.type >= 5 ? tell(state, by, TOLD.released) : NOBODY }
    case 'clear': {
      const next = { ...state, keys: [], held: undefined, generation: state.generation + 1 }
      return { answer: 'good', next, told: tell(state, by, TOLD.preempted) }
    }
    case 'preempt': {
      const isOfAll = held !== undefined && held.type >= 7
      if (act.serviceKey === NO_KEY && !isOfAll) return unchanged('refused')
      const named = keys.filter(([, key]) => act.serviceKey === NO_KEY || key === act.serviceKey).map(([nexus]) => nexus)
      if (named.length === 0) return unchanged('conflict')
      const takes = isOfAll ? act.serviceKey === NO_KEY : held?.holder !== undefined && named.includes(held.holder)
      return preempted(state, { by, named, type: takes ? act.type : undefined })
    }
    case 'register':
      return unchanged('good')
  }
}

/** `type`: of the reservation that is taken over. */
function preempted(
  state: ReservationState,
  { by, named, type }: { readonly by: NexusId; readonly named: readonly NexusId[]; readonly type: number | undefined },
): Step {
  const counted = { ...state, generation: state.generation + 1 }
  const victims = named.filter((nexus) => nexus !== by)
  if (type === undefined) {
    const { next, told } = without(counted, named, by)
    return { answer: 'good', next, told: new Map([...told, ...victims.map((nexus) => [nexus, TOLD.unregistered] as const)]) }
  }
  const next = { ...counted, keys: state.keys.filter(([nexus]) => !victims.includes(nexus)), held: holding(type, by) }
  const told = state.held?.type === type ? [] : tell(next, by, TOLD.released)
  return { answer: 'good', next, told: new Map([...told, ...victims.map((nexus) => [nexus, TOLD.unregistered] as const)]) }
}

function simple(state: ReservationState, by: NexusId, kind: 'reserve-6' | 'release-6'): Step {
  const same = (answer: ReservationAnswer): Step => ({ answer, next: state, told: NOBODY })
  if (state.keys.length > 0) return same(shares(state, by) ? 'good' : 'conflict')
  if (kind === 'release-6')
    return state.reservedBy === by ? { answer: 'good', next: { ...state, reservedBy: undefined }, told: NOBODY } : same('good')
  if (state.reservedBy !== undefined) return same(state.reservedBy === by ? 'good' : 'conflict')
  return { answer: 'good', next: { ...state, reservedBy: by }, told: NOBODY }
}

function mayAccess(state: ReservationState, by: NexusId, kind: 'read' | 'write'): boolean {
  if (state.reservedBy !== undefined && state.reservedBy !== by) return false
  if (state.held === undefined || (kind === 'read' && [1, 5, 7].includes(state.held.type))) return true
  return shares(state, by)
}

function shares({ held, keys }: ReservationState, by: NexusId): boolean {
  if (held === undefined) return false
  return held.type >= 5 ? keys.some(([nexus]) => nexus === by) : held.holder === by
}

/** A reservation goes with its holder, or with the last registrant. */
function without(state: ReservationState, gone: readonly NexusId[], by: NexusId): Step {
  const { held } = state
  const keys = state.keys.filter(([nexus]) => !gone.includes(nexus))
  const isHeld = held !== undefined && (held.holder === undefined ? keys.length > 0 : !gone.includes(held.holder))
  const next = { ...state, keys, held: isHeld ? held : undefined }
  const told = held !== undefined && !isHeld && held.type >= 5 ? tell(next, by, TOLD.released) : NOBODY
  return { answer: 'good', next, told }
}

function holding(type: number, by: NexusId): ReservationState['held'] {
  return { type, holder: type >= 7 ? undefined : by }
}

function keyOf({ keys }: ReservationState, nexus: NexusId): string | undefined {
  return keys.find(([one]) => one === nexus)?.[1]
}

function withKey(keys: ReservationState['keys'], nexus: NexusId, key: string): ReservationState['keys'] {
  return [...keys.filter(([one]) => one !== nexus), [nexus, key] as const].sort(([one], [other]) => (one < other ? -1 : 1))
}

function tell({ keys }: ReservationState, by: NexusId, code: number): ReadonlyMap<NexusId, number> {
  return new Map(keys.filter(([nexus]) => nexus !== by).map(([nexus]) => [nexus, code]))
}

/** Keys in order, since the order of registrations says nothing. */
export function tellKeys({ generation, keys }: ReservationState): string {
  return `generation ${generation}, keys ${keys
    .map(([, key]) => key)
    .sort()
    .join(' ')}`
}

export function tellReservation({ generation, held, keys }: ReservationState): string {
  const key = keys.find(([nexus]) => nexus === held?.holder)?.[1] ?? NO_KEY
  return `generation ${generation}, ${held === undefined ? 'none' : `type ${held.type} with key ${key}`}`
}
