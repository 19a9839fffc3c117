/** `npm run exercise -- check`: each exercise in a thread, because they know nothing of each other. */
import { existsSync } from 'node:fs'
import { basename, dirname, resolve } from 'node:path'
import { parentPort, Worker } from 'node:worker_threads'
import { present } from '../base/assert'
import { checkExercise, type AuthorReport } from '../exercise/authoring/author-check'
import { rememberedRuns } from '../exercise/authoring/remembered-runs'
import { prerequisiteProblems } from '../exercise/format/prerequisites'
import { tellFileProblem } from '../exercise/format/front-matter'
import { readFolders, type ExerciseFolders } from '../exercise/shelf/read-folders'
import { opened, SHIPPED_DIR, shelfAt, worldOf } from './exercise-shelf'

export interface CheckOptions {
  readonly dir: string
  readonly seeds: number
  readonly jobs: number
  /** Negates each check in turn: then the check of its exercise has to fail. */
  readonly mutate: boolean
}

interface Task extends Omit<CheckOptions, 'jobs'> {
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
  await inThreads(options, entries.length, take)
  const problems = togetherProblems(options.dir, shelf)
  for (const problem of problems) say(problem)
  const wrong = checked.filter(({ report }) => report.problems.length > 0).length
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
  const good = wrong === 0 && problems.length === 0
  const verdict = good ? 'all are as they say' : `${wrong} are not as they say`
  say(`${entries.length} exercises, ${options.seeds} seeds each: ${verdict} (${seconds} s)`)
  return good
}

function inThreads(options: CheckOptions, tasks: number, take: (checked: Checked) => void): Promise<void> {
  let next = 0
  const runThread = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const thread = new Worker(new URL(import.meta.url))
      const handOut = (): void => {
        if (next < tasks) thread.postMessage({ ...options, index: next++ } satisfies Task)
        else void thread.terminate().then(() => resolve())
      }
      thread.on('error', reject)
      thread.on('message', (checked: Checked) => {
        take(checked)
        handOut()
      })
      handOut()
    })
  return Promise.all(Array.from({ length: Math.min(options.jobs, tasks) }, runThread)).then(() => undefined)
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
  const exerciseOf = (seed: number) => {
    const exercise = opened(entry, seed)
    if (!exercise.ok) throw new Error(exercise.error)
    return exercise.value
  }
  const first = exerciseOf(0)
  if (first.world.kind === 'live') return { ...broken(''), id: first.id, problems: [] }
  const world = await worldOf(first)
  if (!world.ok) return broken(`${entry.file}: ${world.error}`)
  const parts = { exerciseOf, world: world.value, seeds: numbers }
  return mutate ? mutated(parts) : checkExercise(parts)
}

/** A problem for each check whose opposite nobody would notice. */
function mutated(parts: Parameters<typeof checkExercise>[0]): AuthorReport {
  const { id, checks } = parts.exerciseOf(0)
  const world = rememberedRuns(parts.world)
  const problems: string[] = []
  let runs = 0
  for (const check of checks) {
    const report = checkExercise({ ...parts, world, seeds: parts.seeds.slice(0, 1), negated: check.id })
    runs += report.runs
    if (report.problems.length === 0) problems.push(`The opposite of check ${check.id} (line ${check.line}) passes.`)
  }
  return { id, seeds: 1, runs, checks: checks.length, problems }
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
