import { join } from 'node:path'
import { takeoverBeforeFence as BUG } from '../../../src-main/firmware/planted/takeover-before-fence'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../../support/lab-process'
import { plantedApp, type PlantedApp } from '../../support/planted-app'
import type { ChromeOptions } from '../wdio.base'
import { openedLab, takePictures } from './lab-window'
import { eventNumber, jumpTo, openSeed, showView } from './simulation-view'

const OPERATIONS = 600
const SEARCH_MS = 170_000

/** The application with the bug, in whose live pair there is none. */
async function open(app: PlantedApp): Promise<LabProcess | undefined> {
  if (process.env['E2E_HOST'] === 'electron') {
    const asked = browser.requestedCapabilities as { 'goog:chromeOptions': ChromeOptions }
    const { args, ...options } = asked['goog:chromeOptions']
    const others = args.filter((arg) => !arg.startsWith('--app='))
    await browser.reloadSession({ ...asked, 'goog:chromeOptions': { ...options, args: [...others, `--app=${app.folder}`] } })
    return undefined
  }
  const lab = await startLabProcess({
    command: [process.execPath, app.serve, `--lab=${join(app.folder, 'lab')}`, '--drive-mib=64', ...ANY_PORTS],
  })
  await browser.url(`${lab.ready.http}/?token=${lab.ready.token}`)
  return lab
}

describe('a violated checker', function (this: Mocha.Suite) {
  this.timeout(SEARCH_MS)
  let app: PlantedApp
  let lab: LabProcess | undefined

  before(async () => {
    app = await plantedApp(BUG, OPERATIONS)
    lab = await open(app)
    await openedLab()
    await showView('Simulation')
  })
  after(async () => {
    await lab?.stop()
    await app.remove()
  })

  it('is announced when the seed is open, with its sentence and its moment', async () => {
    await openSeed(app.seed, app.operations)
    expect(await $('[data-testid="verdict"]').getText()).toMatch(/\d+ violations? found/)
    const banner = await $('[data-testid="violation"]').getText()
    expect(banner).toMatch(/Violation found by checker “\w+”/)
    expect(banner).toMatch(/At .+, \d\d:\d\d\.\d{3}\.\d{3}, event [\d,]+/)
    await takePictures('violation-announced')
  })

  it('is gone to, and stands in the picture where it happened', async () => {
    await $('button=Go there').click()
    await $('button=You are there').waitForExist()
    const banner = await $('[data-testid="violation"]').getText()
    const event = Number(/event ([\d,]+)/.exec(banner)?.[1]?.replaceAll(',', ''))
    await browser.waitUntil(async () => (await eventNumber()) === event)
    if (!banner.includes('At the pair as a whole')) await $('svg [role="img"][aria-label^="Violation found"]').waitForExist()
    await takePictures('violation')
    await browser.keys(',')
    await browser.waitUntil(async () => (await eventNumber()) === event - 1)
    expect(await $('svg [role="img"][aria-label^="Violation found"]').isExisting()).toBe(false)
  })

  it('stops the play', async () => {
    await browser.keys('Home')
    await browser.waitUntil(async () => (await eventNumber()) === 0)
    await $('[role="slider"][aria-labelledby="simulation-speed"]').click()
    await browser.keys('End')
    await $('button[aria-label="Play"]').click()
    await $('button=You are there').waitForExist({ timeout: 60_000 })
    const event = await eventNumber()
    await jumpTo('violation')
    expect(await eventNumber()).toBe(event)
  })
})
