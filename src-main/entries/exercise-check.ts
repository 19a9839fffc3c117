/** `npm run exercise -- check`: each simulated exercise in a thread, because they know nothing of each other; live ones in a lab. */
import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { parentPort, Worker } from 'node:worker_threads'
import { present } from '../base/assert'
import { ok, type Result } from '../base/result'
import { checkExercise, type AuthorReport } from '../exercise/authoring/author-check'
import { checkLiveExercise, type TrySolution } from '../exercise/authoring/live-check'
import { rememberedRuns, rememberedTries } from '../exercise/authoring/remembered-runs'
import { mutated, type CheckNegated } from '../exercise/authoring/mutated'
import { checkRecordedExercise } from '../exercise/authoring/recorded-check'
import { isLive, isRecorded, isSimulated, type Exercise, type RecordedExercise } from '../exercise/format/exercise'
import { prerequisiteProblems } from '../exercise/format/prerequisites'
import { tellFileProblem } from '../exercise/format/front-matter'
import { shippedRun } from '../exercise/grading/recorded-try'
import { runLive } from '../exercise/live/live-run'
import { readFolders, type ExerciseFolder, type ExerciseFolders } from '../exercise/shelf/read-folders'
import { shippedRecording } from '../exercise/shelf/recordings'
import { withLab } from './exercise-lab'
import { opened, SHIPPED_DIR, shelfAt, worldOf } from './exercise-shelf'

export interface CheckOptions {
  readonly dir: string
  readonly seeds: number
  /** Of a live exercise, which takes real time. */
  readonly liveSeeds: number
  readonly jobs: number
  /** Negates each check in turn: then the check of its exercise has to fail. */
  readonly mutate: boolean
}

interface Task extends Pick<CheckOptions, 'dir' | 'seeds' | 'mutate'> {
  readonly index: number
}

interface Checked {
  readonly index: number
  readonly ms: number
  readonly report: AuthorReport
}

/** Prints a line for each exercise as soon as those before it are done. True if all are as they say. */
export async function checkShelf(options: CheckOptions, shelf: ExerciseFolders, say: (text: string) => void): Promise<boolean> {
  const startedMs = performance.now()
  const { entries } = shelf
  const checked: Checked[] = []
  let said = 0
  const take = (one: Checked): void => {
    checked[one.index] = one
    for (let next = checked[said]; next !== undefined; next = checked[++said]) say(tellChecked(next, options))
  }
  const isLiveAt = entries.map((entry) => {
    const exercise = opened(entry, 0)
    return exercise.ok && isLive(exercise.value)
  })
  const indexes = (live: boolean): readonly number[] => entries.flatMap((_, index) => (isLiveAt[index] === live ? [index] : []))
  // A lab mostly waits: it has its turn beside the simulated ones.
  await Promise.all([inThreads(options, indexes(false), take), inLab(options, shelf, { indexes: indexes(true), take })])
  const problems = togetherProblems(options.dir, shelf)
  for (const problem of problems) say(problem)
  const wrong = checked.filter(({ report }) => report.problems.length > 0).length
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  const good = wrong === 0 && problems.length === 0
  const verdict = good ? 'all are as they say' : `${wrong} are not as they say`
  const live = isLiveAt.includes(true) ? `, ${options.liveSeeds} of live ones` : ''
  say(`${entries.length} exercises, ${options.mutate ? 1 : options.seeds} seeds each${live}: ${verdict} (${seconds} s)`)
  return good
}

async function inLab(
  { liveSeeds, mutate }: CheckOptions,
  { entries }: ExerciseFolders,
  { indexes, take }: { readonly indexes: readonly number[]; readonly take: (checked: Checked) => void },
): Promise<void> {
  if (indexes.length === 0) return
  await withLab(async (lab) => {
    for (const index of indexes) {
      const startedMs = performance.now()
      const entry = present(entries[index], 'an exercise')
      const seeds = Array.from({ length: mutate ? 1 : liveSeeds }, (_, seed) => seed)
      const trySolution: TrySolution = (tried) => runLive(lab, tried)
      const options = { exerciseOf: (seed: number) => exerciseOf(entry, isLive, seed), seeds }
      const remembered = rememberedTries(trySolution)
      const report = mutate
        ? await mutated(options.exerciseOf(0), (negated) => checkLiveExercise({ ...options, trySolution: remembered, negated }))
        : await checkLiveExercise({ ...options, trySolution })
      take({ index, ms: performance.now() - startedMs, report })
    }
  })
}

function exerciseOf<E extends Exercise>(entry: ExerciseFolder, isKind: (exercise: Exercise) => exercise is E, seed: number): E {
  const exercise = opened(entry, seed)
  if (!exercise.ok) throw new Error(exercise.error)
  if (!isKind(exercise.value)) throw new Error(`${entry.file} has another kind of world for another learner.`)
  return exercise.value
}

