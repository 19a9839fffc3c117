import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { BenchAnswer, BenchOrder } from './bench-protocol'

export type Outcome =
  /** `by` is the test file that failed, `test` the first test in it that did. */
  | { readonly result: 'killed'; readonly by: string; readonly test?: string | undefined }
  /** It made a loop that never ends. */
  | { readonly result: 'stuck' }
  | { readonly result: 'survived' }

/** The bench's process, started again after it had to be ended. */
export class BenchClient {
  readonly #program: string
  readonly #silenceMs: number
  #process: ChildProcess | undefined

  constructor(program: string, silenceMs: number) {
    this.#program = program
    this.#silenceMs = silenceMs
  }

  async run(order: BenchOrder): Promise<Outcome> {
    const bench = (this.#process ??= await this.#start())
    return new Promise((resolve) => {
      let failed: string | undefined
      let test: string | undefined
      const end = (outcome: Outcome): void => {
        clearTimeout(patience)
        bench.removeAllListeners('message')
        resolve(outcome)
      }
      const patience = setTimeout(() => {
        this.end()
        end({ result: 'stuck' })
      }, this.#silenceMs)
      bench.on('message', (answer: BenchAnswer) => {
        patience.refresh()
        if (answer.type === 'failed') test ??= answer.test
        if (answer.type === 'module' && !answer.ok) failed ??= answer.path
        if (answer.type !== 'done') return
        const by = failed ?? answer.errors[0]
        end(by === undefined ? { result: 'survived' } : { result: 'killed', by, test })
      })
      bench.send(order)
    })
  }

  end(): void {
    // With all that it started: a worker of Vitest in a loop does not hear that its parent is gone.
    if (this.#process?.pid !== undefined) process.kill(-this.#process.pid, 'SIGKILL')
    this.#process = undefined
  }

  async #start(): Promise<ChildProcess> {
    const bench = fork(this.#program, { detached: true })
    await once(bench, 'message')
    return bench
  }
}
