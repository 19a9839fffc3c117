/** `npm run fuzz`. */
import { Worker } from 'node:worker_threads'
import { present } from '../../src-main/base/assert'
import { load, machine } from '../support/machine'
import { drawBatch } from './batch'
import { CORPUS_FOLDER, keepInCorpus } from './corpus'
import { OPTIONS_HELP, parseFuzzOptions, type FuzzOptions } from './options'
import { batchSeed, SHARED, type WorkerNews, type WorkerOrders } from './protocol'
import { isGrowing, tellDone } from './report'
import { TARGETS } from './targets/targets'

const EXIT = { fine: 0, found: 1, badOptions: 2 } as const
/** No case takes so long, on any machine. */
const HANG_MS = 60_000
const LOOK_EVERY_MS = 1000
const TELL_EVERY_MS = 10_000

const options = parseFuzzOptions(
  process.argv.slice(2),
  TARGETS.map(({ name }) => name),
)
if (options === 'help') say(OPTIONS_HELP.replace('TARGETS', TARGETS.map(({ name }) => name).join(', ')))
else if ('error' in options) {
  process.stderr.write(`${options.error} (--help shows all options.)\n`)
  process.exitCode = EXIT.badOptions
} else run(options)

function run(given: FuzzOptions): void {
  const { seed, cases, target, minutes } = given
  say(`${cases} cases of seed ${seed}, at most ${minutes} minutes; ${machine()}, ${load()}`)
  const orders: WorkerOrders = {
    seed,
    cases,
    endMs: Date.now() + minutes * 60_000,
    targets: TARGETS.filter(({ name, share }) => (target === undefined ? share > 0 : name === target)).map(({ name }) => name),
    shared: new SharedArrayBuffer(SHARED.words * Int32Array.BYTES_PER_ELEMENT),
    corpus: CORPUS_FOLDER,
  }
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: orders })
  const watch = setInterval(
    watchFor(orders, () => void worker.terminate()),
    LOOK_EVERY_MS,
  )
  let toldMs = performance.now()
  worker.on('message', (news: WorkerNews) => {
    if (news.kind === 'progress') {
      if (performance.now() - toldMs < TELL_EVERY_MS) return
      toldMs = performance.now()
      say(`${news.cases} cases, ${Math.round(news.heldMib)} MiB held`)
    } else if (news.kind === 'found') {
      process.exitCode = EXIT.found
      say(`FOUND in ${news.target}: ${news.message}\nKept as ${news.file}.`)
    } else if (news.kind === 'noise') say(`Once, and not again, in ${news.target}: ${news.message}`)
    else {
      if (isGrowing(news.heldMib)) process.exitCode = EXIT.found
      say(tellDone(news, given))
    }
  })
  worker.on('error', (error) => {
    process.exitCode = EXIT.found
    say(`FOUND: ${error.stack ?? error.message}`)
  })
  worker.on('exit', () => clearInterval(watch))
}

/** A thread that spins cannot tell anything, so what it is at is drawn anew here. */
function watchFor({ shared, seed, corpus }: WorkerOrders, end: () => void): () => void {
  const words = new Int32Array(shared)
  let beats = -1
  let sinceMs = performance.now()
  return () => {
    const now = Atomics.load(words, SHARED.beats)
    if (now !== beats) {
      beats = now
      sinceMs = performance.now()
      return
    }
    if (performance.now() - sinceMs < HANG_MS) return
    const target = present(TARGETS[Atomics.load(words, SHARED.target)], 'a target')
    const batch = drawBatch(target, batchSeed(seed, Atomics.load(words, SHARED.batch)))
    const cases = batch.cases.slice(0, Atomics.load(words, SHARED.item) + 1)
    const file = keepInCorpus(corpus, { target: target.name, seed: batch.seed, found: 'a case that does not end', cases })
    process.exitCode = EXIT.found
    say(`FOUND in ${target.name}: a case does not end.\nKept as ${file}, with all cases before it.`)
    end()
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
