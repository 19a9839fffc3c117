import { failure, ok, type Result } from '../base/result'
import type { TraceFiles } from '../platform/trace-files'
import type { OpenLabFolder } from './lab-folder'
import { recordingBounds } from './recorder'

export interface RecordingRoomParts {
  /** Of the command line. Undefined: as the lab remembers it. */
  readonly given: number | undefined
  readonly folder: Pick<OpenLabFolder, 'recordingsMib' | 'rememberRecordingsMib'>
}

/** How much room recordings have in the lab's folder. The lab remembers it. */
export class RecordingRoom {
  readonly #folder: RecordingRoomParts['folder']
  readonly #given: number | undefined
  #mib: number

  constructor({ given, folder }: RecordingRoomParts) {
    this.#folder = folder
    this.#given = given
    this.#mib = given ?? folder.recordingsMib
  }

  get mib(): number {
    return this.#mib
  }

  /** What the command line gave. If that cannot be saved, the next session has what was saved before. */
  rememberGiven(): void {
    if (this.#given !== undefined) this.#remember(this.#given)
  }

  /** If less fits, the oldest go at once. The error is a sentence; then all is as before. */
  set(mib: number, files: Pick<TraceFiles, 'setBounds'>): Result<null, string> {
    const remembered = this.#remember(mib)
    if (!remembered.ok) return remembered
    this.#mib = mib
    files.setBounds(recordingBounds(mib))
    return remembered
  }

  #remember(mib: number): Result<null, string> {
    try {
      this.#folder.rememberRecordingsMib(mib)
      return ok(null)
    } catch (error) {
      return failure(`The lab cannot remember it: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
