import { MIB } from '../../src-main/base/units'
import { LIMITS } from '../../src-main/contract/limits'
import { RECORDINGS_MIB, type RecordingEntry } from '../../src-main/contract/recording'
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

/** As a person types it, in MiB. Undefined: it is no number of the bounds. */
export function parseRoom(text: string): number | undefined {
  const digits = text.replaceAll(/[\s.,]/g, '')
  const mib = /^\d{1,9}$/.test(digits) ? Number(digits) : Number.NaN
  return mib >= RECORDINGS_MIB.min && mib <= RECORDINGS_MIB.max ? mib : undefined
}

/** How many of the oldest would have to go for the others to have room. The newest counts as full, because it goes on. */
export function tooMany(recordings: readonly RecordingEntry[], roomMib: number): number {
  const oldestFirst = recordings.filter(({ isPinned, isCurrent }) => !isPinned && !isCurrent)
  let bytes = LIMITS.traceFileBytes
  let staying = 0
  for (const { byteCount } of oldestFirst.toReversed()) {
    bytes += byteCount
    if (bytes > roomMib * MIB) break
    staying++
  }
  return oldestFirst.length - staying
}
