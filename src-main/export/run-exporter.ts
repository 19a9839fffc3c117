import { failure, ok, type Result } from '../base/result'
import type { LabError } from '../contract/lab-error'
import { LIMITS } from '../contract/limits'
import type { ExportedPiece, ExportFormat, ExportOrder } from '../contract/run-export'
import type { ShownRun } from '../player/player'
import type { PlayableRun } from '../player/playable-run'
import type { RunReader } from '../player/run-reader'
import { ByteSink } from './byte-sink'
import { JsonLinesWriter } from './json-lines'
import { PcapngWriter } from './pcapng/pcapng'
import { PerfettoWriter } from './perfetto/perfetto'
import { ReportWriter } from './report/report'
import type { ExportedRun, RunWriter } from './run-writer'

type Outcome = Result<ExportedPiece, LabError>

const WRITERS: Readonly<Record<ExportFormat, new (run: ExportedRun, sink: ByteSink) => RunWriter>> = {
  report: ReportWriter,
  'json-lines': JsonLinesWriter,
  perfetto: PerfettoWriter,
  pcapng: PcapngWriter,
}

const NO_TRAFFIC =
  'No traffic was recorded in this run. Recordings of the lab have what crossed its addresses around faults. ' +
  'A simulated pair has no network.'

interface Export {
  readonly id: number
  readonly run: PlayableRun
  readonly reader: RunReader
  readonly writer: RunWriter
  readonly sink: ByteSink
  hasEnded: boolean
}

/**
 * Makes files of the run that is open in the player, piece by piece as they are asked for: nobody waits for long, and what nobody
 * fetches takes no room.
 */
export class RunExporter {
  readonly #version: string
  readonly #nowMs: () => number
  #lastId = 0
  #export: Export | undefined

  /** `nowMs`: since 1970. */
  constructor(version: string, nowMs: () => number) {
    this.#version = version
    this.#nowMs = nowMs
  }

  /** `shown`: what is open now. */
  order(order: ExportOrder, shown: ShownRun | undefined, goesOn: () => boolean): Outcome {
    try {
      return order.order === 'export' ? this.#begin(order, shown, goesOn) : this.#goOn(order, shown, goesOn)
    } catch (error) {
      // Of the frames in a recording, only the outline was checked.
      this.#export = undefined
      return failure({ code: 'failed', message: `This run cannot be exported: ${error instanceof Error ? error.message : String(error)}` })
    }
  }

  #begin(order: Extract<ExportOrder, { order: 'export' }>, shown: ShownRun | undefined, goesOn: () => boolean): Outcome {
    this.#export = undefined
    if (shown === undefined) return notNow('No run is open, or its first pass is still going on.')
    const { run, outline, atMs } = shown
    if (order.format === 'pcapng' && (run.flight?.count ?? 0) === 0) return notNow(NO_TRAFFIC)
    const sink = new ByteSink()
    const about = {
      outline,
      version: this.#version,
      madeAtMs: this.#nowMs(),
      language: order.language,
      notes: order.notes,
      flight: run.flight,
      shown: { atMs, snapshot: run.snapshot(atMs) },
    }
    const writer = new WRITERS[order.format](about, sink)
    this.#export = { id: ++this.#lastId, run, reader: run.reader(), writer, sink, hasEnded: false }
    return this.#piece(this.#export, goesOn)
  }

  #goOn({ id }: Extract<ExportOrder, { order: 'export-more' }>, shown: ShownRun | undefined, goesOn: () => boolean): Outcome {
    const under = this.#export
    if (under?.id !== id) return notNow('This export is over, or another one was begun after it.')
    if (under.run !== shown?.run) {
      this.#export = undefined
      return notNow('The run was closed while it was exported.')
    }
    return this.#piece(under, goesOn)
  }

  #piece(under: Export, goesOn: () => boolean): Outcome {
    const { id, reader, sink } = under
    const isWritten = this.#write(under, () => sink.waiting < LIMITS.exportPieceBytes && goesOn())
    if (sink.total > LIMITS.exportBytes) {
      this.#export = undefined
      return failure({ code: 'failed', message: `This export would be larger than ${LIMITS.exportBytes / 2 ** 20} MiB.` })
    }
    const bytes = sink.take(LIMITS.exportPieceBytes)
    const isLast = isWritten && sink.waiting === 0
    if (isLast) this.#export = undefined
    return ok({ id, bytes, isLast, share: isLast ? 1 : reader.share })
  }

  /** True once all is written. */
  #write(under: Export, goesOn: () => boolean): boolean {
    const { reader, writer } = under
    const goOn = (): boolean => writer.goOn?.(goesOn) ?? true
    if (!under.hasEnded && goOn()) {
      under.hasEnded = reader.read(
        (event, atMs) => writer.take(event, atMs),
        () => goOn() && goesOn(),
      )
      if (under.hasEnded) writer.end(reader.snapshot)
    }
    return under.hasEnded && goOn()
  }
}

function notNow(message: string): Outcome {
  return failure({ code: 'not-possible-now', message })
}
