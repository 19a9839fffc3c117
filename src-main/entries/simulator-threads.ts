/** Worlds on several cores: they know nothing of each other, so only the order in which they are added up matters. */
import { parentPort, Worker } from 'node:worker_threads'
import { present } from '../base/assert'
import { SeedsSum, type SeedsOptions, type SeedsResult } from '../simulator/run/run-seeds'
import { runWorld, type WorldResult, type WorldRunOptions } from '../simulator/run/run-world'

/** How far other worlds may run ahead of a slow one. Their results wait to be added in order. */
const AHEAD_PER_JOB = 64

export interface ThreadsOptions extends SeedsOptions {
  readonly jobs: number
  /** No world beyond these is begun. */
  readonly maxWorlds: number
  /** The program that calls `runWorldsAsThread` where it finds itself in a thread. */
  readonly program: URL
}

/** The same as `runSeeds`, in `jobs` threads. Some worlds after the last one that counts run for nothing. */
export function runSeedsInThreads(options: ThreadsOptions): Promise<SeedsResult> {
  const { jobs, firstSeed, maxWorlds, operations } = options
  const sum = new SeedsSum(options)
  const early = new Map<number, WorldResult>()
  const idle: Worker[] = []
  let nextSeed = firstSeed
  return new Promise((resolve, reject) => {
    const threads = Array.from({ length: Math.min(jobs, maxWorlds) }, () => new Worker(options.program))
    const end = (): void => void Promise.all(threads.map((thread) => thread.terminate())).then(() => resolve(sum.result()), reject)
    const handOut = (): void => {
      while (idle.length > 0 && nextSeed < firstSeed + maxWorlds && nextSeed < sum.nextSeed + jobs * AHEAD_PER_JOB) {
        idle.pop()?.postMessage({ seed: nextSeed++, operations } satisfies WorldRunOptions)
      }
    }
    const take = (result: WorldResult): void => {
      early.set(result.seed, result)
      for (let next = early.get(sum.nextSeed); sum.goesOn && next !== undefined; next = early.get(sum.nextSeed)) {
        early.delete(next.seed)
        sum.add(next)
      }
    }
    for (const thread of threads) {
      thread.on('error', reject)
      thread.on('message', (result: WorldResult) => {
        if (!sum.goesOn) return
        idle.push(thread)
        take(result)
        if (sum.goesOn) handOut()
        else end()
      })
      idle.push(thread)
    }
    handOut()
  })
}

export function runWorldsAsThread(): void {
  const port = present(parentPort, 'port of the thread')
  port.on('message', (options: WorldRunOptions) => port.postMessage(runWorld(options)))
}
