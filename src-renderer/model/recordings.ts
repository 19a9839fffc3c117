import type { RecordingEntry } from '../../src-main/contract/recording'
import type { LabIdentity } from '../../src-main/contract/snapshot'

/**
 * The recording that has a moment of a lab, if it was not deleted. `recordings`: oldest first; some may be of other labs, or of
 * earlier runs of this one. `atMs`: on the trace clock of this run.
 */
export function recordingOf(
  recordings: readonly RecordingEntry[],
  { lab, atMs }: { readonly lab: LabIdentity; readonly atMs: number },
): RecordingEntry | undefined {
  return recordings.findLast(({ head }) => head?.lab.id === lab.id && head.lab.startedAtMs === lab.startedAtMs && head.fromMs <= atMs)
}
