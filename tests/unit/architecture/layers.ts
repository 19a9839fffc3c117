/** The layers of the project and what each may import: the table of ARCHITECTURE.md. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTable } from './table'

/** A file belongs to the layer with the longest path that it starts with. A layer may always import itself. */
export interface Layer {
  readonly path: string
  /** Paths of other layers; a path includes the layers below it. */
  readonly mayImport: readonly string[]
  /** Paths of layers of which only types may be imported. */
  readonly mayImportTypes: readonly string[]
  readonly packages: readonly RegExp[]
  /** Packages of which only types may be imported. */
  readonly packageTypes: readonly RegExp[]
}

const projectDir = fileURLToPath(new URL('../../..', import.meta.url))

export const LAYERS: readonly Layer[] = readTable(readFileSync(join(projectDir, 'ARCHITECTURE.md'), 'utf8'), projectDir)

/** The only folder whose files start worker threads: the build places workers beside the entries. */
export const WORKER_STARTERS = 'src-main/entries/'
/** Of the window: what has no state of its own stands elsewhere. */
export const STORES = 'src-renderer/stores/'
export const CORE = 'src-main/core/'

export function layerOf(file: string): Layer | undefined {
  const candidates = LAYERS.filter((layer) => file.startsWith(layer.path))
  return candidates.sort((one, other) => other.path.length - one.path.length)[0]
}
