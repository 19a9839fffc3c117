/** `npm run exercise`: for authors, for trainers, and for learners without a window. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { isMainThread } from 'node:worker_threads'
import { skeleton } from '../exercise/authoring/skeleton'
import { checkDemos, demoFilesAt } from './demo-check'
import { checkAsThread, checkShelf } from './exercise-check'
import { gradeFiles } from './exercise-grade'
import { runInTerminal } from './exercise-run'
import { SHIPPED_DIR, shelfAt } from './exercise-shelf'
import { readArguments, type ExerciseArguments } from './exercise-arguments'

const EXIT = { fine: 0, wrong: 1, badArguments: 2 } as const

if (isMainThread) process.exitCode = await main()
else checkAsThread()

async function main(): Promise<number> {
  const read = readArguments(process.argv.slice(2))
  if (!read.ok) return complain(`${read.error} (--help shows what there is.)`)
  const { value } = read
  switch (value.command) {
    case 'help':
      say(value.text)
      return EXIT.fine
    case 'new':
      return begin(value)
    case 'check': {
      const demos = demoFilesAt(value.dir)
      const areGood = value.mutate || (await checkDemos(demos, say))
      const shelf = shelfAt(value.dir)
      if (!shelf.ok) return demos.length === 0 ? complain(shelf.error) : areGood ? EXIT.fine : EXIT.wrong
      const jobs = value.jobs ?? availableParallelism()
      return (await checkShelf({ ...value, jobs }, shelf.value, say)) && areGood ? EXIT.fine : EXIT.wrong
    }
    case 'grade': {
      const shelf = shelfAt(value.exercises)
      if (!shelf.ok) return complain(shelf.error)
      return (await gradeFiles(value, shelf.value, say)) ? EXIT.fine : EXIT.wrong
    }
    case 'run': {
      const shelf = shelfAt(value.dir)
      if (!shelf.ok) return complain(shelf.error)
      return (await runInTerminal(value, shelf.value)) ? EXIT.fine : EXIT.wrong
    }
  }
}

function begin({ name }: Extract<ExerciseArguments, { readonly command: 'new' }>): number {
  const folder = join(SHIPPED_DIR, name)
  if (existsSync(folder)) return complain(`${folder} is there already.`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'exercise.md'), skeleton(name))
  say(`${join(folder, 'exercise.md')} is a first exercise that passes its check:\n  npm run exercise -- check ${folder}`)
  return EXIT.fine
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n`)
  return EXIT.badArguments
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
