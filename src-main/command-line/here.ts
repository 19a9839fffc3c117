import * as fs from 'node:fs'
import { usualLabFolder } from '../platform/usual-lab-folder'
import { runCommandLine } from './run'

const STDOUT = 1
const STDERR = 2
const AGAIN_MS = 5

/**
 * In this process: its streams, its interrupts, the usual folder of a lab. Gives the exit status. Writes to the files themselves, not to
 * the streams of Node: those of a thread pass through the main thread, which may be waiting for this one.
 */
export async function commandLineHere(args: readonly string[]): Promise<number> {
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
  const write = (fd: number, text: string): void => {
    // Whoever reads may go away, as `head` does: that is the end, and no mistake.
    if (!writeWhole(fd, `${text}\n`)) interrupted.abort()
  }
  return runCommandLine(args, {
    say: (text) => write(STDOUT, text),
    complain: (text) => write(STDERR, text),
    interrupted: interrupted.signal,
    usualFolder: usualLabFolder(process.env, process.platform),
  })
}

/** False: nobody reads any more. */
function writeWhole(fd: number, text: string): boolean {
  let rest: Uint8Array = Buffer.from(text)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(fs.writeSync(fd, rest))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return false
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, AGAIN_MS)
    }
  }
  return true
}
