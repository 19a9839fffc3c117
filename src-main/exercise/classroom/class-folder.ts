import * as fs from 'node:fs/promises'
import { constants } from 'node:fs'
import * as path from 'node:path'
import { failure, ok, type Result } from '../../base/result'
import type { ClassTrouble, SkippedFile } from '../../contract/classroom'
import { LIMITS } from '../../contract/limits'
import {
  classFileName,
  isClassFileName,
  isUnfinishedName,
  readClassFile,
  UNFINISHED_SUFFIX,
  writeClassFile,
  type ClassFile,
} from './class-file'

const LOOKS_EVERY_MS = 1000
const TRIES_AGAIN_AFTER_MS = 3000
/** A file that has been written for so long is not being written any more. */
const UNFINISHED_MS = 10_000

interface Seen {
  /** A file that was written since has another one. */
  readonly stamp: string
  readonly read: ReturnType<typeof readClassFile>
}

/**
 * The folder that the labs of a class share. It may be on another machine, and may go away at any time: nothing here waits for it in the
 * process of the pair, one thing is asked of it at a time, and what could not be written is tried again.
 */
export class ClassFolder {
  readonly #changed: () => void
  #folder: string | undefined
  #trouble: ClassTrouble | undefined
  #seen: ReadonlyMap<string, Seen> = new Map()
  #unfinished: readonly string[] = []
  #foreign: readonly string[] = []
  /** By their names: what is to be written, and what was written last. */
  readonly #waiting = new Map<string, string>()
  readonly #written = new Map<string, string>()
  #lookedAtUntilMs = 0
  #isClosed = false
  #timer: NodeJS.Timeout | undefined
  #turn: Promise<void> | undefined

  constructor(changed: () => void) {
    this.#changed = changed
  }

  get folder(): string | undefined {
    return this.#folder
  }

  get trouble(): ClassTrouble | undefined {
    return this.#trouble
  }

  get waiting(): number {
    return this.#waiting.size
  }

