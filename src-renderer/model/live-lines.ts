import { LIMITS } from '../../src-main/contract/limits'
import type { TraceEvent } from '../../src-main/contract/trace'
import { isNarrated, narrationOf, type Narration } from './narration'

/** A sentence needs so long to be read. */
const READ_MS = 2200
/** What was followed by something else so soon was over before anybody could have read of it. */
const OVERTAKEN_MS = 700
/** Later, what was said is old. */
const HOLDS_MS = 7000
/** More than that waits for nobody. */
const MAX_WAITING = LIMITS.waitingLines

/** What is always told, however soon it is followed: it is why the rest happens. */
const CAUSES: ReadonlySet<Narration['sentence']> = new Set([
  ...(['killed', 'hung', 'panic', 'cut', 'slowed'] as const),
  ...(['portal-out', 'management-out', 'stolen', 'battery-out'] as const),
])

interface Line extends Narration {
  readonly atMs: number
}

/**
 * What the live lab does, one sentence after the other, each for as long as it takes to read it. A takeover takes some hundredths of a
 * second: of its steps only those are told that lasted. Times are those of the page.
 */
export function createLiveLines() {
  let waiting: Line[] = []
  let shown: Line | undefined
  let shownAtMs = Number.NEGATIVE_INFINITY

  function add(events: readonly TraceEvent[]): void {
    waiting.push(...events.filter(isNarrated).map((event) => ({ ...narrationOf(event), atMs: event.timeMs })))
    // What was to be told before a cause strikes is old when it does.
    const cause = waiting.findLastIndex(({ sentence }) => CAUSES.has(sentence))
    waiting = waiting.filter((line, index) => index >= cause || CAUSES.has(line.sentence))
    waiting = waiting.filter((line, index) => CAUSES.has(line.sentence) || !isOvertaken(line, waiting[index + 1])).slice(-MAX_WAITING)
  }

  /** The sentence to show now. Undefined: there is nothing to tell. */
  function at(nowMs: number): Narration | undefined {
    const isRead = nowMs - shownAtMs >= READ_MS
    const [following] = waiting
    if (following !== undefined && (isRead || (shown !== undefined && givesWay(shown, following)))) {
      waiting.shift()
      shown = following
      shownAtMs = nowMs
    } else if (shown !== undefined && nowMs - shownAtMs >= HOLDS_MS) shown = undefined
    return shown
  }

  /** Until what is shown may be another one. Undefined: as long as nothing happens. */
  function changesInMs(nowMs: number): number | undefined {
    const [following] = waiting
    if (following !== undefined) return shown !== undefined && givesWay(shown, following) ? 0 : Math.max(0, shownAtMs + READ_MS - nowMs)
    return shown === undefined ? undefined : Math.max(0, shownAtMs + HOLDS_MS - nowMs)
  }

  function clear(): void {
    waiting = []
    shown = undefined
    shownAtMs = Number.NEGATIVE_INFINITY
  }

  return { add, at, changesInMs, clear }
}

/** A cause is told at once. Only another cause is read to its end first. */
function givesWay(line: Line, next: Line): boolean {
  return !CAUSES.has(line.sentence) && (CAUSES.has(next.sentence) || isOvertaken(line, next))
}

function isOvertaken(line: Line, next: Line | undefined): boolean {
  return next !== undefined && next.atMs - line.atMs < OVERTAKEN_MS
}
