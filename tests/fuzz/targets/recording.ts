import * as fc from 'fast-check'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { FLIGHT_KINDS } from '../../../src-main/contract/flight'
import { LIMITS } from '../../../src-main/contract/limits'
import type { FlightExcerpt } from '../../../src-main/contract/flight-rows'
import type { PlayerOrder, SimulationOutline, SimulationPush } from '../../../src-main/contract/simulation'
import { listRecordings, readRecording } from '../../../src-main/platform/recording-files'
import { RunExporter } from '../../../src-main/export/run-exporter'
import { Player } from '../../../src-main/player/player'
import { RecordedRun } from '../../../src-main/player/recorded-run'
import { editedRecording, recordingEdit, type RecordingEdit } from '../generators/recording'
import { expectThat, fuzzTarget, type CaseBench } from '../target'

interface RecordingCase {
  readonly edits: readonly RecordingEdit[]
  readonly orders: readonly PlayerOrder[]
}

const NAME = 'trace-000001.ndjson'
const event = fc.oneof(fc.nat(200), fc.constantFrom(0, 1, 5000, 1e9))
const orders: fc.Arbitrary<PlayerOrder> = fc.oneof(
  fc.record({ order: fc.constant('play'), speed: fc.constantFrom(0.0001, 1, 1000) }),
  fc.record({ order: fc.constant('step'), events: fc.constantFrom(-10_000, -1, 1, 10_000) }),
  fc.record({ order: fc.constant('seek'), event }),
  fc.record({ order: fc.constant('seek-time'), atMs: fc.constantFrom(0, 1, 100, 1e13, 1e308) }),
  fc.constant({ order: 'pause' as const }),
  fc.record({ order: fc.constant('flight'), atMs: fc.constantFrom(0, 5000, 1e13), kinds: fc.subarray([...FLIGHT_KINDS]) }),
)

/** More turns than any run of this size needs. */
const TURNS = 20_000
/** Real time of the player between two turns. */
const TURN_MS = 40
/** What goes to the window at once, through the process of the live lab: a frame, events, or the outline. */
const PUSH_BYTES = 16 * 1024 * 1024

/** The player of the window, with a recording in the lab's folder that somebody edited. It plays it, or says why not. */
class RecordingBench implements CaseBench<RecordingCase> {
  readonly #folder = fs.mkdtempSync(path.join(tmpdir(), 'takeover-fuzz-recording-'))
  readonly #file = path.join(this.#folder, NAME)

