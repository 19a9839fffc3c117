import * as fs from 'node:fs'
import * as path from 'node:path'
import { failure, ok, type Result } from '../../base/result'
import { LIMITS } from '../../contract/limits'
import type { RecordedExercise } from '../format/exercise'

/** A recording beside the file of an exercise, if it is there and no larger than it may be. */
export function hasRecording(file: string, name: string): boolean {
  const stat = fs.statSync(placeOf(file, name), { throwIfNoEntry: false })
  return stat?.isFile() === true && stat.size <= LIMITS.exerciseRecordingBytes
}

/** The bytes of the recording that an exercise is about. `file`: of the exercise. The error is a sentence. */
export function shippedRecording(file: string, { world }: Pick<RecordedExercise, 'world'>): Result<Uint8Array, string> {
  const place = placeOf(file, world.file)
  if (!hasRecording(file, world.file)) return failure(`There is no recording ${place} of at most ${LIMITS.exerciseRecordingBytes} bytes.`)
  try {
    return ok(fs.readFileSync(place))
  } catch (error) {
    return failure(`${place} cannot be read: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function placeOf(file: string, name: string): string {
  return path.join(path.dirname(file), path.basename(name))
}
