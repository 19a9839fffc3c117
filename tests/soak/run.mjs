/** `npm run soak`, once the lab is built: bundles the soak, which takes half a second, and runs it. */
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))
const outDir = join(projectDir, 'out/soak')

process.chdir(projectDir)
await build({
  configFile: false,
  root: projectDir,
  logLevel: 'error',
  build: {
    ssr: join(projectDir, 'tests/soak/main.ts'),
    target: 'node20.18',
    outDir,
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: { output: { entryFileNames: 'soak.js' } },
  },
})
process.setSourceMapsEnabled(true)
await import(pathToFileURL(join(outDir, 'soak.js')).href)
