import * as fs from 'node:fs'
import { hostname } from 'node:os'
import * as path from 'node:path'
import { identityOf, lockFiles, type LockRefusal } from './file-lock'
import { LabStartError } from './lab-start-error'

/** One process at a time works on a lab folder, and on each of its images. */
export interface LabLock {
  /** Locks files of the lab too: two folders may have the same one, by a link or a mount. Gives what each is. Throws LabStartError. */
  include(files: readonly string[]): readonly string[]
  /** What else ends with the lock. */
  whenReleased(run: () => void): void
  release(): void
}

/** Somebody who releases the lock just now deletes the file: it is locked in vain, and made anew. */
const ATTEMPTS = 100
/** More than anybody signs with. */
const SIGNATURE_BYTES = 1024

/**
 * Throws LabStartError where another living process has it. What a dead one left behind is just a file, unless it came along in a
 * copy: then the lab was open while it was copied, or was killed before, and its files may be of different moments. A person has to
 * accept that, and until then the file stays.
 */
export function lockLab(file: string, { acceptsCopy = false }: { readonly acceptsCopy?: boolean } = {}): LabLock {
  const fd = lockNamedFile(file)
  const included: number[] = []
  const released: (() => void)[] = []
  if (!acceptsCopy && isCopied(fd)) {
    fs.closeSync(fd)
    throw new LabStartError(copiedOpen(file))
  }
  sign(fd)
  return {
    include(files) {
      const locked = lockFiles(files)
      if (!locked.ok) throw new LabStartError(locked.error.isHeld ? sharedImage(locked.error) : cannotLock(locked.error))
      included.push(...locked.value)
      return locked.value.map(identityOf)
    },
    whenReleased: (run) => void released.push(run),
    release() {
      for (const run of released.splice(0)) run()
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
    const locked = lockFiles([file], { flags: fs.constants.O_CREAT | fs.constants.O_NOFOLLOW })
    if (!locked.ok) throw new LabStartError(locked.error.isHeld ? openElsewhere(file) : cannotLock(locked.error))
    const [fd = -1] = locked.value
    const [own, named] = [fs.fstatSync(fd, { bigint: true }), fs.statSync(file, { bigint: true, throwIfNoEntry: false })]
    if (own.isFile() && own.ino === named?.ino && own.dev === named.dev) return fd
    fs.closeSync(fd)
    if (!own.isFile()) throw new LabStartError(`${file} should be a file. Move away what is there.`)
  }
  throw new LabStartError(`${file} is deleted again and again. Close the other labs of this folder.`)
}

/** For a person who wants to know who has it, and to know a copy. The lock holds also where there is no room for this. */
function sign(fd: number): void {
  try {
    fs.ftruncateSync(fd)
    fs.writeSync(fd, `${process.pid}\n${hostname()}\n${identityOf(fd)}\n`, 0)
  } catch {
    // Others will read of another process.
  }
}

/** What was written there names another file. */
function isCopied(fd: number): boolean {
  const bytes = new Uint8Array(SIGNATURE_BYTES)
  const text = new TextDecoder().decode(bytes.subarray(0, fs.readSync(fd, bytes, 0, bytes.length, 0)))
  const identity = text.split('\n')[2] ?? ''
  return identity !== '' && identity !== identityOf(fd)
}

function copiedOpen(file: string): string {
  const what = `The lab in ${path.dirname(file)} was copied while it was open, or after its process was killed.`
  const risk = 'If it was open, its drives are of different moments, and acknowledged writes may be missing.'
  return `${what} ${risk} To use it all the same, start with --accept-copy; or close the original and copy it again.`
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
