import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))

/** Bundles programs of `tests/<name>` into `out/<name>`, which takes half a second, and runs `main.ts`. `others` are files beside it. */
export async function runBundled(name, others = []) {
  const outDir = join(projectDir, 'out', name)
  const programs = ['main', ...others]
  process.chdir(projectDir)
  await build({
    configFile: false,
    root: projectDir,
    logLevel: 'error',
    build: {
      ssr: true,
      target: 'node20.18',
      outDir,
      emptyOutDir: true,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: Object.fromEntries(programs.map((program) => [program, `tests/${name}/${program}.ts`])),
        output: { entryFileNames: '[name].js' },
      },
    },
  })
  process.setSourceMapsEnabled(true)
  await import(pathToFileURL(join(outDir, 'main.js')).href)
}