function inThreads(options: CheckOptions, tasks: readonly number[], take: (checked: Checked) => void): Promise<void> {
  const { dir, seeds, mutate } = options
  let next = 0
  const runThread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(new URL(import.meta.url))
      const handOut = (): void => {
        const index = tasks[next++]
        if (index !== undefined) thread.postMessage({ dir, seeds, mutate, index } satisfies Task)
        else void thread.terminate().then(() => resolve())
      }
      thread.on('error', reject)
      thread.on('message', (checked: Checked) => {
        take(checked)
        handOut()
      })
      handOut()
    })
  return Promise.all(Array.from({ length: Math.min(options.jobs, tasks.length) }, runThread)).then(() => undefined)
}

export function checkAsThread(): void {
  const port = present(parentPort, 'port of the thread')
  port.on('message', (task: Task) => {
    const startedMs = performance.now()
    void checkOne(task).then((report) =>
      port.postMessage({ index: task.index, ms: performance.now() - startedMs, report } satisfies Checked),
    )
  })
}

async function checkOne({ dir, index, seeds, mutate }: Task): Promise<AuthorReport> {
  const shelf = present(shelfAt(dir).ok ? shelfAt(dir) : undefined, dir)
  if (!shelf.ok) throw new Error(shelf.error)
  const entry = present(shelf.value.entries[index], `exercise ${index}`)
  const broken = (problem: string): AuthorReport => ({ id: entry.folder, seeds: 0, runs: 0, checks: 0, problems: problem.split('\n') })
  const numbers = Array.from({ length: seeds }, (_, seed) => seed)
  for (const seed of numbers) {
    const exercise = opened(entry, seed)
    if (!exercise.ok) return broken(exercise.error)
  }
  const first = opened(entry, 0)
  if (!first.ok) return broken(first.error)
  const check = await checkOf(entry, first.value, { mutate, seeds: mutate ? numbers.slice(0, 1) : numbers })
  if (!check.ok) return broken(`${entry.file}: ${check.error}`)
  return mutate ? mutated(first.value, check.value) : check.value(undefined)
}

/** The error is a sentence. */
async function checkOf(
  entry: ExerciseFolder,
  first: Exercise,
  { mutate, seeds }: { readonly mutate: boolean; readonly seeds: readonly number[] },
): Promise<Result<CheckNegated, string>> {
  if (isRecorded(first)) {
    const runOf = (exercise: RecordedExercise) => {
      const bytes = shippedRecording(entry.file, exercise)
      return bytes.ok ? shippedRun(bytes.value) : bytes
    }
    const options = { exerciseOf: (seed: number) => exerciseOf(entry, isRecorded, seed), runOf, seeds }
    return ok((negated) => checkRecordedExercise({ ...options, negated }))
  }
  const shipped = await worldOf(first)
  if (!shipped.ok) return shipped
  // The runs of many learners are not kept: each is asked once.
  const world = mutate ? rememberedRuns(shipped.value) : shipped.value
  const options = { exerciseOf: (seed: number) => exerciseOf(entry, isSimulated, seed), world, seeds }
  return ok((negated) => checkExercise({ ...options, negated }))
}

function tellChecked({ ms, report }: Checked, { mutate }: CheckOptions): string {
  const { id, runs, checks, problems } = report
  const figures = `${checks} checks, ${runs} runs, ${(ms / 1000).toFixed(1)} s`
  if (problems.length === 0) return `ok      ${id}${mutate ? ': the opposite of each check fails' : ''} (${figures})`
  return [`BROKEN  ${id} (${figures})`, ...problems.map((problem) => `        ${problem}`)].join('\n')
}

/** Prerequisites that do not exist, or that lead in a circle. Those of one exercise may be beside it, or among those that ship. */
function togetherProblems(dir: string, shelf: ExerciseFolders): readonly string[] {
  const files = shelf.entries.map(({ file }) => resolve(file))
  const isOne = files[0] === resolve(dir, basename(files[0] ?? ''))
  const beside = isOne ? readFolders(dirname(resolve(dir))).entries : shelf.entries
  const ids = new Set(beside.map(({ folder }) => basename(folder)))
  const shipped = existsSync(SHIPPED_DIR) ? readFolders(SHIPPED_DIR).entries.filter(({ folder }) => !ids.has(basename(folder))) : []
  const known = [...beside, ...shipped].flatMap((entry) => {
    const exercise = opened(entry, 0)
    return exercise.ok ? [{ file: entry.file, id: exercise.value.id, prerequisites: exercise.value.prerequisites, line: 1 }] : []
  })
  return prerequisiteProblems(known)
    .filter(({ file }) => files.includes(resolve(file)))
    .map(tellFileProblem)
}
