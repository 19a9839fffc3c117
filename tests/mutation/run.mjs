/** `npm run mutate`: bundles the runner, which takes half a second, and runs it. */
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))
const outDir = join(projectDir, 'out/mutation')

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
      input: { main: 'tests/mutation/main.ts', bench: 'tests/mutation/bench.ts' },
      output: { entryFileNames: '[name].js' },
    },
  },
})
process.setSourceMapsEnabled(true)
await import(pathToFileURL(join(outDir, 'main.js')).href)
