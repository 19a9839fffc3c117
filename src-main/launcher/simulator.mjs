/**
 * `npm run sim`: bundles the simulator alone, which takes half a second, and runs it. Plain JavaScript, since nothing
 * may be built yet.
 */
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))
const outDir = join(projectDir, 'out/simulator')

await build({
  configFile: false,
  root: projectDir,
  logLevel: 'error',
  build: {
    ssr: join(projectDir, 'src-main/entries/simulator.ts'),
    target: 'node20.18',
    outDir,
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: { output: { entryFileNames: 'simulator.js' } },
  },
  ssr: { noExternal: true },
})
process.setSourceMapsEnabled(true)
await import(pathToFileURL(join(outDir, 'simulator.js')).href)
