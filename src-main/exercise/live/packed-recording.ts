import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import { LIMITS } from '../../contract/limits'

/** A recording as text within the file that is handed in. */
export function packRecording(bytes: Uint8Array): string {
  return gzipSync(bytes, { level: 9 }).toString('base64')
}

/** Undefined: it is none, or one that is too large. */
export function unpackRecording(packed: string): Uint8Array | undefined {
  try {
    return gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: LIMITS.liveExerciseRecordingBytes })
  } catch {
    return undefined
  }
}

/** SHA-256, in hex digits: another recording has another one. */
export function hashOfRecording(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
