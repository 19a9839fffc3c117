import { join } from 'node:path'
import { buildPlanted } from './plant'
import { FIRMWARE_VARIANTS } from './variants'

/** The simulated world of an exercise, as a module. */
const ENTRY = 'src-main/entries/exercise-world.ts'

/** Builds these variants, one after the other, as `firmware/NAME.mjs` under `outDir`. */
export async function buildFirmware(projectDir: string, outDir: string, names = Object.keys(FIRMWARE_VARIANTS)): Promise<void> {
  for (const name of names) {
    const bug = FIRMWARE_VARIANTS[name]
    if (bug === undefined) throw new RangeError(`There is no firmware ${name}. There is ${Object.keys(FIRMWARE_VARIANTS).join(', ')}.`)
    await buildPlanted({ projectDir, entry: ENTRY, outDir: join(outDir, 'firmware'), fileName: `${name}.mjs`, bug })
  }
}
