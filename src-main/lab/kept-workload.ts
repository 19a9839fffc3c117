import type { TraceWriter } from '../platform/trace-writer'
import type { LabOptions } from './lab'
import type { OpenLabFolder, RememberedWorkload } from './lab-folder'

/** The workload of the lab's host, kept for the next session. */
export class KeptWorkload {
  readonly #folder: Pick<OpenLabFolder, 'rememberWorkload'>
  readonly #trace: TraceWriter
  #now: RememberedWorkload

  constructor(parts: {
    readonly options: Pick<LabOptions, 'startWorkload' | 'workload'>
    readonly folder: Pick<OpenLabFolder, 'workload' | 'rememberWorkload'>
    readonly trace: TraceWriter
  }) {
    const { options, folder, trace } = parts
    this.#folder = folder
    this.#trace = trace
    this.#now = {
      running: options.startWorkload ?? folder.workload.running,
      settings: { ...folder.workload.settings, ...options.workload },
    }
  }

  get now(): RememberedWorkload {
    return this.#now
  }

  /** If saving fails, the next session starts with the settings saved before. */
  remember(workload: RememberedWorkload): void {
    this.#now = workload
    try {
      this.#folder.rememberWorkload(workload)
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#trace.record({ place: 'midplane', kind: 'host.failed', data: { message } })
    }
  }
}
