import { fileURLToPath } from 'node:url'
import { buildPlanted as buildIn, type PlantedBuild } from '../../src-main/firmware/plant'

export const projectDir = fileURLToPath(new URL('../..', import.meta.url))

/** One entry as one file, with a bug in it or without. */
export function buildPlanted(options: Omit<PlantedBuild, 'projectDir'>): Promise<void> {
  return buildIn({ projectDir, ...options })
}