  run({ edits, orders }: RecordingCase): void {
    fs.writeFileSync(this.#file, editedRecording(edits))
    for (const { byteCount, begunAtMs } of listRecordings(this.#folder, undefined)) {
      expectThat(byteCount > 0 && Number.isFinite(begunAtMs), () => 'a recording is listed with numbers that are none')
    }
    const viewer = new Viewer(this.#file)
    if (!viewer.open()) return
    viewer.turnUntilIdle()
    for (const order of orders) viewer.order(order)
    viewer.exportTraffic()
  }

  finish(): void {
    fs.writeFileSync(this.#file, editedRecording([]))
    const viewer = new Viewer(this.#file)
    expectThat(viewer.open(), () => 'a whole recording does not open')
    viewer.turnUntilIdle()
    expectThat(viewer.outline?.recording?.problem === undefined, () => `a whole recording has a problem: ${viewer.problem}`)
    expectThat(listRecordings(this.#folder, undefined).length === 1, () => 'a whole recording is not listed')
  }

  close(): void {
    fs.rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** The thread of the player, and the window that gets its pushes. */
class Viewer {
  readonly #player: Player
  readonly #file: string
  outline: SimulationOutline | undefined
  #nowMs = 0

  constructor(file: string) {
    this.#file = file
    this.#player = new Player((push) => this.#take(push), {
      seed: () => {
        throw new Error('No seed is played here.')
      },
      recording: ({ name }) => {
        const bytes = readRecording(file)
        return bytes.ok ? RecordedRun.open(name, bytes.value) : bytes
      },
    })
  }

  get problem(): string {
    return this.outline?.recording?.problem ?? ''
  }

  open(): boolean {
    const opened = this.#player.order({ order: 'open-recording', name: NAME, file: this.#file })
    expectThat(opened.ok || opened.error.message.endsWith('.'), () => 'a recording is refused without a sentence')
    return opened.ok
  }

  order(order: PlayerOrder): void {
    this.#player.order(order)
    this.turnUntilIdle()
  }

  /** All of it, or a sentence. */
  exportTraffic(): void {
    const exporter = new RunExporter('1', () => 0)
    let answer = exporter.order({ order: 'export', format: 'pcapng', language: 'en', notes: '' }, this.#player.shown, () => true)
    for (let bytes = 0; answer.ok && !answer.value.isLast;) {
      bytes += answer.value.bytes.length
      expectThat(bytes <= LIMITS.exportBytes, () => `${bytes} bytes of traffic`)
      answer = exporter.order({ order: 'export-more', id: answer.value.id }, this.#player.shown, () => true)
    }
    expectThat(answer.ok || answer.error.message.endsWith('.'), () => 'traffic is not exported, without a sentence')
  }

  /** Long runs play on: the next order interrupts them. */
  turnUntilIdle(): void {
    for (let turns = 0; turns < TURNS; turns++) {
      let looks = 0
      const waitMs = this.#player.turn((this.#nowMs += TURN_MS), () => looks++ < 4)
      if (waitMs === undefined) return
      if (waitMs > 0 && turns > 50) return
    }
    expectThat(false, () => `the player is not done after ${TURNS} turns`)
  }

  #take(push: SimulationPush): void {
    const bytes = JSON.stringify(push).length
    expectThat(bytes <= PUSH_BYTES, () => `a push of ${bytes} bytes`)
    if (push.type === 'events') expectThat(push.events.length <= LIMITS.playedEvents, () => `${push.events.length} events at once`)
    if (push.type === 'outline') this.#takeOutline(push.outline)
    if (push.type === 'flight') this.#takeFlight(push.flight)
    if (push.type !== 'state') return
    const { now } = push.state
    expectThat(Number.isFinite(now.atMs) && now.event >= 0, () => `shown is event ${now.event} at ${now.atMs}`)
  }

  #takeFlight({ rows, records, missing }: FlightExcerpt): void {
    expectThat(rows.length <= LIMITS.shownFlightRecords && rows.length <= records, () => `${rows.length} flight records at once`)
    expectThat(Number.isSafeInteger(missing) && missing >= 0, () => `${missing} records are missing`)
    const isOrdered = rows.every(({ atMs }, index) => atMs >= (rows[index - 1]?.atMs ?? 0))
    expectThat(isOrdered, () => 'flight records are not in the order of time')
  }

  #takeOutline(outline: SimulationOutline): void {
    const { start, end, faults, takeovers, violations } = outline
    this.outline = outline
    expectThat(start.atMs <= end.atMs && start.event <= end.event, () => 'the run ends before its beginning')
    const marks = Math.max(faults.length, takeovers.length, violations.length)
    expectThat(marks <= LIMITS.playedMarks, () => `${marks} marks of a kind`)
    const { answers: all, lanes = [], acts = [], commands } = outline.experience ?? {}
    const answers = all?.atMs.length ?? 0
    expectThat(answers <= LIMITS.playedAnswers, () => `${answers} answers`)
    const counted = Math.max(commands?.againAtMs.length ?? 0, commands?.unansweredAtMs.length ?? 0, commands?.omitted.length ?? 0)
    expectThat(counted <= LIMITS.playedAnswers, () => `${counted} commands of a kind`)
    expectThat(acts.length <= LIMITS.playedMarks, () => `${acts.length} acts`)
    for (const { spans } of lanes) {
      expectThat(spans.length <= LIMITS.playedSpans, () => `${spans.length} spans`)
      const isWrong = spans.some(({ fromMs, toMs }) => !(fromMs <= toMs && fromMs >= start.atMs && toMs <= end.atMs))
      expectThat(!isWrong, () => 'a span ends before it begins, or is not in the run')
    }
  }
}

export const recordingTarget = fuzzTarget<RecordingCase>({
  name: 'recording',
  share: 0.2,
  casesPerBench: 100,
  growthMib: 96,
  slowMs: 3000,
  cases: fc.record({ edits: fc.array(recordingEdit, { minLength: 1, maxLength: 4 }), orders: fc.array(orders, { maxLength: 4 }) }),
  open: () => new RecordingBench(),
})
