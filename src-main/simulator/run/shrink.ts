import type { Violation } from '../checkers/checker'
import type { Swarm } from '../faults/swarm'
import type { Kept } from './kept'
import { smallestList } from './smallest-list'
import { WorldRun, type WorldRunOptions } from './run-world'

/**
 * Which moments come together is chance. So before parts count as needed, a world without them is drawn anew: as often as it takes
 * the events of this many worlds as they were at first, but no more often than that.
 */
const WORTH_WORLDS = 2
const MAX_SHAKES = 24
/** Idle times that are tried. */
const GAPS_MS = [50, 300, 1500]
/** After a violation the plan may end. What comes then may be needed to find it. */
const AFTER_MS = 50

/** Candidates, one after the other, give what is smallest in the end. */
type Search<T> = Generator<void, T, void>

/**
 * Makes a world with a violation small: leaves out what it does not need for the same rule to be violated first. Yields after each
 * world it has run, so that it can be stopped at any time. The best so far always stands.
 */
export class Shrinker {
  readonly #seed: number
  readonly #operations: number
  #runs = 0
  #firstEvents = 0
  #violation: Violation | undefined
  #best: WorldRun
  #kept: Kept | undefined

  constructor({ seed, operations }: WorldRunOptions) {
    this.#seed = seed
    this.#operations = operations
    this.#best = new WorldRun({ seed, operations })
  }

  get runs(): number {
    return this.#runs
  }

  /** Of the smallest world so far. Undefined: nothing is wrong with the world. */
  get violation(): Violation | undefined {
    return this.#violation
  }

  /** The smallest world so far. */
  get best(): WorldRun {
    return this.#best
  }

  /** Undefined: all. */
  get kept(): Kept | undefined {
    return this.#kept
  }

