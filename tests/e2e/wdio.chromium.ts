/** The specs in Chromium, on the page that the browser shell serves. */
import { join } from 'node:path'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'
import { baseConfig, driverCapabilities, makeLabDir, projectDir, windowSizeSwitch } from './wdio.base'

const QUIET = ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run']

const base = baseConfig('chromium', { maxInstances: 2 })
let lab: LabProcess | undefined

export const config = {
  ...base,
  capabilities: [
    {
      ...driverCapabilities,
      'goog:chromeOptions': {
        binary: '/usr/bin/chromium',
        args: ['--headless=new', '--no-sandbox', ...QUIET, windowSizeSwitch],
      },
    },
  ],
  beforeSession: async (): Promise<void> => {
    const server = join(projectDir, 'out/main/serve.js')
    lab = await startLabProcess({ command: [process.execPath, server, `--lab=${makeLabDir()}`, ...ANY_PORTS] })
  },
  before: async (): Promise<void> => {
    if (lab !== undefined) await browser.url(`${lab.ready.http}/?token=${lab.ready.token}`)
  },
  afterSession: async (): Promise<void> => {
    await lab?.stop()
    await base.afterSession()
  },
}
