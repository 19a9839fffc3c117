import { assert } from '../base/assert'
import { failure, ok, type Result } from '../base/result'
import { parseJson } from '../contract/json'
import { LIMITS } from '../contract/limits'
import type { GivenFile } from '../contract/given-recording'
import { decodeHead, decodeLine, type RecordingHead, type RecordingLine } from '../contract/recording'
import { SIMULATION_BOUNDS, type RecordingSource, type SimulationOutline } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import { newestEvents, type TraceEvent, type TraceId } from '../contract/trace'
import { EventTimes } from './event-times'
import { FlightBook } from './flight-book'
import type { GoesOn, PlayableRun, TracedRun, UnshownEvents } from './playable-run'
import { ProvenBytes } from './proven-bytes'
import { RecordedMarks } from './recorded-marks'
import { RecordedReader, type RunReader } from './run-reader'
import { requestEvents } from './request-events'
import { ExperienceBook } from './run-experience'

const { maxEventsKept } = SIMULATION_BOUNDS
/** Lines between two checks of the time left. */
const LINES_A_LOOK = 64
const NEW_LINE = 10
/** What is read of the file after that of a takeover, once the takeover is over. */
const AFTERWARDS_MS = 1000
const DECODER = new TextDecoder('utf-8', { fatal: true })

interface RecordedFile {
  readonly head: RecordingHead
  readonly bytes: Uint8Array
  readonly readBytes: number
  readonly nextFile: () => Uint8Array | undefined
}

export interface RecordedPicture {
  readonly timeMs: number
  readonly snapshot: LabSnapshot
}

/**
 * A recording, from its first line to the last one that is whole. An event is a trace event. Between two frames the picture stays
 * as it is, apart from what moves by events.
 */
export class RecordedRun implements PlayableRun {
  readonly source: RecordingSource
  readonly times: EventTimes
  readonly flight = new FlightBook()
  readonly #head: RecordingHead
  #bytes: Uint8Array
  #proven: ProvenBytes
  /** The file that was begun when this one was full, if there is one. */
  readonly #nextFile: () => Uint8Array | undefined
  #isInNextFile = false
  /** In the next file: when the last takeover was not over yet. */
  #takingOverMs = 0
  #readBytes: number
  #line = 1
  #problem: string | undefined
  readonly #events: TraceEvent[] = []
  #frames: RecordedPicture[] = []
  readonly #marks = new RecordedMarks()
  readonly #experience = new ExperienceBook()
  #outline: SimulationOutline | undefined
  #event = 0
  #unshownFrom = 0
  #restart = true

  /** The error is a sentence. `bytes`: the whole file. `nextFile`: where a takeover goes on that is not over in this one. */
  static open(name: string, bytes: Uint8Array, nextFile: () => Uint8Array | undefined = () => undefined): Result<RecordedRun, string> {
    return RecordedRun.#open({ kind: 'recording', name }, bytes, nextFile)
  }

  /** One that is no file of this lab, so no other file belongs to it. */
  static openGiven({ name, bytes }: GivenFile): Result<RecordedRun, string> {
    return RecordedRun.#open({ kind: 'recording', name, given: true }, bytes, () => undefined)
  }

