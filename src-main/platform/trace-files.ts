import * as fs from 'node:fs'
import * as path from 'node:path'
import { crc32c } from '../base/crc32c'
import { failure, ok, type Result } from '../base/result'
import { LIMITS } from '../contract/limits'
import { checkLine, isPinned, RECORDING_NAME, recordingName } from '../contract/recording'

const NEW_LINE = 10
/** Whoever has longer numbers did not get them here. So the next number is always a short one. */
const MAX_NUMBER = LIMITS.traceFileNumber

export interface TraceFiles {
  /** Of the file that goes on. */
  readonly currentName: string
  /** Bytes of all files that are kept. */
  readonly byteCount: number
  /** Lines that the disk was too slow for, or refused. */
  readonly dropped: number
  append(lines: string): void
  /**
   * From now on, or up to what was appended until now, lines belong together: a file that is full goes on for them, up to a bound. So a
   * fault and what follows it stand in one file.
   */
  keepTogether(isOn: boolean): void
  /** What was appended until now is in the file, or dropped. */
  flushed(): Promise<void>
  /**
   * A pinned file is not deleted to make room for new ones. It gets another name. One that is let go stays until the next file is
   * begun. The error is a sentence.
   */
  setPinned(name: string, pinned: boolean): Result<null, string>
  /** What is too much then goes at once. */
  setBounds(bounds: TraceBounds): void
  /** Writes what is left. */
  close(): void
}

/** How many files stay, and how many bytes of them. The oldest go first; what is pinned does not count. */
export interface TraceBounds {
  readonly files: number
  readonly bytes: number
}

/**
 * Newline-delimited JSON in numbered files of bounded total size. What is written at once has a check at its end. If the disk fails, the
 * trace loses lines and the lab goes on.
 * `head`: the first lines of each file; asked for when there is something to write to it.
 */
