import * as fs from 'node:fs'
import * as path from 'node:path'
import { MIB } from '../base/units'

/** One file of trace events; then the next is begun. */
const FILE_BYTES = 16 * MIB
/** Older ones are deleted. */
const FILES_KEPT = 4
/** Lines waiting for the disk; beyond, they are dropped: the trace never holds up the lab. */
const QUEUE_BYTES = 8 * MIB
const NAME = /^trace-(\d{6})\.ndjson$/

export interface TraceFiles {
  /** Bytes of all files that are kept. */
  readonly byteCount: number
  /** Lines that the disk was too slow for, or refused. */
  readonly dropped: number
  append(lines: string): void
  /** Writes what is left. */
  close(): void
}

/** Newline-delimited JSON in numbered files, bounded together. A disk that refuses costs the trace its lines, not the lab its life. */
export function openTraceFiles(folder: string): TraceFiles {
  const kept = existing(folder)
  let number = (kept.at(-1)?.number ?? 0) + 1
  let current = openNext()
  let queue: string[] = []
  let queuedBytes = 0
  let dropped = 0
  let writing = false
  let closed = false

  function openNext(): { readonly fd: number; readonly entry: TraceFileEntry } {
    const entry = { number, file: path.join(folder, `trace-${String(number).padStart(6, '0')}.ndjson`), byteCount: 0 }
    const fd = fs.openSync(entry.file, 'wx', 0o600)
    number++
    kept.push(entry)
    while (kept.length > FILES_KEPT) fs.rmSync(kept.shift()?.file ?? '', { force: true })
    return { fd, entry }
  }

  function rotateWhenFull(): void {
    if (current.entry.byteCount < FILE_BYTES) return
    try {
      const next = openNext()
      fs.closeSync(current.fd)
      current = next
    } catch {
      dropped++
    }
  }

  function takeQueue(): Buffer {
    const bytes = Buffer.from(queue.join(''))
    queue = []
    queuedBytes = 0
    return bytes
  }

  function writeNext(): void {
    if (writing || closed || queue.length === 0) return
    writing = true
    const bytes = takeQueue()
    fs.write(current.fd, bytes, 0, bytes.length, null, (error, written) => {
      writing = false
      if (error !== null) dropped++
      current.entry.byteCount += written
      if (closed) {
        fs.closeSync(current.fd)
        return
      }
      rotateWhenFull()
      writeNext()
    })
  }

  return {
    get byteCount() {
      return kept.reduce((sum, { byteCount }) => sum + byteCount, 0)
    },
    get dropped() {
      return dropped
    },
    append(lines) {
      if (closed) return
      if (queuedBytes + lines.length > QUEUE_BYTES) {
        dropped++
        return
      }
      queue.push(lines)
      queuedBytes += lines.length
      writeNext()
    },
    close() {
      if (closed) return
      const rest = takeQueue()
      closed = true
      try {
        if (rest.length > 0) fs.writeSync(current.fd, rest)
      } catch {
        dropped++
      }
      if (!writing) fs.closeSync(current.fd)
    },
  }
}

interface TraceFileEntry {
  readonly number: number
  readonly file: string
  byteCount: number
}

function existing(folder: string): TraceFileEntry[] {
  return fs
    .readdirSync(folder)
    .flatMap((name) => {
      const match = NAME.exec(name)
      const file = path.join(folder, name)
      return match === null ? [] : [{ number: Number(match[1]), file, byteCount: fs.statSync(file).size }]
    })
    .sort((one, other) => one.number - other.number)
}
