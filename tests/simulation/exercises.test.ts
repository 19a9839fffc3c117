import { rm } from 'node:fs/promises'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as shipped from '../../src-main/entries/exercise-world'
import { checkExercise, type AuthorCheckOptions } from '../../src-main/exercise/authoring/author-check'
import { rememberedRuns } from '../../src-main/exercise/authoring/remembered-runs'
import { isSimulated, type Exercise, type SimulatedExercise } from '../../src-main/exercise/format/exercise'
import { prerequisiteProblems } from '../../src-main/exercise/format/prerequisites'
import { readExercise } from '../../src-main/exercise/shelf/exercise-folder'
import { readFolders, type ExerciseFolder } from '../../src-main/exercise/shelf/read-folders'
import { buildFirmware } from '../../src-main/firmware/build'
import { projectDir } from '../support/planted-build'

/** `npm run exercise -- check` tries twenty. */
const SEEDS = [100, 101, 102]

const shelf = readFolders(join(projectDir, 'exercises'))
const exercises = shelf.entries.map((entry) => ({ entry, exercise: readWith(entry, 0) }))
const simulated = exercises.flatMap(({ entry, exercise }) => (isSimulated(exercise) ? [{ entry, exercise }] : []))
const firmware = simulated.flatMap(({ exercise }) => exercise.world.firmware ?? [])

function openedWith(entry: ExerciseFolder, seed: number): SimulatedExercise {
  const exercise = readWith(entry, seed)
  if (!isSimulated(exercise)) throw new Error(`${exercise.id} is live.`)
  return exercise
}

function readWith(entry: ExerciseFolder, seed: number): Exercise {
  const exercise = readExercise(entry.file, { seed })
  if (!exercise.ok) throw new Error(exercise.error.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'))
  return exercise.value.exercise
}

describe('exercises that ship', () => {
  const folder = mkdtempSync(join(tmpdir(), 'takeover-lab-exercises-'))
  beforeAll(() => buildFirmware(projectDir, folder, [...new Set(firmware)]))
  afterAll(() => rm(folder, { recursive: true }))

  async function partsOf(entry: ExerciseFolder, exercise: SimulatedExercise): Promise<Omit<AuthorCheckOptions, 'seeds'>> {
    const { firmware: name } = exercise.world
    const url = pathToFileURL(join(folder, 'firmware', `${name}.mjs`)).href
    const world = name === undefined ? shipped : ((await import(/* @vite-ignore */ url)) as typeof shipped)
    return { exerciseOf: (seed) => openedWith(entry, seed), world }
  }

  it('are in folders of their names, and can be begun', () => {
    expect(exercises.length).toBeGreaterThanOrEqual(5)
    for (const { entry, exercise } of exercises) expect(entry.folder.endsWith(`/${exercise.id}`), entry.folder).toBe(true)
    const all = exercises.map(({ entry, exercise: { id, prerequisites } }) => ({ file: entry.file, id, prerequisites, line: 1 }))
    expect(prerequisiteProblems(all)).toEqual([])
  })

  it.each(simulated)('$exercise.id is as it says', async ({ entry, exercise }) => {
    expect(exercise.solutions.length).toBeGreaterThanOrEqual(2)
    expect(exercise.wrong.length).toBeGreaterThanOrEqual(2)
    expect(checkExercise({ ...(await partsOf(entry, exercise)), seeds: SEEDS }).problems).toEqual([])
  })

  it.each(simulated)('$exercise.id is not as it says with the opposite of any of its checks', async ({ entry, exercise }) => {
    const { world, exerciseOf } = await partsOf(entry, exercise)
    const parts = { exerciseOf, world: rememberedRuns(world) }
    const unnoticed = exercise.checks.filter(({ id }) => checkExercise({ ...parts, seeds: [100], negated: id }).problems.length === 0)
    expect(unnoticed.map(({ id }) => id)).toEqual([])
  })

  it.each(simulated)('$exercise.id gives each learner other numbers, and the same learner the same run', async ({ entry, exercise }) => {
    const { exerciseOf, world } = await partsOf(entry, exercise)
    const run = (seed: number): string =>
      world.simulate({ exercise: exerciseOf(seed), seed, acts: [], solution: exerciseOf(seed).solutions[0]?.acts ?? [] }).hash
    expect(run(100)).toBe(run(100))
    expect(run(100)).not.toBe(run(101))
    const variables = new Set(Array.from({ length: 20 }, (_, seed) => JSON.stringify(exerciseOf(seed).variables)))
    expect(variables.size).toBeGreaterThan(5)
  })
})
