/** The specs in the Electron window. */
import { execFileSync } from 'node:child_process'
import { inspectorSwitch } from './main-process'
import { baseConfig, driverCapabilities, makeLabDir, projectDir, windowSizeSwitch, type ChromeOptions } from './wdio.base'

/** Found once; the workers of the runner inherit it. */
const runtime = (process.env['TAKEOVER_LAB_ELECTRON'] ||= execFileSync(
  process.execPath,
  [`${projectDir}/out/main/start.js`, '--print-runtime'],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
).trim())

/** The driver asks a browser of unknown version for it, which would start the lab instead. */
const engineVersion = execFileSync(runtime, ['-p', 'process.versions.chrome'], {
  encoding: 'utf8',
  env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
}).trim()

const sandboxSwitches = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export const config = {
  // One at a time: they share the screen, its keyboard and its clipboard.
  ...baseConfig('electron', { maxInstances: 1 }),
  capabilities: [
    {
      ...driverCapabilities,
      browserVersion: engineVersion,
      'goog:chromeOptions': { binary: runtime, args: [...sandboxSwitches, windowSizeSwitch, `--app=${projectDir}`] },
    },
  ],
  beforeSession: async (_config: unknown, capabilities: { 'goog:chromeOptions': ChromeOptions }): Promise<void> => {
    capabilities['goog:chromeOptions'].args.push(`--lab=${makeLabDir()}`, await inspectorSwitch())
  },
}
