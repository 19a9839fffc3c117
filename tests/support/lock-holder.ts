/** A process that locks a lab when it is told to. Its first argument is the lock file, and each line on its input is a command. */
import { createInterface } from 'node:readline'
import { lockLab, type LabLock } from '../../src-main/platform/lab-lock'

const file = process.argv[2] ?? ''
let lock: LabLock | undefined

createInterface(process.stdin).on('line', (line) => {
  const [command, untilMs = 0] = line.split(' ')
  if (command === 'lock') say(tryAt(Number(untilMs)))
  else if (command === 'contend') say(JSON.stringify(contend(Number(untilMs))))
  else if (command === 'release') say(release())
})

/** Everybody who was told the same time tries at once. */
function tryAt(startMs: number): string {
  while (Date.now() < startMs);
  try {
    lock = lockLab(file)
    return 'locked'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function release(): string {
  lock?.release()
  lock = undefined
  return 'released'
}

/** Locks and releases over and over. Gives the times at which it had it, in nanoseconds of a clock that all processes share. */
function contend(untilMs: number): [number, number][] {
  const held: [number, number][] = []
  while (Date.now() < untilMs) {
    if (tryAt(0) !== 'locked') continue
    const from = Number(process.hrtime.bigint())
    const to = from + 3e6
    while (Number(process.hrtime.bigint()) < to);
    held.push([from, Number(process.hrtime.bigint())])
    release()
  }
  return held
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
