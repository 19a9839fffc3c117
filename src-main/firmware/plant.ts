import { join } from 'node:path'
import { build, type Plugin } from 'vite'
import type { PlantedBug } from './planted-bug'

export interface PlantedBuild {
  readonly projectDir: string
  /** Of the project. */
  readonly entry: string
  readonly outDir: string
  readonly fileName: string
  /** Undefined: as it is. */
  readonly bug?: PlantedBug | undefined
}

/** One entry as one file, with a bug in it or without. */
export async function buildPlanted({ projectDir, entry, outDir, fileName, bug }: PlantedBuild): Promise<void> {
  const changes = bug === undefined ? [] : [bug, ...(bug.also === undefined ? [] : [bug.also])]
  const planted = new Set<string>()
  await build({
    configFile: false,
    root: projectDir,
    logLevel: 'error',
    plugins: [plant(changes, { planted, projectDir })],
    build: {
      ssr: join(projectDir, entry),
      target: 'node20.18',
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: fileName } },
    },
    ssr: { noExternal: true },
  })
  for (const { file } of changes) if (!planted.has(file)) throw new Error(`${file} is not part of ${entry}`)
}

/** Adds the files that were changed to `planted`. */
function plant(
  changes: readonly { readonly file: string; readonly find: string; readonly replace: string }[],
  { planted, projectDir }: { readonly planted: Set<string>; readonly projectDir: string },
): Plugin {
  return {
    name: 'planted-bug',
    enforce: 'pre',
    transform(code, id) {
      let changed = code
      for (const { file, find, replace } of changes) {
        if (id !== join(projectDir, file)) continue
        const parts = changed.split(find)
        if (parts.length !== 2) throw new Error(`${JSON.stringify(find)} stands ${parts.length - 1} times in ${file}, not once`)
        changed = parts.join(replace)
        planted.add(file)
      }
      return changed === code ? undefined : { code: changed, map: null }
    },
  }
}
