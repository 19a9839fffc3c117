import * as path from 'node:path'
import { MIB } from '../base/units'
import { CONTROLLER_IDS } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import { RECORDING_VERSION, type RecordingFrame, type RecordingHead } from '../contract/recording'
import type { LabIdentity, LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'
import type { TraceBounds } from '../platform/trace-files'

/** So many files have room for so much, however short the sessions of a lab are. */
export function recordingBounds(mib: number): TraceBounds {
  return { bytes: mib * MIB, files: Math.max(LIMITS.traceFiles, (mib * MIB) / LIMITS.traceFileBytes) }
}

/** While something happens. When the pair changes, there is a frame at once. */
const FRAME_EVERY_MS = 1000

export interface Recorder {
  /** Something of the pair may have changed. */
  look(): void
  close(): void
}

/** Where lines go. `head` is asked for what every file begins with. */
export interface RecordingSink {
  append(lines: string): void
}

/** The first lines of a file: what it is, and how the lab stood then. */
export function headOf(snapshot: LabSnapshot): string {
  const head: RecordingHead = { recording: RECORDING_VERSION, lab: withoutPath(snapshot.lab), fromMs: snapshot.timeMs }
  return `${JSON.stringify(head)}\n${frameOf(snapshot)}`
}

/** Adds frames to the events that are recorded: one a second where there were events, and one for each change of the pair. */
export function createRecorder(parts: {
  readonly sink: RecordingSink
  readonly compose: () => LabSnapshot
  readonly onEvents: (listener: (events: readonly TraceEvent[]) => void) => () => void
}): Recorder {
  const { sink, compose } = parts
  let hasEvents = false
  let shown = ''
  const endEvents = parts.onEvents(() => (hasEvents = true))
  const timer = setInterval(() => {
    if (hasEvents) record(compose())
  }, FRAME_EVERY_MS)

  function record(snapshot: LabSnapshot): void {
    hasEvents = false
    shown = pairOf(snapshot)
    sink.append(frameOf(snapshot))
  }

  return {
    look() {
      const snapshot = compose()
      if (pairOf(snapshot) !== shown) record(snapshot)
    },
    close() {
      clearInterval(timer)
      endEvents()
      record(compose())
    },
  }
}

function frameOf(snapshot: LabSnapshot): string {
  const drives = snapshot.drives.map((drive) => ({ ...drive, file: path.basename(drive.file) }))
  const frame: RecordingFrame = { frame: { ...snapshot, lab: withoutPath(snapshot.lab), drives } }
  return `${JSON.stringify(frame)}\n`
}

/** A recording is opened on other machines: where a folder is on this one is nobody's business there. */
function withoutPath(lab: LabIdentity): LabIdentity {
  return { ...lab, folder: path.basename(lab.folder) }
}

/** What makes a frame worth having: who is up, who serves what, which drives are out. */
function pairOf({ controllers, interconnect, array, drives, takeovers }: LabSnapshot): string {
  const ofController = CONTROLLER_IDS.map((id) => {
    const { state, phase, portalServedBy, nvram, faults } = controllers[id]
    return [state, phase, portalServedBy, nvram?.mirror, faults]
  })
  const ofDrives = drives.map(({ state, outAfterGeneration }) => [state, outAfterGeneration])
  return JSON.stringify([ofController, interconnect.state, array?.generation, ofDrives, takeovers.at(-1)])
}