  static #open(source: RecordingSource, bytes: Uint8Array, nextFile: () => Uint8Array | undefined): Result<RecordedRun, string> {
    const end = bytes.indexOf(NEW_LINE)
    const head = decodeHead(end < 0 ? undefined : parsed(bytes.subarray(0, end)))
    if (!head.ok) return head
    const run = new RecordedRun(source, { head: head.value, bytes, readBytes: end + 1, nextFile })
    run.#readLine()
    return run.#frames.length > 0 ? ok(run) : failure('The beginning of this recording is damaged or cut short: there is nothing to show.')
  }

  private constructor(source: RecordingSource, from: RecordedFile) {
    this.source = source
    this.#head = from.head
    this.#bytes = from.bytes
    this.#proven = new ProvenBytes(from.bytes)
    this.#readBytes = from.readBytes
    this.#nextFile = from.nextFile
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

  showAgain(): void {
    this.#restart = true
  }

  reader(): RunReader {
    return new RecordedReader({ events: this.#events, times: this.times, last: this.#frames.at(-1)?.snapshot })
  }

  /** Pictures, in the order of their times once all was read. */
  get frames(): readonly RecordedPicture[] {
    return this.#frames
  }

  requestEvents(id: TraceId): readonly TraceEvent[] {
    return requestEvents(this.#events, id)
  }

  eventOf(id: TraceId): number | undefined {
    const index = this.#events.findIndex((event) => event.id === id)
    return index < 0 ? undefined : index + 1
  }

  traced(): TracedRun {
    return { events: this.#events, momentOf: (index) => ({ event: index + 1, atMs: this.times.at(index + 1) }) }
  }

  /** False at the end, or at the first line that is not whole. */
  #readLine(): boolean {
    if (this.#readBytes === this.#bytes.length && !this.#turnToNextFile()) return false
    if (this.#isInNextFile && !this.#wantsMore()) return false
    if (!this.#proven.holds(this.#readBytes)) {
      if (!this.#isInNextFile)
        this.#problem = `It is whole up to line ${this.#line}. After it something was changed, so what comes after it is left out.`
      return false
    }
    this.#line++
    const end = this.#bytes.indexOf(NEW_LINE, this.#readBytes)
    const line = end < 0 ? undefined : lineOf(this.#bytes.subarray(this.#readBytes, end))
    if (line === undefined || !this.#takeLine(line)) {
      if (this.#isInNextFile) return false
      const what = end < 0 ? 'cut short' : 'damaged'
      this.#problem = `It is whole up to line ${this.#line - 1}. Line ${this.#line} is ${what}, and what comes after it is left out.`
      return false
    }
    this.#readBytes = end + 1
    return true
  }

  /** False if it is damaged. */
  #takeLine(line: RecordingLine): boolean {
    if ('crc32c' in line) return true
    if ('flight' in line) return this.flight.add(line.flight)
    if ('frame' in line) this.#look(line.frame)
    else this.#take(line)
    return true
  }

  /** Files are begun when one is full, whatever goes on then. So a takeover may go on in the next one. */
  #turnToNextFile(): boolean {
    if (this.#isInNextFile || !this.#marks.isTakingOver) return false
    const bytes = this.#nextFile()
    const end = bytes?.indexOf(NEW_LINE) ?? -1
    if (bytes === undefined || end < 0) return false
    const head = decodeHead(parsed(bytes.subarray(0, end)))
    const { id, startedAtMs } = this.#head.lab
    if (!head.ok || head.value.lab.id !== id || head.value.lab.startedAtMs !== startedAtMs) return false
    this.#isInNextFile = true
    this.#bytes = bytes
    this.#proven = new ProvenBytes(bytes)
    this.#readBytes = end + 1
    return this.#readBytes < bytes.length
  }

  #wantsMore(): boolean {
    const nowMs = this.times.at(this.times.last)
    if (this.#marks.isTakingOver) this.#takingOverMs = nowMs
    return nowMs - this.#takingOverMs <= AFTERWARDS_MS
  }

  #look(snapshot: LabSnapshot): void {
    this.#frames.push({ timeMs: snapshot.timeMs, snapshot })
    this.#experience.look(snapshot)
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
    const moment = { event: this.times.last, atMs }
    this.#marks.take(event, moment)
    this.#experience.take(event, moment)
  }

  #end(): void {
    this.#frames = this.#frames.toSorted((one, other) => one.timeMs - other.timeMs)
    const endMs = Math.max(this.times.at(this.times.last), this.#frames.at(-1)?.timeMs ?? 0)
    this.#outline = {
      run: this.source,
      start: { event: 0, atMs: this.times.at(0) },
      end: { event: this.times.last, atMs: endMs },
      recording: {
        ...this.#head,
        lostBlocks: this.#marks.lostBlocks,
        readBackBlocks: readBackBlocksOf(this.#frames.at(-1)?.snapshot),
        flightRecords: this.flight.count,
        ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      },
      ...this.#marks.upTo(endMs),
      experience: this.#experience.upTo({ fromMs: this.times.at(0), toMs: endMs }),
    }
  }
}

/** Nothing counts that was read back before something struck. */
function readBackBlocksOf(last: LabSnapshot | undefined): number {
  const { verified = 0, isDoubted = false } = last?.host?.ledger ?? {}
  return isDoubted || !Number.isSafeInteger(verified) ? 0 : verified
}

/** Undefined if it is too long, or none. */
function lineOf(bytes: Uint8Array): RecordingLine | undefined {
  if (bytes.length > LIMITS.recordingLineBytes) return undefined
  const line = decodeLine(parsed(bytes))
  return line === undefined || bytes.length > longest(line) ? undefined : line
}

function longest(line: RecordingLine): number {
  if ('frame' in line) return LIMITS.recordingLineBytes
  return 'flight' in line ? LIMITS.flightLineBytes : LIMITS.recordingEventBytes
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
