/**
 * `npm run exercise`: bundles the exercises' program alone, the threads of a lab that live exercises are checked in, and the flawed
 * firmware that simulated worlds may have, and runs it. Plain JavaScript, since nothing may be built yet.
 */
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build, runnerImport } from 'vite'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))
const outDir = join(projectDir, 'out/exercise')

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
      input: Object.fromEntries(
        ['exercise', 'controller-worker', 'host-worker'].map((name) => [name, join(projectDir, `src-main/entries/${name}.ts`)]),
      ),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true },
})
const firmware = await runnerImport(join(projectDir, 'src-main/firmware/build.ts'), { root: projectDir, configFile: false })
await firmware.module.buildFirmware(projectDir, outDir)
process.setSourceMapsEnabled(true)
await import(pathToFileURL(join(outDir, 'exercise.js')).href)
