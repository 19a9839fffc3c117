import type { ControllerId } from '../../contract/controller-id'
import {
  eventOf,
  FREE,
  stepOf,
  type NexusId,
  type ReservationAct,
  type ReservationAnswer,
  type ReservationEvent,
  type ReservationState,
} from './reservation-model'
import type { Violations } from './checker'

export const RESERVATION_CHECKER = 'reservations'

/** What nobody has answered may still take effect for so long. */
const GHOST_MS = 20_000
/** More possible pasts are not looked at: then this world is not judged any more. */
const MAX_PASTS = 1500

/** Asked of the pair, or happened to it, and not known to be over. */
interface Open {
  readonly by: NexusId
  readonly act: ReservationAct | undefined
  readonly event: ReservationEvent | undefined
  readonly portal: ControllerId
  /** Undefined: somebody waits for the answer. */
  ghostSinceMs: number | undefined
}

/** What came of one of them. */
interface Placed {
  /** Number of the state that it made. */
  readonly at: number
  readonly told: ReadonlyMap<NexusId, number>
}

/**
 * One way in which all that was answered so far can have come about. Changes are in one order, since they are committed. But until a
 * change is answered, one controller may know of it and the other not yet. So each address has a view of its own, which only moves on.
 */
interface Past {
  /** From the oldest that an address may still act by; `first` is its number. */
  readonly states: readonly ReservationState[]
  readonly first: number
  readonly views: Readonly<Record<ControllerId, number>>
  readonly placed: ReadonlyMap<number, Placed>
  /** By what waits for an answer: what its address acted by when it was asked. It may have been answered any time since. */
  readonly began: ReadonlyMap<number, number>
}

/**
 * Judges what reserving hosts are answered: there must be an order of all changes that explains every answer, and a change that was
 * answered counts at both addresses. It knows nothing of controllers, so it says the same of a pair that takes over.
 */
export class ReservationCheck {
  readonly #violations: Violations
  readonly #nowMs: () => number
  readonly #open = new Map<number, Open>()
  #pasts: readonly Past[] = [{ states: [FREE], first: 0, views: { a: 0, b: 0 }, placed: new Map(), began: new Map() }]
  #lastId = 0
  /** Not judged any more: there was a violation, or too much is possible. */
  #isOver = false

  constructor(violations: Violations, nowMs: () => number) {
    this.#violations = violations
    this.#nowMs = nowMs
  }

  get isOver(): boolean {
    return this.#isOver
  }

