import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { failure, ok, type Result } from '../base/result'

/** Several may share a lock, of those who lock it shared. */
export type LockKind = 'exclusive' | 'shared'

/**
 * Locks of the kernel on open files. One ends with the process that has the file open, however that ends, so there is nothing stale
 * to judge. It is seen from any container on the machine, since the kernel keeps it with the file and not with a process id.
 *
 * On Linux it is flock(2). Node cannot call that, but the program `flock` can, on files that it inherits from us: the lock belongs to
 * the open file, so we keep it when that program has ended. A Unix domain socket in the folder would do too, but not on every file
 * system, not between machines that share one, and it would not protect an image that two folders share.
 * On macOS and Windows opening the file with a flag locks it. There Windows refuses every other open, also our own workers'.
 */
const LOCKING_FLAGS: Readonly<Partial<Record<NodeJS.Platform, Readonly<Record<LockKind, number>>>>> = {
  // O_EXLOCK, O_SHLOCK
  darwin: { exclusive: 0x20 | fs.constants.O_NONBLOCK, shared: 0x10 | fs.constants.O_NONBLOCK },
  // UV_FS_O_EXLOCK, which is all that there is.
  win32: { exclusive: 0x1000_0000, shared: 0x1000_0000 },
}
const locksAtOpen = LOCKING_FLAGS[process.platform]
/** What a flagged open says where the lock is held. */
const HELD_CODES = new Set(['EAGAIN', 'EWOULDBLOCK', 'EBUSY'])

export interface LockRefusal {
  readonly file: string
  /** By somebody else who has the file open. */
  readonly isHeld: boolean
  readonly message: string
}

/** All of them or none. Gives their open files: the locks are held until those are closed. */
export function lockFiles(
  files: readonly string[],
  { flags = 0, kind = 'exclusive' }: { readonly flags?: number; readonly kind?: LockKind } = {},
): Result<readonly number[], LockRefusal> {
  const fds: number[] = []
  const refuse = (refusal: LockRefusal) => {
    for (const fd of fds) fs.closeSync(fd)
    return failure(refusal)
  }
  for (const file of files) {
    try {
      fds.push(fs.openSync(file, fs.constants.O_RDWR | flags | (locksAtOpen?.[kind] ?? 0), 0o600))
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      const message = error instanceof Error ? error.message : String(error)
      return refuse({ file, isHeld: locksAtOpen !== undefined && HELD_CODES.has(code), message })
    }
  }
  const refusal = locksAtOpen === undefined ? lockOpenFiles(files, fds, kind) : undefined
  return refusal === undefined ? ok(fds) : refuse(refusal)
}

/** A file that is renamed keeps it. A copy has another one, and so has a file on another disk. */
export function identityOf(fd: number): string {
  const { dev, ino } = fs.fstatSync(fd, { bigint: true })
  return `${dev}-${ino}`
}

/** Of the program's own files, after the three standard ones. */
const FIRST_INHERITED = 3
/** It never waits for a lock, but a file server may not answer. */
const ANSWERS_WITHIN_MS = 20_000
const SCRIPT = 'how=$1; shift; for fd; do flock -n "$how" "$fd" || { echo "$fd $?"; exit 1; }; done'
const OPTION = { exclusive: '-x', shared: '-s' } as const
const STATUS = { held: 1, noSuchProgram: 127 } as const

function lockOpenFiles(files: readonly string[], fds: readonly number[], kind: LockKind): LockRefusal | undefined {
  const ran = spawnSync('/bin/sh', ['-c', SCRIPT, 'sh', OPTION[kind], ...fds.map((_, index) => String(FIRST_INHERITED + index))], {
    stdio: ['ignore', 'pipe', 'pipe', ...fds],
    env: { PATH: [process.env['PATH'], '/usr/bin', '/bin'].filter(Boolean).join(':') },
    encoding: 'utf8',
    timeout: ANSWERS_WITHIN_MS,
  })
  if (ran.status === 0) return undefined
  const [fd = FIRST_INHERITED, status] = ran.stdout.split(' ').map(Number)
  const file = files[fd - FIRST_INHERITED] ?? ''
  const complaint = ran.error?.message ?? ran.stderr.trim()
  if (status === STATUS.noSuchProgram) {
    return { file, isHeld: false, message: 'the program flock is missing, which is part of util-linux and of BusyBox: install it' }
  }
  return { file, isHeld: status === STATUS.held && complaint === '', message: complaint === '' ? `flock ended with ${status}` : complaint }
}
