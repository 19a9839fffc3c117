/** A lab that runs, from a terminal: the program of `npm run lab`, and a thread of the packaged application. */
import { isMainThread, workerData } from 'node:worker_threads'
import { commandLineHere } from '../command-line/here'

/** The main thread waits for `ended` to become the exit status plus one. */
interface ThreadData {
  readonly args: readonly string[]
  readonly ended: Int32Array
}

if (isMainThread) process.exitCode = await commandLineHere(process.argv.slice(2))
else await runAsThread(workerData as ThreadData)

async function runAsThread({ args, ended }: ThreadData): Promise<void> {
  const failed = 1
  const status = await commandLineHere(args).catch(() => failed)
  Atomics.store(ended, 0, status + 1)
  Atomics.notify(ended, 0)
}
