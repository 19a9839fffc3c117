/**
 * `npm run exercise`: bundles the exercises' program alone, and the flawed firmware that its worlds may have, and runs it. Plain
 * JavaScript, since nothing may be built yet.
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
    ssr: join(projectDir, 'src-main/entries/exercise.ts'),
    target: 'node20.18',
    outDir,
    emptyOutDir: true,
    minify: false,
    sourcemap: true,
    rolldownOptions: { output: { entryFileNames: 'exercise.js' } },
  },
  ssr: { noExternal: true },
})
const firmware = await runnerImport(join(projectDir, 'src-main/firmware/build.ts'), { root: projectDir, configFile: false })
await firmware.module.buildFirmware(projectDir, outDir)
process.setSourceMapsEnabled(true)
await import(pathToFileURL(join(outDir, 'exercise.js')).href)
