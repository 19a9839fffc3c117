import type { Worker, WorkerOptions } from 'node:worker_threads'
import { assert } from '../base/assert'
import { failure, type Result } from '../base/result'
import type { Language } from '../contract/language'
import { LIMITS } from '../contract/limits'
import type { OpenedExercise, Shelf, ShelfEntry } from '../exercise/shelf/shelf'
import type { ShelfAnswer, ShelfCall } from '../exercise/shelf/shelf-call'

type Ask =
  | { readonly ask: 'list'; readonly language: Language }
  | { readonly ask: 'open'; readonly id: string; readonly language: Language; readonly seed: number }

/**
 * Exercises, read and checked on a thread of their own: that takes a quarter of a second, in which the lab's process has a pair to look
 * after. The thread starts with the first question. If it dies, whoever waits is told, and the next question starts another one.
 */
export class ShelfThread implements Shelf {
  readonly #spawn: (options: WorkerOptions) => Worker
  readonly #folders: readonly string[]
  readonly #calls = new Map<number, (answer: ShelfAnswer) => void>()
  #lastCall = 0
  #worker: Worker | undefined

  constructor(spawn: (options: WorkerOptions) => Worker, folders: readonly string[]) {
    this.#spawn = spawn
    this.#folders = folders
  }

  async list(language: Language): Promise<readonly ShelfEntry[]> {
    const answer = await this.#call({ ask: 'list', language })
    if (answer.answer === 'failed') throw new Error(answer.sentence)
    assert(answer.answer === 'list', 'another answer')
    return answer.entries
  }

  async open(
    id: string,
    { language, seed }: { readonly language: Language; readonly seed: number },
  ): Promise<Result<OpenedExercise, string>> {
    const answer = await this.#call({ ask: 'open', id, language, seed })
    if (answer.answer === 'failed') return failure(answer.sentence)
    assert(answer.answer === 'open', 'another answer')
    return answer.opened
  }

  async close(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#failAll('The lab is being closed.')
    await worker?.terminate()
  }

  #call(ask: Ask): Promise<ShelfAnswer> {
    const worker = (this.#worker ??= this.#start())
    const callId = ++this.#lastCall
    return new Promise((resolve) => {
      this.#calls.set(callId, resolve)
      worker.postMessage({ callId, ...ask } satisfies ShelfCall)
    })
  }

  #start(): Worker {
    const worker = this.#spawn({
      name: 'shelf',
      workerData: this.#folders,
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.shelfHeapMib },
    })
    let failed = 'its thread ended'
    worker.on('message', (answer: ShelfAnswer) => {
      this.#calls.get(answer.callId)?.(answer)
      this.#calls.delete(answer.callId)
    })
    worker.on('error', (error: unknown) => (failed = error instanceof Error ? error.message : String(error)))
    worker.on('exit', () => {
      if (this.#worker !== worker) return
      this.#worker = undefined
      this.#failAll(`The exercises could not be read: ${failed}.`)
    })
    return worker
  }

  #failAll(sentence: string): void {
    for (const [callId, answer] of this.#calls) answer({ callId, answer: 'failed', sentence })
    this.#calls.clear()
  }
}
