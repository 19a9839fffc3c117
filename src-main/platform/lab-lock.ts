import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { lockFiles, type LockRefusal } from './file-lock'
import { LabStartError } from './lab-start-error'

/** One process at a time works on a lab folder, and on each of its images. */
export interface LabLock {
  /** Locks files of the lab too: two folders may have the same one, by a link or a mount. Throws LabStartError. */
  include(files: readonly string[]): void
  release(): void
}

/** Somebody who releases the lock just now deletes the file: it is locked in vain, and made anew. */
const ATTEMPTS = 100

/** Throws LabStartError where another living process has it. What a dead one left behind is just a file. */
export function lockLab(file: string): LabLock {
  const fd = lockNamedFile(file)
  const included: number[] = []
  sign(fd)
  return {
    include(files) {
      const locked = lockFiles(files)
      if (!locked.ok) throw new LabStartError(locked.error.isHeld ? sharedImage(locked.error) : cannotLock(locked.error))
      included.push(...locked.value)
    },
    release() {
      for (const one of included.splice(0)) fs.closeSync(one)
      // Deleted while it is locked: whoever locks it later sees that it has lost its name.
      removeIfPossible(file)
      fs.closeSync(fd)
    },
  }
}

/** The open lock file, locked, and still under its name. */
function lockNamedFile(file: string): number {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const locked = lockFiles([file], fs.constants.O_CREAT | fs.constants.O_NOFOLLOW)
    if (!locked.ok) throw new LabStartError(locked.error.isHeld ? openElsewhere(file) : cannotLock(locked.error))
    const [fd = -1] = locked.value
    const [own, named] = [fs.fstatSync(fd, { bigint: true }), fs.statSync(file, { bigint: true, throwIfNoEntry: false })]
    if (own.isFile() && own.ino === named?.ino && own.dev === named.dev) return fd
    fs.closeSync(fd)
    if (!own.isFile()) throw new LabStartError(`${file} should be a file. Move away what is there.`)
  }
  throw new LabStartError(`${file} is deleted again and again. Close the other labs of this folder.`)
}

/** For a person who wants to know who has it. The lock holds also where there is no room for this. */
function sign(fd: number): void {
  try {
    fs.ftruncateSync(fd)
    fs.writeSync(fd, `${process.pid}\n${hostname()}\n`, 0)
  } catch {
    // Others will read of another process.
  }
}

function openElsewhere(file: string): string {
  const [pid = '', host = ''] = readIfPossible(file).split('\n')
  // A container has a name of its own, and process ids of its own.
  const where = host === hostname() ? '' : ` of ${host}`
  return `This lab is already open in ${/^\d+$/.test(pid) ? `process ${pid}${where}` : 'another process'}. Close it there first.`
}

function sharedImage({ file }: LockRefusal): string {
  return `${file} is in use by a lab that is open in another folder: both have the same file. Close that lab, or give each its own copy.`
}

function cannotLock({ file, message }: LockRefusal): string {
  return `Cannot lock ${file}: ${message}.`
}

function readIfPossible(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Windows deletes no file that is locked. It does no harm. */
function removeIfPossible(file: string): void {
  try {
    fs.rmSync(file, { force: true })
  } catch {
    // The next one finds it and locks it.
  }
}