  get files(): readonly ClassFile[] {
    return [...this.#seen.values()].flatMap(({ read }) => (read.ok ? [read.value] : []))
  }

  get skipped(): readonly SkippedFile[] {
    const unread = [...this.#seen].flatMap(([name, { read }]) => (read.ok ? [] : [{ name, ...read.error }]))
    const others = this.#foreign.map((name) => ({ name, reason: 'foreign' as const, detail: '' }))
    const halves = this.#unfinished.map((name) => ({ name, reason: 'half-written' as const, detail: '' }))
    return [...unread, ...halves, ...others]
  }

  /** Undefined: none any more. The error is a sentence; then all is as before. */
  async use(folder: string | undefined): Promise<Result<null, string>> {
    const problem = folder === undefined ? undefined : await problemOf(folder)
    if (problem !== undefined) return failure(problem)
    this.adopt(folder)
    return ok(null)
  }

  /** One that was good when it was set. If it is not there now, that is trouble and no error. */
  adopt(folder: string | undefined): void {
    this.#folder = folder
    this.#trouble = undefined
    this.#seen = new Map()
    this.#unfinished = []
    this.#foreign = []
    this.#waiting.clear()
    this.#written.clear()
    this.#soon()
  }

  /** A learner has locked his predictions, or his try was graded. It never fails: what does not get there now is tried again. */
  handIn(file: ClassFile): void {
    if (this.#folder === undefined) return
    const written = writeClassFile(file)
    if (!written.ok) {
      this.#setTrouble('failed')
      return
    }
    const name = classFileName(file)
    if (this.#written.get(name) === written.value || this.#waiting.size >= LIMITS.classWaiting) return
    this.#waiting.set(name, written.value)
    this.#soon()
  }

  /** Somebody looks: for a while it is read again and again. */
  look(): void {
    const wasLookedAt = this.#isLookedAt
    this.#lookedAtUntilMs = performance.now() + LIMITS.classLookedAtMs
    if (!wasLookedAt) this.#soon()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
  }

  get #isLookedAt(): boolean {
    return performance.now() < this.#lookedAtUntilMs
  }

  /** After what is asked of the folder now. */
  #soon(): void {
    clearTimeout(this.#timer)
    if (this.#isClosed || this.#folder === undefined || this.#turn !== undefined) return
    const silent = setTimeout(() => this.#setTrouble('silent'), LIMITS.classAnswersWithinMs)
    this.#turn = this.#goThrough(this.#folder).finally(() => {
      clearTimeout(silent)
      this.#turn = undefined
      this.#plan()
    })
  }

  #plan(): void {
    if (this.#isClosed || (!this.#isLookedAt && this.#waiting.size === 0)) return
    this.#timer = setTimeout(() => this.#soon(), this.#isLookedAt ? LOOKS_EVERY_MS : TRIES_AGAIN_AFTER_MS)
    this.#timer.unref()
  }

  async #goThrough(folder: string): Promise<void> {
    const before = this.#told()
    const trouble = await this.#writeAndRead(folder).catch(troubleOf)
    // Meanwhile another one was chosen, which has its turn next.
    if (folder !== this.#folder) {
      setImmediate(() => this.#soon())
      return
    }
    this.#trouble = trouble
    if (this.#told() !== before) this.#changed()
  }

  async #writeAndRead(folder: string): Promise<ClassTrouble | undefined> {
    for (const [name, text] of [...this.#waiting]) {
      await replaceShared(path.join(folder, name), text)
      this.#written.set(name, text)
      if (this.#waiting.get(name) === text) this.#waiting.delete(name)
    }
    return this.#isLookedAt ? this.#read(folder) : undefined
  }

  async #read(folder: string): Promise<ClassTrouble | undefined> {
    const { names, isCut } = await namesIn(folder)
    const seen = new Map<string, Seen>()
    const unfinished: string[] = []
    for (const name of names) {
      if (isUnfinishedName(name)) {
        if (await isOld(path.join(folder, name))) unfinished.push(name)
      } else if (isClassFileName(name)) {
        const one = await lookAt(path.join(folder, name), this.#seen.get(name))
        if (one !== undefined) seen.set(name, one)
      }
    }
    if (folder !== this.#folder) return undefined
    this.#seen = seen
    this.#unfinished = unfinished
    this.#foreign = names.filter((name) => !isUnfinishedName(name) && !isClassFileName(name))
    return isCut ? 'too-many' : undefined
  }

  #setTrouble(trouble: ClassTrouble): void {
    if (this.#trouble === trouble) return
    this.#trouble = trouble
    this.#changed()
  }

  /** All that a window can see of it. */
  #told(): string {
    const stamps = [...this.#seen].map(([name, { stamp }]) => `${name} ${stamp}`)
    return JSON.stringify([this.#trouble, this.#waiting.size, stamps, this.#unfinished, this.#foreign])
  }
}

async function problemOf(folder: string): Promise<string | undefined> {
  if (!path.isAbsolute(folder)) return `"${folder}" is no whole path: begin with the root, such as ${path.resolve('/', 'share', 'class')}.`
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), LIMITS.classAnswersWithinMs).unref())
  const stat = await Promise.race([fs.stat(folder).catch((error: unknown) => sentenceOf(error)), late])
  if (stat === 'late') return `${folder} does not answer. Is the machine there that has it?`
  if (typeof stat === 'string')
    return `${folder} cannot be used: ${stat}. Make the folder first, and let all labs of the class write to it.`
  if (!stat.isDirectory()) return `${folder} is no folder.`
  try {
    await fs.access(folder, constants.R_OK | constants.W_OK)
    return undefined
  } catch {
    return `${folder} may not be read and written by this lab. Change who may use it, or choose another one.`
  }
}

function troubleOf(error: unknown): ClassTrouble {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ESTALE':
    case 'ENODEV':
      return 'gone'
    case 'ENOSPC':
    case 'EDQUOT':
      return 'full'
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'refused'
    default:
      return 'failed'
  }
}

/** Those that a system hides, it has put there itself. */
async function namesIn(folder: string): Promise<{ readonly names: readonly string[]; readonly isCut: boolean }> {
  const names: string[] = []
  for await (const { name } of await fs.opendir(folder)) {
    if (names.length >= LIMITS.classFiles) return { names: names.toSorted(), isCut: true }
    if (!name.startsWith('.')) names.push(name)
  }
  return { names: names.toSorted(), isCut: false }
}

async function isOld(file: string): Promise<boolean> {
  const stat = await fs.lstat(file).catch(() => undefined)
  return stat !== undefined && Date.now() - stat.mtimeMs > UNFINISHED_MS
}

/** Undefined: it has gone meanwhile. What stands in place of a file, such as a pipe, is not opened. */
async function lookAt(file: string, before: Seen | undefined): Promise<Seen | undefined> {
  const stat = await fs.lstat(file).catch(() => undefined)
  if (stat === undefined) return undefined
  const stamp = `${stat.size} ${stat.mtimeMs}`
  if (before?.stamp === stamp) return before
  if (!stat.isFile()) return { stamp, read: failure({ reason: 'foreign', detail: '' }) }
  if (stat.size > LIMITS.classFileBytes) return { stamp, read: failure({ reason: 'large', detail: String(stat.size) }) }
  try {
    return { stamp, read: readClassFile(await readAtMost(file, LIMITS.classFileBytes)) }
  } catch (error) {
    return { stamp, read: failure({ reason: 'unreadable', detail: sentenceOf(error) }) }
  }
}

/** It may grow while it is read. */
async function readAtMost(file: string, bytes: number): Promise<string> {
  const handle = await fs.open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  try {
    const buffer = Buffer.alloc(bytes)
    const { bytesRead } = await handle.read(buffer, 0, bytes, 0)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** Others read the old contents or the new ones. They may be other people, so all may read it. */
async function replaceShared(file: string, text: string): Promise<void> {
  const next = `${file}${UNFINISHED_SUFFIX}`
  await fs.rm(next, { force: true })
  try {
    const handle = await fs.open(next, 'wx', 0o644)
    try {
      await handle.writeFile(text)
      await handle.datasync()
    } finally {
      await handle.close()
    }
    await fs.rename(next, file)
  } catch (error) {
    await fs.rm(next, { force: true }).catch(() => undefined)
    throw error
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