export function openTraceFiles(
  folder: string,
  head: () => string,
  firstBounds: TraceBounds = { files: LIMITS.traceFiles, bytes: LIMITS.traceBytes },
): TraceFiles {
  let bounds = firstBounds
  const found = existing(folder)
  let number = (found.findLast((entry) => entry.number < MAX_NUMBER)?.number ?? 0) + 1
  const kept = found.filter(({ isFile }) => isFile)
  let current = openNext()
  let queue: string[] = []
  let queuedBytes = 0
  let dropped = 0
  /** On its way to the end of the file. */
  let writing: Piece | undefined
  let closed = false
  let together: 'no' | 'yes' | 'until-written' = 'no'
  const waiting: (() => void)[] = []

  function fileOf(ofNumber: number): string {
    return path.join(folder, recordingName(ofNumber, false))
  }

  function openNext(): { readonly fd: number; readonly entry: TraceFileEntry } {
    // Something else may have the name.
    while (fs.lstatSync(fileOf(number), { throwIfNoEntry: false }) !== undefined) number++
    const entry = { number, file: fileOf(number), isFile: true, byteCount: 0, crc: 0 }
    const fd = fs.openSync(entry.file, 'wx', 0o600)
    number++
    kept.push(entry)
    makeRoom()
    return { fd, entry }
  }

  function makeRoom(): void {
    for (let unpinned = unpinnedFiles(); isTooMuch(unpinned); unpinned = unpinnedFiles()) {
      const [oldest] = unpinned
      if (oldest === undefined) return
      kept.splice(kept.indexOf(oldest), 1)
      try {
        fs.rmSync(oldest.file, { force: true })
      } catch {
        // Something holds it. The next session finds it again.
      }
    }
  }

  /** With what the newest will have when it is full. */
  function isTooMuch(files: readonly TraceFileEntry[]): boolean {
    const newest = Math.max(files.at(-1)?.byteCount ?? 0, LIMITS.traceFileBytes)
    const bytes = files.slice(0, -1).reduce((sum, { byteCount }) => sum + byteCount, newest)
    return files.length > 1 && (files.length > bounds.files || bytes > bounds.bytes)
  }

  function unpinnedFiles(): readonly TraceFileEntry[] {
    return kept.filter(({ file }) => !isPinned(path.basename(file)))
  }

  function setPinned(name: string, pinned: boolean): Result<null, string> {
    const entry = kept.find(({ file }) => path.basename(file) === name) ?? foundLater(name)
    if (entry === undefined) return failure(`There is no recording ${name} in this lab.`)
    if (isPinned(name) === pinned) return ok(null)
    if (pinned && kept.length - unpinnedFiles().length >= LIMITS.pinnedRecordings)
      return failure(`At most ${LIMITS.pinnedRecordings} recordings can be kept. Let another one go first.`)
    const file = path.join(folder, recordingName(entry.number, pinned))
    try {
      if (fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined) return failure(`There is a ${file} already.`)
      fs.renameSync(entry.file, file)
    } catch (error) {
      return failure(`${entry.file} cannot be renamed: ${error instanceof Error ? error.message : String(error)}.`)
    }
    entry.file = file
    return ok(null)
  }

  /** A person may have put it there. */
  function foundLater(name: string): TraceFileEntry | undefined {
    const entry = existing(folder).find(({ file, isFile }) => isFile && path.basename(file) === name)
    if (entry !== undefined) kept.unshift(entry)
    return entry
  }

  function rotateWhenFull(): void {
    if (current.entry.byteCount < LIMITS.traceFileBytes) return
    if (together !== 'no' && current.entry.byteCount < LIMITS.traceFileMostBytes) {
      makeRoom()
      return
    }
    try {
      const next = openNext()
      fs.closeSync(current.fd)
      current = next
    } catch {
      dropped++
    }
  }

  function takeQueue(): Piece {
    const before = writing?.crc ?? current.entry.crc
    if (queue.length === 0) return { bytes: Buffer.alloc(0), crc: before }
    if (together === 'until-written') together = 'no'
    const isFirst = current.entry.byteCount === 0 && writing === undefined
    const lines = Buffer.from((isFirst ? head() : '') + queue.join(''))
    queue = []
    queuedBytes = 0
    const checked = crc32c(lines, before)
    const check = Buffer.from(checkLine(checked))
    return { bytes: Buffer.concat([lines, check]), crc: crc32c(check, checked) }
  }

  function writeNext(): void {
    if (writing !== undefined || closed) return
    if (queue.length === 0) {
      for (const done of waiting.splice(0)) done()
      return
    }
    const piece = takeQueue()
    const { bytes } = piece
    writing = piece
    fs.write(current.fd, bytes, 0, bytes.length, current.entry.byteCount, (error, written) => {
      writing = undefined
      // What is not whole is written over, so that the file has nothing but whole lines.
      const isWhole = error === null && written === bytes.length
      if (!isWhole) dropped++
      if (closed) {
        fs.closeSync(current.fd)
        return
      }
      if (isWhole) {
        current.entry.byteCount += written
        current.entry.crc = piece.crc
      }
      rotateWhenFull()
      writeNext()
    })
  }

  return {
    get currentName() {
      return path.basename(current.entry.file)
    },
    get byteCount() {
      return kept.reduce((sum, { byteCount }) => sum + byteCount, 0)
    },
    get dropped() {
      return dropped
    },
    append(lines) {
      if (closed) return
      if (queuedBytes + lines.length > LIMITS.traceQueueBytes) {
        dropped++
        return
      }
      queue.push(lines)
      queuedBytes += lines.length
      writeNext()
    },
    keepTogether(isOn) {
      together = isOn ? 'yes' : 'until-written'
    },
    flushed: () =>
      new Promise((resolve) => {
        if (closed || (writing === undefined && queue.length === 0)) resolve()
        else waiting.push(resolve)
      }),
    setPinned,
    setBounds(next) {
      bounds = next
      makeRoom()
    },
    close() {
      if (closed) return
      for (const done of waiting.splice(0)) done()
      // A write may be in progress, and nothing here can wait for it. So it is written again to the same place, and the rest after it.
      const rest = Buffer.concat([writing?.bytes ?? Buffer.alloc(0), takeQueue().bytes])
      closed = true
      try {
        const written = fs.writeSync(current.fd, rest, 0, rest.length, current.entry.byteCount)
        current.entry.byteCount += rest.lastIndexOf(NEW_LINE, written - 1) + 1
        fs.ftruncateSync(current.fd, current.entry.byteCount)
      } catch {
        dropped++
      }
      if (writing === undefined) fs.closeSync(current.fd)
    },
  }
}

/** What is written at once. */
interface Piece {
  readonly bytes: Buffer
  /** Of the file with it. */
  readonly crc: number
}

interface TraceFileEntry {
  readonly number: number
  file: string
  /** Anything else keeps its name, and is not touched. */
  readonly isFile: boolean
  byteCount: number
  /** CRC-32C of the file. Of one that does not go on, it is not known. */
  crc: number
}

function existing(folder: string): TraceFileEntry[] {
  return fs
    .readdirSync(folder)
    .flatMap((name) => {
      const match = RECORDING_NAME.exec(name)
      const file = path.join(folder, name)
      if (match === null) return []
      const stat = fs.lstatSync(file)
      return [{ number: Number(match[1]), file, isFile: stat.isFile(), byteCount: stat.size, crc: 0 }]
    })
    .sort((one, other) => one.number - other.number)
}