  *run(): Search<void> {
    this.#violation = firstViolation(this.#best)
    this.#runs++
    this.#firstEvents = this.#best.world.clock.eventsRun
    yield
    if (this.#violation === undefined) return
    const { swarm, spots } = this.#best
    const luns = [...new Set(spots.map(({ volume }) => volume.lun))]
    for (;;) {
      const before = this.#kept
      yield* this.#lessTime()
      // Aims bring their own causes and commands. Where bursts do as well, they go.
      yield* this.#fewer('aims', numbersOf(swarm.aims))
      yield* this.#fewer('bursts', numbersOf(swarm.bursts))
      yield* this.#fewer('faults', numbersOf(swarm.faults))
      yield* this.#fewerOthers(swarm)
      yield* this.#oneLun(luns)
      yield* this.#fewerClients(swarm)
      yield* this.#fewerCommands(swarm)
      if (this.#kept === before) return
    }
  }

  /** Once there is one, another one would be no smaller, and the search would go on between the two for ever. */
  *#oneLun(luns: readonly number[]): Search<void> {
    if (this.#kept?.luns?.length === 1) return
    for (const lun of luns) if (yield* this.#holdsWith({ luns: [lun] })) return
  }

  *#lessTime(): Search<void> {
    const { swarm } = this.#best
    const ms = Math.ceil((this.#violation?.atMs ?? 0) + AFTER_MS)
    for (const gap of GAPS_MS) if ((this.#kept?.gap ?? swarm.durationMs) > gap && (yield* this.#holdsWith({ gap }))) break
    if (this.#kept?.gap !== undefined || ms >= swarm.durationMs) return
    const until = <T extends { readonly atMs: number }>(all: readonly T[], kept: readonly number[] | undefined): number[] =>
      numbersOf(all).filter((number) => (all[number]?.atMs ?? 0) < ms && (kept?.includes(number) ?? true))
    const { swarm: all } = new WorldRun({ seed: this.#seed, operations: this.#operations })
    yield* this.#holdsWith({
      ms,
      faults: until(all.faults, this.#kept?.faults),
      aims: until(all.aims, this.#kept?.aims),
      bursts: until(all.bursts, this.#kept?.bursts),
    })
  }

  *#fewer(name: 'faults' | 'aims' | 'bursts', all: readonly number[]): Search<void> {
    yield* smallestList(this.#kept?.[name] ?? all, (list) => this.#holdsWith({ [name]: list }))
  }

  *#fewerOthers({ stations, hasScsiHost, hasReservingHosts, checkpointStripes, load, discardAfterMs, slowHosts }: Swarm): Search<void> {
    for (let some = 0; some < (this.#kept?.stations ?? stations); some++) if (yield* this.#holdsWith({ stations: some })) break
    yield* this.#holdsWith({ ledger: 0 })
    if (hasScsiHost) yield* this.#holdsWith({ scsi: 0 })
    if (hasReservingHosts) yield* this.#holdsWith({ reserving: 0 })
    yield* this.#holdsWith({ rebuild: 0 })
    if (checkpointStripes !== undefined) yield* this.#holdsWith({ checkpoints: 0 })
    if (load !== undefined) yield* this.#holdsWith({ load: 0 })
    if (discardAfterMs !== undefined) yield* this.#holdsWith({ discards: 0 })
    if (slowHosts !== undefined) yield* this.#holdsWith({ slow: 0 })
  }

  /** One client of one host, if possible; otherwise hosts are left out, and then clients of each. */
  *#fewerClients({ hosts }: Swarm): Search<void> {
    const none = hosts.map(() => 0)
    const current = (): number[] => hosts.map(({ clients }, index) => this.#kept?.clients?.[index] ?? clients)
    const isSmall = current().reduce((sum, clients) => sum + clients, 0) <= 1
    for (const host of isSmall ? [] : hosts.keys()) if (yield* this.#holdsWith({ clients: none.with(host, 1) })) return
    for (const host of hosts.keys()) {
      for (let some = 0; some < (current()[host] ?? 0); some++) if (yield* this.#holdsWith({ clients: current().with(host, some) })) break
    }
  }

  *#fewerCommands({ bursts }: Swarm): Search<void> {
    const most = this.#kept?.commands ?? bursts[0]?.commandsPerClient ?? 0
    for (let commands = 1; commands < most; commands *= 2) if (yield* this.#holdsWith({ commands })) return
  }

  /** Whether the same rule is violated with fewer parts, too. If so, this is the best world. */
  *#holdsWith(fewer: Kept): Search<boolean> {
    if (Object.entries(fewer).every(([name, value]) => isSame(this.#kept?.[name as keyof Kept], value as Kept[keyof Kept]))) return false
    const { shake = 0 } = this.#kept ?? {}
    let events = 0
    for (let more = 0; more < MAX_SHAKES && events < WORTH_WORLDS * this.#firstEvents; more++) {
      const kept: Kept = { ...this.#kept, ...fewer, shake: shake + more }
      const run = new WorldRun({ seed: this.#seed, operations: this.#operations, kept })
      const violation = firstViolation(run)
      this.#runs++
      events += run.world.clock.eventsRun
      const isFound = violation !== undefined && this.#violation !== undefined && ruleOf(violation) === ruleOf(this.#violation)
      if (isFound) {
        this.#violation = violation
        this.#best = run
        this.#kept = kept
      }
      yield
      if (isFound) return true
    }
    return false
  }
}

/** Runs the world up to there. */
function firstViolation(run: WorldRun): Violation | undefined {
  while (run.violations.length === 0 && run.step());
  return run.violations[0]
}

/** Where one checker watches several things, which of them. */
export function ruleOf({ checker, sentence }: Violation): string {
  return ['assertions', 'liveness'].includes(checker) ? `${checker}: ${sentence.replaceAll(/\d+/g, '#')}` : checker
}

function isSame(one: Kept[keyof Kept], other: Kept[keyof Kept]): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function numbersOf(all: readonly unknown[]): number[] {
  return [...all.keys()]
}
