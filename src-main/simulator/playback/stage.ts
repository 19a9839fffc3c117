import type { HostReport, OutagesSince } from '../../contract/host'
import type { RunSource, WorldOutline } from '../../contract/simulation'
import type { TakeoverSpan } from '../../core/host/takeover-outage'
import type { Violation } from '../checkers/checker'
import type { RunWatcher } from '../run/run-world'
import type { World } from '../world'

/** What is shown of the hosts of a run. */
export interface StagedHosts {
  /** Undefined: there are none yet. */
  report(): HostReport | undefined
  /** A fault struck. Left out, as the next ones: the run has told its hosts itself. */
  countOutagesFrom?(since: OutagesSince): void
  takeoverOver?(takeover: TakeoverSpan): void
  /** Commands that were not traced; left out: all are. */
  readonly omitted?: number
}

/** A run in a world, event by event. */
export interface StagedRun {
  readonly world: World
  /** Of the operations of its stage, as far as it is. */
  readonly done: number
  /** So far. */
  readonly violations: readonly Violation[]
  /** Runs the next event; false when the run is over. */
  step(): boolean
  /** What is in its world, once it is over. */
  outline(): WorldOutline
}

/**
 * What playback can play: a world that can be run again from its beginning, as often as wished, and is the same each time. `begin` is for
 * the first pass; `show` also tells what its hosts see, and adds the events that only viewers get.
 */
export interface Stage {
  readonly source: RunSource
  /** Of the lab, as the picture names it. */
  readonly name: string
  readonly operations: number
  begin(watcher: RunWatcher): StagedRun
  show(): { readonly run: StagedRun; readonly hosts: StagedHosts }
}
