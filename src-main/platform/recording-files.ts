import * as fs from 'node:fs'
import * as path from 'node:path'
import { failure, ok, type Result } from '../base/result'
import { LIMITS } from '../contract/limits'
import { decodeHead, isPinned, newerFormat, RECORDING_NAME, recordingName, type RecordingEntry } from '../contract/recording'
import { parseJson } from '../contract/json'
import { readLabFile } from './read-file'

/**
 * The recordings of a folder, oldest first, also those of newer versions. What is none, or cannot be read, is left out. `currentName`:
 * the one that goes on.
 */
export function listRecordings(folder: string, currentName: string | undefined): readonly RecordingEntry[] {
  return fs
    .readdirSync(folder)
    .filter((name) => RECORDING_NAME.test(name))
    .flatMap((name) => entryOf(path.join(folder, name), name === currentName) ?? [])
    .sort((one, other) => one.begunAtMs - other.begunAtMs || one.name.localeCompare(other.name))
}

/** The bytes of a recording. The error is a sentence. */
export function readRecording(file: string): Result<Uint8Array, string> {
  try {
    const bytes = readLabFile(file, LIMITS.recordingBytes)
    return bytes === undefined
      ? failure(`There is no ${file} any more. The oldest recordings are deleted when new ones are made.`)
      : ok(bytes)
  } catch (error) {
    return failure(error instanceof Error ? error.message : String(error))
  }
}

/** The bytes of the recording that was begun when that one was full, if it is there. */
export function readNextRecording(file: string): Uint8Array | undefined {
  const number = Number(RECORDING_NAME.exec(path.basename(file))?.[1] ?? Number.NaN)
  if (Number.isNaN(number)) return undefined
  for (const pinned of [false, true]) {
    const bytes = readRecording(path.join(path.dirname(file), recordingName(number + 1, pinned)))
    if (bytes.ok) return bytes.value
  }
  return undefined
}

function entryOf(file: string, isCurrent: boolean): RecordingEntry | undefined {
  try {
    const stat = fs.lstatSync(file)
    if (!stat.isFile()) return undefined
    const first = firstLine(file)
    const decoded = decodeHead(first)
    if (!decoded.ok && newerFormat(first) === undefined) return undefined
    const head = decoded.ok ? decoded.value : undefined
    const name = path.basename(file)
    const writtenAtMs = Math.round(stat.mtimeMs)
    const begunAtMs = head === undefined ? writtenAtMs : Math.round((head.lab.startedAtMs ?? 0) + head.fromMs)
    return { name, head, byteCount: stat.size, begunAtMs, writtenAtMs, isCurrent, isPinned: isPinned(name) }
  } catch {
    return undefined
  }
}

function firstLine(file: string): unknown {
  const fd = fs.openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(LIMITS.recordingHeadBytes)
    const text = bytes.toString('utf8', 0, fs.readSync(fd, bytes, 0, bytes.length, 0))
    const json = parseJson(text.slice(0, Math.max(0, text.indexOf('\n'))))
    return json.ok ? json.value : undefined
  } finally {
    fs.closeSync(fd)
  }
}
