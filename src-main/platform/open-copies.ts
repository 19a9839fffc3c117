import * as fs from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import * as path from 'node:path'
import { lockFiles } from './file-lock'

/** Of one lab, only one copy should be open at a time: hosts that see two of them take both for the same target. */
export type OpenCopy =
  /** Nobody else of this user has it open. `release` lets others have it. */
  | { readonly kind: 'only'; release(): void }
  | { readonly kind: 'another'; readonly folder: string }
  /** There is no place where this could be known. */
  | { readonly kind: 'unknown' }

/** Announces a lab as open in `folder`, on this machine and for this user, until it is released or the process ends. */
export function announceOpen(labId: string, folder: string): OpenCopy {
  const place = announcements()
  if (place === undefined) return { kind: 'unknown' }
  const file = path.join(place, `${labId}.open`)
  const locked = lockFiles([file], { flags: fs.constants.O_CREAT | fs.constants.O_NOFOLLOW })
  if (!locked.ok) return locked.error.isHeld ? { kind: 'another', folder: readIfPossible(file) } : { kind: 'unknown' }
  const [fd = -1] = locked.value
  try {
    fs.ftruncateSync(fd)
    fs.writeSync(fd, folder, 0)
  } catch {
    // Others will not read where it is.
  }
  // The file stays: to delete it while others may be opening it would let two of them in.
  return { kind: 'only', release: () => fs.closeSync(fd) }
}

/** A folder that only this user can write. */
function announcements(): string | undefined {
  const uid = process.getuid?.()
  const place = path.join(tmpdir(), `takeover-lab-${uid ?? userInfo().username}`)
  try {
    fs.mkdirSync(place, { recursive: true, mode: 0o700 })
    const { mode, uid: owner } = fs.lstatSync(place)
    const isOurs = fs.lstatSync(place).isDirectory() && (uid === undefined || (owner === uid && (mode & 0o022) === 0))
    return isOurs ? place : undefined
  } catch {
    return undefined
  }
}

function readIfPossible(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').slice(0, 4096)
  } catch {
    return ''
  }
}
