/**
 * What both end-to-end configurations share: the same specs, once in Electron and once in Chromium on the
 * browser shell. Each spec file has a session, a window and a fresh lab folder of its own.
 */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { artifactsDir, keepPicturesOf, takePicture } from './pictures'

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

export function baseConfig(host: HostName) {
  keepPicturesOf(host)
  return {
    runner: 'local' as const,
    specs: ['./specs/**/*.e2e.ts'],
    maxInstances: 1,
    logLevel: 'warn' as const,
    framework: 'mocha' as const,
    reporters: ['spec' as const],
    mochaOpts: { timeout: 180_000 },
    waitforTimeout: 20_000,
    connectionRetryCount: 1,

    afterTest: async (test: { parent: string; title: string }, _context: unknown, { passed }: { passed: boolean }): Promise<void> => {
      const name = `${test.parent} ${test.title}`
      appendFileSync(join(artifactsDir, `e2e-${host}.ndjson`), `${JSON.stringify({ name, passed })}\n`)
      if (!passed) await takePicture(`failed ${name}`)
    },

    afterSession: async (): Promise<void> => {
      if (labDir !== undefined) rmSync(labDir, { recursive: true, force: true })
      labDir = undefined
      return Promise.resolve()
    },
  }
}
