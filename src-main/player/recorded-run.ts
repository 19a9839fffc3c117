import { assert } from '../base/assert'
import { failure, ok, type Result } from '../base/result'
import { parseJson } from '../contract/json'
import { LIMITS } from '../contract/limits'
import { decodeHead, decodeLine, type RecordingHead } from '../contract/recording'
import { SIMULATION_BOUNDS, type RunSource, type SimulationOutline } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import { newestEvents, type TraceEvent } from '../contract/trace'
import { EventTimes } from './event-times'
import type { GoesOn, PlayableRun, UnshownEvents } from './playable-run'
import { RecordedAnswers } from './recorded-answers'
import { RecordedMarks } from './recorded-marks'

const { maxEventsKept } = SIMULATION_BOUNDS
/** Lines between two checks of the time left. */
const LINES_A_LOOK = 64
const NEW_LINE = 10
const DECODER = new TextDecoder('utf-8', { fatal: true })

interface Frame {
  readonly timeMs: number
  readonly snapshot: LabSnapshot
}

/**
 * A recording, from its first line to the last one that is whole. An event is a trace event. Between two frames the picture stays
 * as it is, apart from what moves by events.
 */
export class RecordedRun implements PlayableRun {
  readonly source: RunSource
  readonly times: EventTimes
  readonly #head: RecordingHead
  readonly #bytes: Uint8Array
  #readBytes: number
  #line = 1
  #problem: string | undefined
  readonly #events: TraceEvent[] = []
  #frames: Frame[] = []
  readonly #marks = new RecordedMarks()
  readonly #answers = new RecordedAnswers()
  #outline: SimulationOutline | undefined
  #event = 0
  #unshownFrom = 0
  #restart = true

  /** The error is a sentence. `bytes`: the whole file. */
  static open(name: string, bytes: Uint8Array): Result<RecordedRun, string> {
    const end = bytes.indexOf(NEW_LINE)
    const head = decodeHead(end < 0 ? undefined : parsed(bytes.subarray(0, end)))
    if (!head.ok) return head
    const run = new RecordedRun(name, { head: head.value, bytes, readBytes: end + 1 })
    run.#readLine()
    return run.#frames.length > 0
      ? ok(run)
      : failure('The second line of this recording is damaged or cut short: there is nothing to show.')
  }

  private constructor(name: string, from: { readonly head: RecordingHead; readonly bytes: Uint8Array; readonly readBytes: number }) {
    this.source = { kind: 'recording', name }
    this.#head = from.head
    this.#bytes = from.bytes
    this.#readBytes = from.readBytes
    this.times = new EventTimes(from.head.fromMs)
  }

  survey(goesOn: GoesOn): boolean {
    for (let lines = 1; this.#outline === undefined; lines++) {
      if (!this.#readLine()) this.#end()
      else if (lines % LINES_A_LOOK === 0 && !goesOn()) return false
    }
    return true
  }

  get surveyed(): PlayableRun['surveyed'] {
    return { done: this.#readBytes, of: this.#bytes.length }
  }

  get outline(): SimulationOutline | undefined {
    return this.#outline
  }

  get event(): number {
    return this.#event
  }

  /** The newest frame at that moment, which may be newer than the shown event. */
  snapshot(atMs: number): LabSnapshot | undefined {
    const frame = this.#frames.findLast(({ timeMs }) => timeMs <= atMs) ?? this.#frames[0]
    return frame && { ...frame.snapshot, timeMs: atMs, sequence: this.#event }
  }

  goTo(event: number): boolean {
    assert(event >= 0 && event <= this.times.last, `event ${event} of ${this.times.last}`)
    if (event < this.#event) this.#restart = true
    this.#event = event
    return true
  }

  prepare(): boolean {
    return true
  }

  takeUnshown(): UnshownEvents {
    const restart = this.#restart || this.#event - this.#unshownFrom > 2 * maxEventsKept
    const events = this.#events.slice(restart ? 0 : this.#unshownFrom, this.#event)
    this.#unshownFrom = this.#event
    this.#restart = false
    return { restart, events: restart ? newestEvents(events, maxEventsKept) : events }
  }

  /** False at the end, or at the first line that is not whole. */
  #readLine(): boolean {
    if (this.#readBytes === this.#bytes.length) return false
    this.#line++
    const end = this.#bytes.indexOf(NEW_LINE, this.#readBytes)
    const isTooLong = end - this.#readBytes > LIMITS.recordingLineBytes
    const line = end < 0 || isTooLong ? undefined : decodeLine(parsed(this.#bytes.subarray(this.#readBytes, end)))
    if (line === undefined) {
      const what = end < 0 ? 'cut short' : 'damaged'
      this.#problem = `It is whole up to line ${this.#line - 1}. Line ${this.#line} is ${what}, and what comes after it is left out.`
      return false
    }
    this.#readBytes = end + 1
    if ('frame' in line) this.#frames.push({ timeMs: line.frame.timeMs, snapshot: line.frame })
    else this.#take(line)
    return true
  }

  /**
   * Writers are threads, so an event may be a little older than the one before it. The first ones had to wait for the file, so they
   * may be older than its beginning.
   */
  #take(event: TraceEvent): void {
    if (this.#events.length === 0) this.times.beginBy(event.timeMs)
    this.#events.push(event)
    this.times.add(Math.max(event.timeMs, this.times.at(this.times.last)))
    const atMs = this.times.at(this.times.last)
    this.#marks.take(event, { event: this.times.last, atMs })
    this.#answers.take(event, atMs)
  }

  #end(): void {
    this.#frames = this.#frames.toSorted((one, other) => one.timeMs - other.timeMs)
    const endMs = Math.max(this.times.at(this.times.last), this.#frames.at(-1)?.timeMs ?? 0)
    this.#outline = {
      run: this.source,
      start: { event: 0, atMs: this.times.at(0) },
      end: { event: this.times.last, atMs: endMs },
      recording: { ...this.#head, ...(this.#problem === undefined ? {} : { problem: this.#problem }) },
      ...this.#marks.upTo(endMs),
      answers: this.#answers.all,
    }
  }
}

/** Undefined if it is no text or no JSON. */
function parsed(bytes: Uint8Array): unknown {
  try {
    const json = parseJson(DECODER.decode(bytes))
    return json.ok ? json.value : undefined
  } catch {
    return undefined
  }
}
