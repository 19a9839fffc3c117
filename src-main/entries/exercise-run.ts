/** `npm run exercise -- run`: one learner, one exercise, in a terminal. */
import { writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import { version } from '../../package.json'
import { seedOfLearner } from '../exercise/grading/learner-seed'
import { hashOfText, writeSubmission } from '../exercise/grading/submission'
import { isRecorded, isSimulated } from '../exercise/format/exercise'
import type { ExerciseFolders } from '../exercise/shelf/read-folders'
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
  if (isRecorded(exercise.value)) return complain('This exercise is about a recording: open it in the window, which plays it.')
  if (!isSimulated(exercise.value)) return complain('This exercise runs in the live lab: open it in the window.')
  const world = await worldOf(exercise.value)
  if (!world.ok) return complain(world.error)
  const { terminal, close } = processTerminal()
  const { checks, ...done } = await new TerminalRun({ exercise: exercise.value, seed, world: world.value, terminal }).do()
  close()
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
