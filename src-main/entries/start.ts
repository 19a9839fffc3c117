/** `npm start`, once built: wires the launcher to this machine. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheDir } from '../launcher/cache-dir'
import { launch } from '../launcher/launch'
import { downloadOfficial, officialRuntime, releaseServer, serverAnswers } from '../launcher/official-runtime'
import { parseLaunchOptions } from '../launcher/options'
import { overrideRuntime } from '../launcher/override-runtime'
import { registryRuntime } from '../launcher/registry-runtime'
import { explainMissing, missingLibraries } from '../launcher/shared-libraries'

const projectDir = fileURLToPath(new URL('../..', import.meta.url))

process.exitCode = await launch(parseLaunchOptions(process.argv.slice(2)), {
  projectDir,
  env: process.env,
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  sources: [
    overrideRuntime(process.env),
    officialRuntime({
      packageDir: join(projectDir, 'node_modules/electron'),
      releaseServer: releaseServer(process.env),
      probe: serverAnswers,
      download: downloadOfficial,
    }),
    registryRuntime({ cacheDir: cacheDir() }),
  ],
  missingLibraries: async (executable) => {
    const missing = await missingLibraries(executable)
    return missing.length === 0 ? undefined : explainMissing(missing)
  },
})
