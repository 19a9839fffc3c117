import * as fs from 'node:fs'
import { LabStartError } from './lab-start-error'

/** One process at a time works on a lab folder. */
export interface LabLock {
  release(): void
}

const heldHere = new Set<string>()

/** Throws LabStartError where another living process has it. The lock of a dead one is taken over. */
export function lockLab(file: string): LabLock {
  for (let attempt = 0; attempt < 3; attempt++) {
    if (tryCreate(file)) {
      heldHere.add(file)
      return {
        release() {
          heldHere.delete(file)
          fs.rmSync(file, { force: true })
        },
      }
    }
    const owner = readOwner(file)
    if (owner !== undefined && (owner.pid === process.pid ? heldHere.has(file) : isAlive(owner))) {
      throw new LabStartError(
        `This lab is already open in process ${owner.pid}. Close it there first. If that process is not a lab, delete ${file}.`,
      )
    }
    removeStale(file)
  }
  throw new LabStartError(`The lock file ${file} was left by a process that has ended. Delete it.`)
}

function tryCreate(file: string): boolean {
  try {
    fs.writeFileSync(file, `${process.pid}\n${birthOf(process.pid)}\n`, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw new LabStartError(`Cannot write to the folder: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

interface Owner {
  readonly pid: number
  /** Empty where it is not known. */
  readonly birth: string
}

function readOwner(file: string): Owner | undefined {
  try {
    const [first = '', birth = ''] = fs.readFileSync(file, 'utf8').split('\n')
    const pid = Number(first)
    return Number.isSafeInteger(pid) && pid > 0 ? { pid, birth } : undefined
  } catch {
    return undefined
  }
}

/** Renames the lock first, so that of two processes that find the same stale lock only one gets it. */
function removeStale(file: string): void {
  const aside = `${file}.${process.pid}`
  try {
    fs.renameSync(file, aside)
    fs.rmSync(aside, { force: true })
  } catch {
    // The other process was faster. The next attempt sees its lock.
  }
}

function isAlive({ pid, birth }: Owner): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) return false
  }
  const now = birthOf(pid)
  return birth === '' || now === '' || birth === now
}

/**
 * Process ids are reused, above all after a reboot. So on Linux this also names the boot and the start time of the process.
 * Empty on other systems.
 */
function birthOf(pid: number): string {
  try {
    const boot = fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const startedAt = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19] ?? ''
    return `${boot} ${startedAt}`
  } catch {
    return ''
  }
}
