/**
 * What both end-to-end configurations share: the same specs, in Electron and in Chromium on the browser shell. Each spec file
 * has a session, a window and a fresh lab folder of its own.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { artifactsDir, keepPicturesOf, takePicture } from './pictures'
import { specsOf } from './specs-of-host'

export type HostName = 'electron' | 'chromium'

export const projectDir = fileURLToPath(new URL('../..', import.meta.url))

/** `E2E_WINDOW=1920x1080` gives pictures of another size. */
const [width = '1280', height = '800'] = (process.env['E2E_WINDOW'] ?? '').split('x').filter(Boolean)
export const windowSizeSwitch = `--window-size=${width},${height}`

/** Electron 33 speaks no BiDi, and Debian's driver is newer than its engine. */
export const driverCapabilities = {
  browserName: 'chrome',
  'wdio:enforceWebDriverClassic': true,
  'wdio:chromedriverOptions': { binary: '/usr/bin/chromedriver', disableBuildCheck: true },
} as const

export interface ChromeOptions {
  binary: string
  args: string[]
}

let labDir: string | undefined

export function makeLabDir(): string {
  labDir = mkdtempSync(join(tmpdir(), 'takeover-lab-e2e-'))
  return labDir
}

/** Of the session that goes on. */
export function labFolder(): string {
  if (labDir === undefined) throw new Error('There is no lab yet.')
  return labDir
}

interface Titled {
  readonly parent: string
  readonly title: string
}

interface Outcome {
  readonly passed: boolean
  readonly error?: { readonly message?: string }
}

/** For `npm test`, which counts and names what ran. */
function note(host: HostName, test: Titled, { passed, error }: Outcome): void {
  appendFileSync(join(artifactsDir, `e2e-${host}.ndjson`), `${JSON.stringify({ name: nameOf(test), passed, error: error?.message })}\n`)
}

function nameOf({ parent, title }: Titled): string {
  return `${parent} ${title}`
}

/** `maxInstances`: as many specs run at a time. */
export function baseConfig(host: HostName, { maxInstances }: { readonly maxInstances: number }) {
  keepPicturesOf(host)
  return {
    runner: 'local' as const,
    specs: specsOf(host),
    maxInstances,
    logLevel: 'warn' as const,
    framework: 'mocha' as const,
    reporters: ['spec' as const],
    mochaOpts: { timeout: 180_000 },
    waitforTimeout: 20_000,
    connectionRetryCount: 1,

    afterTest: async (test: Titled, _context: unknown, outcome: Outcome): Promise<void> => {
      note(host, test, outcome)
      if (!outcome.passed) await takePicture(`failed ${nameOf(test)}`)
    },

    /** One that fails takes all tests of its file with it, of which none is reported. */
    afterHook: (test: Titled, _context: unknown, outcome: Outcome): void => {
      if (!outcome.passed) note(host, test, outcome)
    },

    afterSession: async (): Promise<void> => {
      if (labDir !== undefined) rmSync(labDir, { recursive: true, force: true })
      labDir = undefined
      return Promise.resolve()
    },
  }
}
