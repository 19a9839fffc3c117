/** `npm run exercise -- run`: one learner, one exercise, in a terminal. */
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { version } from '../../package.json'
import { failure, ok, type Result } from '../base/result'
import { seedOfLearner } from '../exercise/grading/learner-seed'
import { shippedRun } from '../exercise/grading/recorded-try'
import { hashOfText, writeSubmission } from '../exercise/grading/submission'
import { isRecorded, isSimulated, type Exercise } from '../exercise/format/exercise'
import type { ExerciseFolders } from '../exercise/shelf/read-folders'
import { shippedRecording } from '../exercise/shelf/recordings'
import type { Done } from '../exercise/terminal/conversation'
import { RecordedTerminalRun } from '../exercise/terminal/recorded-terminal-run'
import type { Terminal } from '../exercise/terminal/terminal'
import { TerminalRun } from '../exercise/terminal/terminal-run'
import { opened, worldOf } from './exercise-shelf'

export interface RunOptions {
  readonly learner: string
  readonly out: string | undefined
}

/** True if all checks are true. */
export async function runInTerminal({ learner, out }: RunOptions, shelf: ExerciseFolders): Promise<boolean> {
  const [entry, another] = shelf.entries
  if (entry === undefined || another !== undefined) return complain('Name the folder of one exercise.')
  const known = opened(entry, 0)
  if (!known.ok) return complain(known.error)
  const { id } = known.value
  const seed = seedOfLearner(id, learner)
  const exercise = opened(entry, seed)
  if (!exercise.ok) return complain(exercise.error)
  const { terminal, close } = processTerminal()
  const did = await doExercise(exercise.value, { file: entry.file, seed, terminal })
  close()
  if (!did.ok) return complain(did.error)
  const { checks, ...done } = did.value
  const file =
    out ??
    `${id}-${learner
      .trim()
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')}.submission.json`
  const about = { format: 1, exercise: id, exerciseHash: hashOfText(entry.text), learner, seed, labVersion: version } as const
  writeFileSync(file, writeSubmission({ ...about, ...done }))
  terminal.say(`\nHand in ${file}.`)
  return checks.every(({ verdict }) => verdict.value === 'true')
}

interface Around {
  /** Of the exercise. */
  readonly file: string
  readonly seed: number
  readonly terminal: Terminal
}

/** The error is a sentence. */
async function doExercise(exercise: Exercise, { file, seed, terminal }: Around): Promise<Result<Done, string>> {
  if (isRecorded(exercise)) {
    const bytes = shippedRecording(file, exercise)
    const run = bytes.ok ? shippedRun(bytes.value) : bytes
    return run.ok ? ok(await new RecordedTerminalRun({ exercise, run: run.value, terminal }).do()) : run
  }
  if (!isSimulated(exercise)) return failure('This exercise runs in the live lab: open it in the window.')
  const world = await worldOf(exercise)
  return world.ok ? ok(await new TerminalRun({ exercise, seed, world: world.value, terminal }).do()) : world
}

/** Lines may also come from a file: those that wait are not lost between two questions. */
function processTerminal(): { readonly terminal: Terminal; close(): void } {
  const lines = createInterface({ input: process.stdin, terminal: false })
  const next = lines[Symbol.asyncIterator]()
  const terminal: Terminal = {
    say: (text) => void process.stdout.write(`${text}\n`),
    async ask(prompt) {
      process.stdout.write(prompt)
      const line = await next.next()
      return line.done === true ? undefined : line.value
    },
  }
  return { terminal, close: () => lines.close() }
}

function complain(sentence: string): false {
  process.stderr.write(`${sentence}\n`)
  return false
}