  wrong(sentence: string): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#violations.add(RESERVATION_CHECKER, sentence, 'host')
  }

  /** Returns its number. */
  begins(by: NexusId, portal: ControllerId, act: ReservationAct): number {
    this.#open.set(++this.#lastId, { by, portal, act, event: undefined, ghostSinceMs: undefined })
    const id = this.#lastId
    this.#pasts = this.#pasts.map((past) => ({ ...past, began: new Map([...past.began, [id, past.views[portal]]]) }))
    return this.#lastId
  }

  /** It may happen once, now or in a while. A power loss that may have happened before, but not since anybody answered, is the same one. */
  mayHappen(event: ReservationEvent): void {
    if (event.kind === 'nexus-lost' && !this.#mayReserve(event.nexus)) return
    const isYetToCome = (id: number): boolean => this.#pasts.every(({ placed }) => !placed.has(id))
    const known = [...this.#open].find(([id, open]) => open.event?.kind === 'power-loss' && event.kind === 'power-loss' && isYetToCome(id))
    if (known !== undefined) {
      known[1].ghostSinceMs = this.#nowMs()
      return
    }
    this.#open.set(++this.#lastId, { by: '', portal: 'a', act: undefined, event, ghostSinceMs: this.#nowMs() })
  }

  /** It may have reserved the unit with RESERVE(6), or may yet. */
  #mayReserve(nexus: NexusId): boolean {
    const asks = [...this.#open.values()].some(({ by, act }) => by === nexus && act?.kind === 'reserve-6')
    return asks || this.#pasts.some(({ states }) => states.some(({ reservedBy }) => reservedBy === nexus))
  }

  /** Nobody knows whether it was carried out. */
  isLost(id: number): void {
    const open = this.#open.get(id)
    if (open !== undefined) open.ghostSinceMs = this.#nowMs()
  }

  /** It was refused for something else, so it did nothing. */
  didNothing(id: number): void {
    this.#keep(id, (past) => (past.placed.has(id) ? [] : [past]), 'was refused')
  }

  /** Returns whom the change must have told, by nexus. */
  answered(id: number, answer: ReservationAnswer, text: string | undefined): ReadonlyMap<NexusId, number> {
    const open = this.#open.get(id)
    if (open?.act === undefined || this.#isOver) return new Map()
    const { by, portal, act } = open
    let told: ReadonlyMap<NexusId, number> | undefined
    const note = (one: ReadonlyMap<NexusId, number>): void => {
      told = told === undefined ? one : new Map([...told].filter(([nexus, code]) => one.get(nexus) === code))
    }
    this.#keep(
      id,
      (past) => {
        const placed = past.placed.get(id)
        if (placed !== undefined) {
          if (answer !== 'good') return []
          note(placed.told)
          return [seenBy(past, placed.at)]
        }
        return statesSince(past, past.began.get(id) ?? past.first).flatMap(({ state, at }) => {
          const step = stepOf(state, by, act)
          if (step.next !== state || step.answer !== answer || step.text !== text) return []
          note(new Map())
          return [{ ...past, views: { ...past.views, [portal]: Math.max(past.views[portal], at) } }]
        })
      },
      `was answered ${answer}${text === undefined ? '' : ` (${text})`}`,
    )
    return told ?? new Map<NexusId, number>()
  }

  #keep(id: number, left: (past: Past) => readonly Past[], what: string): void {
    const open = this.#open.get(id)
    if (this.#isOver || open?.act === undefined) return
    const { by, act } = open
    const possible = this.#unfolded()
    if (possible === undefined) return
    const kept = possible.flatMap(left).map((past) => forgotten(past, id))
    this.#open.delete(id)
    if (kept.length === 0) {
      const states = [...new Set(possible.flatMap(({ states: all }) => all.map(tellState)))].slice(0, 6)
      this.wrong(`${JSON.stringify(act)} of ${by} ${what}, which nothing explains. It may be so: ${states.join('; or ')}`)
      return
    }
    this.#forgetGhosts()
    this.#pasts = distinct(kept.map((past) => this.#settled(past)))
  }

  /** With every change that is open made or not, in every order. Undefined: there are too many. */
  #unfolded(): readonly Past[] | undefined {
    const known = new Map(this.#pasts.map((past) => [keyOf(past), past]))
    const queue = [...known.values()]
    for (let past = queue.pop(); past !== undefined; past = queue.pop()) {
      for (const [id, open] of this.#open) {
        if (past.placed.has(id)) continue
        const next = placedIn(past, id, open)
        if (next === undefined || known.has(keyOf(next))) continue
        known.set(keyOf(next), next)
        queue.push(next)
        if (known.size > MAX_PASTS) {
          this.#isOver = true
          return undefined
        }
      }
    }
    return [...known.values()]
  }

  /** Nothing has waited for anything in the pair for so long: what nobody knows of is done by now, or never will be. */
  isQuietSince(ms: number): void {
    const possible = this.#isOver ? undefined : this.#unfolded()
    if (possible === undefined) return
    this.#forgetGhosts(ms)
    const isWaiting = [...this.#open.values()].some(({ ghostSinceMs }) => ghostSinceMs === undefined)
    this.#pasts = distinct(possible.map((past) => this.#settled(isWaiting ? past : seenBy(past, past.first + past.states.length - 1))))
  }

  /** It has been quiet since `ms`, and by then every session had ended that may have reserved with RESERVE(6). So nobody has any more. */
  allHaveLeftSince(ms: number): void {
    this.isQuietSince(ms)
    this.#pasts = this.#pasts.filter(({ states }) => states.at(-1)?.reservedBy === undefined)
  }

  #forgetGhosts(before = this.#nowMs() - GHOST_MS): void {
    for (const [id, { ghostSinceMs }] of this.#open) if (ghostSinceMs !== undefined && ghostSinceMs < before) this.#open.delete(id)
  }

  /** Without what cannot matter any more. */
  #settled({ states, first, views, placed, began }: Past): Past {
    const isOpen = ([id]: readonly [number, unknown]): boolean => this.#open.has(id)
    const waiting = [...began].filter(([id]) => this.#open.get(id)?.ghostSinceMs === undefined).filter(isOpen)
    const oldest = Math.min(views.a, views.b, ...waiting.map(([, at]) => at))
    return {
      states: states.slice(oldest - first),
      first: oldest,
      views,
      placed: new Map([...placed].filter(isOpen)),
      began: new Map(waiting),
    }
  }
}

/** Undefined: it changes nothing there. */
function placedIn(past: Past, id: number, { act, event, by }: Open): Past | undefined {
  const head = past.states.at(-1) ?? FREE
  const step = act === undefined ? undefined : stepOf(head, by, act)
  const next = step !== undefined ? step.next : event === undefined ? head : eventOf(head, event)
  if (next === head || tellState(next) === tellState(head)) return undefined
  const placed = new Map([...past.placed, [id, { at: past.first + past.states.length, told: step?.told ?? new Map<NexusId, number>() }]])
  return { ...past, states: [...past.states, next], placed }
}

/** Both addresses act by this state, or a later one. */
function seenBy(past: Past, at: number): Past {
  return { ...past, views: { a: Math.max(past.views.a, at), b: Math.max(past.views.b, at) } }
}

function statesSince({ states, first }: Past, from: number): readonly { readonly state: ReservationState; readonly at: number }[] {
  return states.map((state, index) => ({ state, at: first + index })).filter(({ at }) => at >= from)
}

function forgotten(past: Past, id: number): Past {
  const placed = new Map(past.placed)
  placed.delete(id)
  const began = new Map(past.began)
  began.delete(id)
  return { ...past, placed, began }
}

function distinct(pasts: readonly Past[]): readonly Past[] {
  return [...new Map(pasts.map((past) => [keyOf(past), past])).values()]
}

/** States are numbered from the oldest, so that pasts of different lengths can be the same. */
function keyOf({ states, first, views, placed, began }: Past): string {
  const places = [...placed].sort(([one], [other]) => one - other).map(([id, { at }]) => `${id}@${at - first}`)
  const since = [...began].map(([id, at]) => `${id}@${at - first}`)
  return `${states.map(tellState).join('|')} ${views.a - first} ${views.b - first} ${places.join(',')} ${since.join(',')}`
}

function tellState({ keys, held, reservedBy, outlivesPowerLoss, generation }: ReservationState): string {
  const registered = keys.map(([nexus, key]) => `${nexus}=${key.replace(/^0+/, '')}`).join(' ')
  const reservation = held === undefined ? 'free' : `type ${held.type} of ${held.holder ?? 'all'}`
  const exclusive = reservedBy === undefined ? '' : `, reserved by ${reservedBy}`
  return `[${generation}${outlivesPowerLoss ? '!' : ''} ${registered}, ${reservation}${exclusive}]`
}
