import * as fs from 'node:fs'
import * as path from 'node:path'
import { crc32c } from '../base/crc32c'
import { LIMITS } from '../contract/limits'
import { CHECK_BYTES, CHECKED_FROM, RECORDING_NAME, type RecordingEntry, type Soundness } from '../contract/recording'

const PIECE_BYTES = 256 * 1024
const NEW_LINE = 10

/**
 * Whether recordings are what was written. A file is read once, a piece at a time, so that nothing waits for it; then it is known for
 * as long as the file has its length and its time. The one that goes on is not judged.
 */
export class RecordingJudge {
  readonly #folder: string
  readonly #known = new Map<string, Soundness>()
  readonly #waiting = new Map<string, string>()
  #isReading = false

  constructor(folder: string) {
    this.#folder = folder
  }

  /** With what is known of each. What is not known yet is found out, one file after the other, and told the next time. */
  judged(entries: readonly RecordingEntry[]): readonly RecordingEntry[] {
    const keys = new Set(entries.map(keyOf))
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key)
    this.#waiting.clear()
    const judged = entries.map((entry) => {
      const soundness = this.#soundnessOf(entry)
      return soundness === undefined ? entry : { ...entry, soundness }
    })
    if (this.#waiting.size > 0 && !this.#isReading) void this.#read()
    return judged
  }

  #soundnessOf(entry: RecordingEntry): Soundness | undefined {
    const { head, isCurrent, name } = entry
    if (head === undefined || isCurrent) return undefined
    if (head.recording < CHECKED_FROM) return 'unproven'
    const key = keyOf(entry)
    const known = this.#known.get(key)
    if (known === undefined) this.#waiting.set(key, name)
    return known
  }

  async #read(): Promise<void> {
    this.#isReading = true
    for (let next = this.#takeNext(); next !== undefined; next = this.#takeNext()) {
      const [key, name] = next
      this.#known.set(key, await soundnessOf(path.join(this.#folder, name)))
    }
    this.#isReading = false
  }

  #takeNext(): readonly [key: string, name: string] | undefined {
    const [next] = this.#waiting
    if (next !== undefined) this.#waiting.delete(next[0])
    return next
  }
}

/** A recording that somebody keeps has another name, and is the same. */
function keyOf({ name, byteCount, writtenAtMs }: RecordingEntry): string {
  return `${RECORDING_NAME.exec(name)?.[1] ?? name} ${byteCount} ${writtenAtMs}`
}

/** Of the file of a recording with checks. */
export async function soundnessOf(file: string): Promise<Soundness> {
  let opened: fs.promises.FileHandle | undefined
  try {
    opened = await fs.promises.open(file, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW)
    return await judge(opened)
  } catch {
    return 'unproven'
  } finally {
    await opened?.close()
  }
}

async function judge(file: fs.promises.FileHandle): Promise<Soundness> {
  const checks = new CheckReader()
  const piece = Buffer.allocUnsafe(PIECE_BYTES)
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, PIECE_BYTES)
    if (bytesRead === 0) return checks.endsWithCheck ? 'whole' : 'cut-short'
    if (!checks.take(piece.subarray(0, bytesRead))) return 'altered'
  }
}

/** Follows the lines of a recording, and compares each check with what came before it. */
class CheckReader {
  /** Of all whole lines so far. */
  #crc = 0
  /** Of the line that has begun. */
  #begun: Uint8Array = new Uint8Array()
  #isProven = false

  /** The last line is a check, and nothing comes after it. */
  get endsWithCheck(): boolean {
    return this.#isProven && this.#begun.length === 0
  }

  /** False: a check does not fit, or no line of ours is so long. */
  take(piece: Uint8Array): boolean {
    const bytes = this.#begun.length === 0 ? piece : Buffer.concat([this.#begun, piece])
    let summed = 0
    let from = 0
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, from)) {
      const line = bytes.subarray(from, end)
      this.#isProven = isCheck(line)
      if (this.#isProven) {
        this.#crc = crc32c(bytes.subarray(summed, from), this.#crc)
        summed = from
        if (told(line) !== this.#crc) return false
      }
      from = end + 1
    }
    this.#crc = crc32c(bytes.subarray(summed, from), this.#crc)
    // A copy: the next piece is read into the same memory.
    this.#begun = Buffer.from(bytes.subarray(from))
    return this.#begun.length <= LIMITS.recordingLineBytes
  }
}

function isCheck(line: Uint8Array): boolean {
  return CHECK_BYTES.every((byte, index) => line[index] === byte)
}

/** Not a number, if the line is not as a check is written. */
function told(line: Uint8Array): number {
  const text = Buffer.from(line.subarray(CHECK_BYTES.length)).toString('latin1')
  return /^\d{1,10}\}$/.test(text) ? Number.parseInt(text, 10) : Number.NaN
}
