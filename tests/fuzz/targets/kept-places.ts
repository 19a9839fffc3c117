import * as fs from 'node:fs'
import * as path from 'node:path'

/** Longer files are changed where they are, because copies of them would take most of the time. */
const SMALL_BYTES = 65_536

/** Changes a folder, and makes everything as it was again. What is replaced moves to another folder meanwhile. */
export class KeptPlaces {
  /** The last change last. */
  #undo: (() => void)[] = []
  #movedCount = 0
  #whole = ''

  constructor(
    private readonly folder: string,
    private readonly keptFolder: string,
  ) {
    fs.mkdirSync(keptFolder)
  }

  /** How the folder is now is how it is to be. */
  learn(): void {
    this.#undo = []
    this.#whole = this.#shape()
  }

  /** Moves away what is there, and has something put in its place. Where its folder is no folder, nothing can be put. */
  replace(place: string, put: (at: string) => void): void {
    const at = path.join(this.folder, place)
    if (!isFolder(path.dirname(at))) return
    const kept = statOf(at) === undefined ? undefined : path.join(this.keptFolder, String(this.#movedCount++))
    if (kept !== undefined) fs.renameSync(at, kept)
    this.#undo.push(() => {
      // What opens a lab may have made its folder anew.
      fs.mkdirSync(path.dirname(at), { recursive: true })
      fs.rmSync(at, { recursive: true, force: true })
      if (kept !== undefined) fs.renameSync(kept, at)
    })
    put(at)
  }

  overwrite(place: string, { at, fromEnd }: { readonly at: number; readonly fromEnd: boolean }, bytes: Uint8Array): void {
    this.#changeFile(place, (fd, size) => {
      const offset = fromEnd ? Math.max(0, size - at) : at
      const before = new Uint8Array(Math.max(0, Math.min(bytes.length, size - offset)))
      fs.readSync(fd, before, 0, before.length, offset)
      fs.writeSync(fd, bytes, 0, bytes.length, offset)
      return (again) => {
        fs.writeSync(again, before, 0, before.length, offset)
        fs.ftruncateSync(again, size)
      }
    })
  }

  /** Makes it shorter. What is long loses no more than a few blocks. */
  cut(place: string, byCount: number): void {
    this.#changeFile(place, (fd, size) => {
      const lost = new Uint8Array(Math.min(byCount, size, SMALL_BYTES))
      fs.readSync(fd, lost, 0, lost.length, size - lost.length)
      fs.ftruncateSync(fd, size - lost.length)
      return (again) => void fs.writeSync(again, lost, 0, lost.length, size - lost.length)
    })
  }

  /** False: it could not be made whole, because what was opened has made it anew. */
  restore(): boolean {
    for (const undo of this.#undo.splice(0).reverse()) undo()
    return this.#shape() === this.#whole
  }

  /** A line for each file, which changes when it is written. */
  stamps(): readonly string[] {
    return this.#names().map((name) => {
      const { size, mtimeNs, ino } = fs.lstatSync(path.join(this.folder, name), { bigint: true })
      return `${name}: ${ino}, ${size} bytes, of ${mtimeNs}`
    })
  }

  /** Sizes of the long files. The small ones may be written at each start. */
  #shape(): string {
    const long = this.#names().map((name) => [name, fs.lstatSync(path.join(this.folder, name)).size] as const)
    return JSON.stringify(long.filter(([, size]) => size > SMALL_BYTES))
  }

  #names(): readonly string[] {
    const found = fs.readdirSync(this.folder, { recursive: true, encoding: 'utf8' })
    return found.filter((name) => !isFolder(path.join(this.folder, name))).sort()
  }

  #changeFile(place: string, change: (fd: number, size: number) => (again: number) => void): void {
    const at = path.join(this.folder, place)
    if (!isFolder(path.dirname(at)) || !isPlainFile(at)) return
    const stat = fs.statSync(at)
    if (stat.size <= SMALL_BYTES) {
      const bytes = fs.readFileSync(at)
      this.replace(place, (file) => fs.writeFileSync(file, bytes))
    }
    const fd = fs.openSync(at, 'r+')
    try {
      const putBack = change(fd, stat.size)
      if (stat.size > SMALL_BYTES) this.#undo.push(() => inFile(at, putBack))
    } finally {
      fs.closeSync(fd)
    }
  }
}

function inFile(file: string, run: (fd: number) => void): void {
  if (!isPlainFile(file)) return
  const fd = fs.openSync(file, 'r+')
  try {
    run(fd)
  } finally {
    fs.closeSync(fd)
  }
}

function isFolder(at: string): boolean {
  return statOf(at)?.isDirectory() === true
}

function isPlainFile(at: string): boolean {
  return statOf(at)?.isFile() === true
}

/** Undefined where there is nothing, also where its folder is no folder. Links are not followed, but in the folders on the way. */
function statOf(at: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(at)
  } catch {
    return undefined
  }
}
