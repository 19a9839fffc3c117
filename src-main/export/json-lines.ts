import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'
import type { ByteSink } from './byte-sink'
import { omittedCommands } from './omitted-commands'
import type { ExportedRun, RunWriter } from './run-writer'

export const JSON_LINES_VERSION = 1

/**
 * One JSON value a line: a head, each trace event with its number and its time, and an end, without which the file is cut short.
 */
export class JsonLinesWriter implements RunWriter {
  readonly #run: ExportedRun
  readonly #sink: ByteSink
  #count = 0

  constructor(run: ExportedRun, sink: ByteSink) {
    this.#run = run
    this.#sink = sink
    this.#line(headOf(run))
  }

  take(event: TraceEvent, atMs: number): void {
    this.#line({ number: ++this.#count, atMs, ...event })
  }

  end(last: LabSnapshot | undefined): void {
    this.#line({ end: { events: this.#count, omittedCommands: omittedCommands(this.#run.outline, last) } })
  }

  #line(value: object): void {
    this.#sink.addText(`${JSON.stringify(value)}\n`)
  }
}

/** Without the dots of latencies, which can be found in the events. */
function headOf({ outline, version, madeAtMs }: ExportedRun): object {
  const { run, start, end, world, recording, faults, takeovers, violations } = outline
  return {
    takeoverLabEvents: JSON_LINES_VERSION,
    version,
    madeAt: new Date(madeAtMs).toISOString(),
    run,
    startMs: start.atMs,
    endMs: end.atMs,
    ...(world === undefined ? {} : { world }),
    ...(recording === undefined ? {} : { lab: recording.lab, ...(recording.problem === undefined ? {} : { problem: recording.problem }) }),
    faults,
    takeovers,
    violations,
  }
}
