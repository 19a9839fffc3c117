import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { ControllerCounters, ControllerReport } from '../contract/snapshot'

type DriveCounts = { readonly reads: number; readonly writes: number }

interface Counts {
  readonly incarnation: number
  readonly counters: ControllerCounters
  readonly drives: ReadonlyMap<number, DriveCounts>
}

/** Of a controller that has said nothing of itself yet. */
export const NO_COUNTS: ControllerCounters = {
  reads: 0,
  writes: 0,
  readBytes: 0,
  writtenBytes: 0,
  forwarded: 0,
  forwardedIn: 0,
  serviceReceived: 0,
  serviceServed: 0,
  refusedWrites: 0,
}
const NOTHING: Counts = { incarnation: 0, counters: NO_COUNTS, drives: new Map() }

/** Adds up what the incarnations of each controller counted. A controller counts from zero after each start, and its counts go on here. */
export class CounterBook {
  /** Of all incarnations that ended. */
  readonly #before: Record<ControllerId, Counts> = { a: NOTHING, b: NOTHING }
  readonly #newest: Record<ControllerId, Counts> = { a: NOTHING, b: NOTHING }

  /** The newest report of an incarnation. Must be told of the last one of each. */
  note(id: ControllerId, incarnation: number, report: Pick<ControllerReport, 'counters' | 'drives'> | undefined): void {
    if (report === undefined) return
    if (this.#newest[id].incarnation !== incarnation) this.#before[id] = sumOf(this.#before[id], this.#newest[id])
    const drives = new Map(report.drives.map(({ index, reads, writes }) => [index, { reads, writes }]))
    this.#newest[id] = { incarnation, counters: report.counters, drives }
  }

  ofController(id: ControllerId): ControllerCounters {
    return sumOfCounters(this.#before[id].counters, this.#newest[id].counters)
  }

  /** What both controllers did with it. */
  ofDrive(index: number): DriveCounts {
    const counts = CONTROLLER_IDS.flatMap((id) => [this.#before[id], this.#newest[id]]).map(({ drives }) => drives.get(index))
    return {
      reads: counts.reduce((sum, one) => sum + (one?.reads ?? 0), 0),
      writes: counts.reduce((sum, one) => sum + (one?.writes ?? 0), 0),
    }
  }
}

function sumOf(one: Counts, other: Counts): Counts {
  const drives = new Map(one.drives)
  for (const [index, { reads, writes }] of other.drives) {
    const known = drives.get(index)
    drives.set(index, { reads: reads + (known?.reads ?? 0), writes: writes + (known?.writes ?? 0) })
  }
  return { incarnation: other.incarnation, counters: sumOfCounters(one.counters, other.counters), drives }
}

function sumOfCounters(one: ControllerCounters, other: ControllerCounters): ControllerCounters {
  const keys = Object.keys(NO_COUNTS) as (keyof ControllerCounters)[]
  return Object.fromEntries(keys.map((key) => [key, one[key] + other[key]])) as unknown as ControllerCounters
}
