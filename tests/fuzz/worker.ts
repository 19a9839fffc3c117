/** The thread that fuzzes. A hang of it is seen by the one that started it. */
import { parentPort, workerData } from 'node:worker_threads'
import { present } from '../../src-main/base/assert'
import { drawBatch, runBatch, type Batch, type BatchFinding } from './batch'
import { keepInCorpus } from './corpus'
import { heldMib } from './memory'
import { batchSeed, SHARED, type TargetFigures, type WorkerNews, type WorkerOrders } from './protocol'
import { shrink } from './shrink'
import type { FuzzTarget } from './target'
import { TARGETS } from './targets/targets'

/** Then it ends: they are probably one. */
const MAX_FOUND = 5

const orders = workerData as WorkerOrders
const shared = new Int32Array(orders.shared)
const targets = orders.targets.map((wanted) =>
  present(
    TARGETS.find(({ name }) => name === wanted),
    `target ${wanted}`,
  ),
)
const figures = new Map<string, TargetFigures>(targets.map(({ name }) => [name, { name, cases: 0, seconds: 0 }]))
const held: number[] = []

await fuzz()

async function fuzz(): Promise<void> {
  let done = 0
  let found = 0
  for (let batch = 0; done < orders.cases && found < MAX_FOUND && Date.now() < orders.endMs; batch++) {
    const target = nextTarget(done)
    const count = Math.min(target.casesPerBench, orders.cases - done)
    const drawn = drawBatch(target, batchSeed(orders.seed, batch), count)
    const startedMs = performance.now()
    const finding = await runWatched(drawn, batch)
    note(target, (finding?.at ?? count - 1) + 1, performance.now() - startedMs)
    done += (finding?.at ?? count - 1) + 1
    if (finding !== undefined && (await keep(drawn, finding))) found++
    held.push(heldMib())
    tell({ kind: 'progress', cases: done, heldMib: held.at(-1) ?? 0 })
  }
  tell({ kind: 'done', figures: [...figures.values()], heldMib: held, found })
}

/** The one that is furthest behind its share. */
function nextTarget(done: number): FuzzTarget {
  const total = targets.reduce((sum, { share }) => sum + share, 0)
  const lag = ({ name, share }: FuzzTarget): number => (done * share) / total - (figures.get(name)?.cases ?? 0)
  return present([...targets].sort((one, other) => lag(other) - lag(one) || other.share - one.share)[0], 'a target')
}

function runWatched(batch: Batch, number: number): Promise<BatchFinding | undefined> {
  Atomics.store(shared, SHARED.target, TARGETS.indexOf(batch.target))
  Atomics.store(shared, SHARED.batch, number)
  return runBatch(batch, { begins: beat })
}

function beat(index: number): void {
  Atomics.store(shared, SHARED.item, index)
  Atomics.add(shared, SHARED.beats, 1)
}

/** Once more first: what does not come again by itself was the machine's load. Returns whether it was something. */
async function keep(batch: Batch, first: BatchFinding): Promise<boolean> {
  const again = await runBatch({ ...batch, cases: batch.cases.slice(0, first.at + 1) }, { begins: beat })
  // What is kept is kept by the same cases, too.
  if (again === undefined && first.isGrowth) {
    tell({ kind: 'noise', target: batch.target.name, message: first.message.split('\n', 1)[0] ?? '' })
    return false
  }
  const all = { cases: batch.cases.slice(0, first.at + 1), finding: again ?? first }
  const { cases, finding } = again === undefined || again.isGrowth ? all : await shrink(batch, again)
  const { name } = batch.target
  const file = keepInCorpus(orders.corpus, {
    target: name,
    seed: batch.seed,
    found: finding.message.split('\n', 1)[0] ?? '',
    cases,
  })
  const note = again === undefined ? ' (it did not come again)' : ''
  tell({ kind: 'found', target: name, message: `${finding.message}${note}`, file, cases: cases.length })
  return true
}

function note({ name }: FuzzTarget, cases: number, ms: number): void {
  const figure = present(figures.get(name), `figures of ${name}`)
  figure.cases += cases
  figure.seconds += ms / 1000
}

function tell(news: WorkerNews): void {
  parentPort?.postMessage(news)
}
