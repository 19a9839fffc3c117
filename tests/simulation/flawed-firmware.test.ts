import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as shipped from '../../src-main/entries/exercise-world'
import type { SimulatedExercise } from '../../src-main/exercise/format/exercise'
import { buildFirmware } from '../../src-main/firmware/build'
import { FIRMWARE_VARIANTS } from '../../src-main/firmware/variants'
import { projectDir } from '../support/planted-build'
import { at, calmExercise } from '../unit/exercise/world/example'

const SEEDS = Array.from({ length: 8 }, (_, index) => index + 1)

/** What is done to the pair, so that it does with the flaw what it must not do. */
const SCENES: Readonly<Record<string, Pick<SimulatedExercise, 'world' | 'script'>>> = {
  basalt: calmExercise([at(1000, 'cut-interconnect')]),
  dolomite: calmExercise([
    at(500, 'request', rename('r1', 'one')),
    at(600, 'request', rename('r2', 'two')),
    at(1000, 'kill', { controller: 'a' }),
    at(2000, 'request', { ...rename('r1', 'one'), to: 'b' }),
  ]),
  garnet: calmExercise([at(1000, 'pause', { controller: 'a', forMs: 650 })]),
}

function rename(id: string, name: string) {
  return { to: 'a', id, name: 'rename-array', params: { name } }
}

describe('flawed firmware', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'takeover-lab-firmware-'))
    await buildFirmware(projectDir, folder)
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is built of each variant, as a module with the world of an exercise', async () => {
    for (const name of Object.keys(FIRMWARE_VARIANTS))
      expect(Object.keys(await worldWith(name)).toSorted()).toEqual(Object.keys(shipped).toSorted())
  })

  it.each(Object.keys(SCENES))('%s does what it must not, in a scene in which the firmware that ships does well', async (name) => {
    const exercise = SCENES[name] ?? calmExercise()
    const { simulate } = await worldWith(name)
    const found = SEEDS.filter((seed) => {
      const right = shipped.simulate({ exercise, seed, acts: [] })
      expect(right.evidence.violations, `seed ${seed}`).toEqual([])
      const { violations } = simulate({ exercise, seed, acts: [] }).evidence
      return violations !== undefined && violations.length > 0
    })
    expect(found.length).toBeGreaterThan(SEEDS.length / 2)
  })

  async function worldWith(name: string): Promise<typeof shipped> {
    return (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'firmware', `${name}.mjs`)).href)) as typeof shipped
  }
})
