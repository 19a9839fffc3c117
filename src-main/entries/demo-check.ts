/** `npm run exercise -- check`: demos, of which every step has to come about, in the order of the file. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LANGUAGES } from '../contract/language'
import { DEMO_FILE, demoFilesIn, readDemo } from '../exercise/shelf/demo-folder'
import { tellFileProblem } from '../exercise/format/front-matter'
import { worldOf } from './exercise-shelf'

/** Below that folder, or the one whose folder it is. */
export function demoFilesAt(dir: string): readonly string[] {
  const own = join(dir, DEMO_FILE)
  return existsSync(own) ? [own] : demoFilesIn(dir)
}

/** Prints a line for each demo. True if all go as they say. */
export async function checkDemos(files: readonly string[], say: (text: string) => void): Promise<boolean> {
  let isGood = true
  for (const file of files) {
    const startedMs = performance.now()
    const problems = await problemsOf(file)
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
    if (problems.length > 0) isGood = false
    say(
      [`${problems.length === 0 ? 'ok    ' : 'BROKEN'}  demo ${file} (${seconds} s)`, ...problems.map((one) => `        ${one}`)].join(
        '\n',
      ),
    )
  }
  return isGood
}

/** Sentences. A demo has one seed: everybody sees the same run. */
async function problemsOf(file: string): Promise<readonly string[]> {
  const read = LANGUAGES.map((language) => readDemo(file, language))
  const unreadable = [...new Set(read.flatMap((one) => (one.ok ? [] : one.error.map(tellFileProblem))))]
  const [first] = read
  if (unreadable.length > 0 || first?.ok !== true) return unreadable
  const world = await worldOf(first.value.demo)
  if (!world.ok) return [world.error]
  const times = world.value.demoTimes(first.value.demo)
  return times.ok ? [] : times.error
}
