import { Key } from 'webdriverio'
import { present } from '../../../src-main/base/assert'
import { Playback } from '../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../src-main/simulator/playback/seed-stage'
import { takePicture } from '../pictures'
import { arrayState, atSizes, openedLab, openPanel, takePictures } from './lab-window'
import { eventNumber, jumpTo, openSeed, showView, typeSeed } from './simulation-view'

const OPERATIONS = 1000
const { seed: SEED, fault: FAULT } = seedWithTakeover()

/** The first world in which something is taken over, and the number of its first fault that hits something at once. */
function seedWithTakeover(): { readonly seed: number; readonly fault: number } {
  for (let seed = 1; ; seed++) {
    const playback = new Playback(seedStage({ seed, operations: OPERATIONS }))
    playback.survey(() => true)
    const { takeovers = [], faults = [] } = playback.outline ?? {}
    const fault = faults.findIndex(({ atMs, hits: [first] }) => first?.atMs === atMs)
    if (takeovers.length > 0 && fault >= 0) return { seed, fault }
  }
}

/** By the button, whose name says what it does. */
async function press(name: string): Promise<void> {
  await $(`aria/${name}`).click()
}

async function becomes(event: number): Promise<void> {
  await browser.waitUntil(async () => (await eventNumber()) === event, { timeoutMsg: `the event did not become ${event}` })
}

describe('simulation', () => {
  before(async () => {
    await openedLab()
    await browser.keys('s')
    await $('h2=No run is open').waitForExist()
  })

  it('explains itself, and refuses what is no seed with a sentence', async () => {
    await expect($('button*=Seed 10')).toExist()
    await takePictures('simulation-none')
    await typeSeed('minus one', OPERATIONS)
    await expect($('#simulation-problem')).toHaveText('A seed is a whole number, 0 or greater, in digits.')
    await expect($('button=Open')).toBeDisabled()
  })

  it('can cancel the first pass', async () => {
    await typeSeed(String(SEED), 20_000)
    await $('button=Open').click()
    await $(`h2=Running seed ${SEED} from start to end`).waitForExist()
    await takePicture('simulation-scanning')
    await press('Cancel')
    await $('h2=No run is open').waitForExist()
  })

  it('opens a seed and says what happens in it', async () => {
    await openSeed(SEED, OPERATIONS)
    await expect($('[data-testid="verdict"]')).toHaveText('No checker found a violation')
    await expect($('code')).toHaveText(`npm run sim -- --seed ${SEED} --operations ${OPERATIONS}`)
    expect(await eventNumber()).toBe(0)
    expect(await $$('section[aria-label="Faults, takeovers and violations"] tbody tr').getElements()).not.toHaveLength(0)
    await expect($('section[aria-label="The array and its host"] svg')).toExist()
    await expect($('aria/Kill controller A')).not.toExist()
    await takePictures('simulation-opened')
  })

  it('gives the picture the room of the panels in a low window, until somebody wants them', async () => {
    await atSizes([{ width: 960, height: 700 }], async () => {
      await $('button=Show panels').waitForExist()
      await expect($('.dock [role="tabpanel"]')).not.toExist()
      await takePicture('simulation-panels-closed')
      await $('button=Show panels').click()
      await $('.dock [role="tabpanel"]').waitForExist()
      await $('button=Hide panels').click()
      await $('.dock [role="tabpanel"]').waitForExist({ reverse: true })
      await expect($('button=Show panels')).toBeFocused()
      await browser.keys(Key.Enter)
      await $('.dock [role="tabpanel"]').waitForExist()
      await expect($('.dock [role="tab"][data-state="active"]')).toBeFocused()
      await $('button=Hide panels').click()
      await openPanel('Events')
      await $('.dock [role="tabpanel"]').waitForExist()
    })
    // On a tab, the space bar is the tab's.
    await browser.execute(() => (document.activeElement as HTMLElement | null)?.blur())
  })

  it('plays and pauses with the space bar', async () => {
    await browser.keys(Key.Space)
    await browser.waitUntil(async () => (await eventNumber()) > 100)
    await browser.keys(Key.Space)
    await $('button[aria-label="Play"]').waitForExist()
    const event = await eventNumber()
    await $('section[aria-label="The array and its host"]').click()
    expect(await eventNumber()).toBe(event)
  })

  it('steps by exactly one event, on and back', async () => {
    const event = await eventNumber()
    await browser.keys(Key.ArrowRight)
    await becomes(event + 1)
    await browser.keys('.')
    await becomes(event + 2)
    await browser.keys(Key.ArrowLeft)
    await becomes(event + 1)
    await press('Back one event')
    await becomes(event)
    await press('Forward 100 events')
    await becomes(event + 100)
    await takePictures('simulation-stepped')
  })

  it('goes to a fault, which stands in the picture on what it has struck', async () => {
    const rows = await $$('section[aria-label="Faults, takeovers and violations"] tr.fault').getElements()
    const row = present(rows[FAULT], 'the row of the fault')
    const where = await row.$('.where').getText()
    await row.$('button').click()
    await browser.waitUntil(async () => (await row.getAttribute('aria-current')) === 'true')
    const [place = ''] = where.split(',')
    await $(`svg g.fault[role="img"][aria-label^="${place}"]`).waitForExist()
    await expect($('svg g.fault[role="img"]')).toExist()
    await takePictures('simulation-fault')
  })

  it('goes to a takeover, which the picture then shows', async () => {
    const survivor = await jumpTo('takeover')
    const event = await eventNumber()
    await browser.keys(Key.Home)
    await becomes(0)
    await browser.keys('t')
    await becomes(event)
    const group = $(`svg [role="group"][aria-label^="Controller ${survivor}"]`)
    // The takeover is under way for some events: it is stepped into.
    await browser.waitUntil(
      async () => {
        if ((await group.getAttribute('aria-label'))?.includes('Taking over') === true) return true
        await browser.keys(Key.ArrowRight)
        return false
      },
      { timeoutMsg: 'the takeover never showed', interval: 50 },
    )
    await takePictures('simulation-takeover')
  })

  it('shows the newest event of the log as the newest, and the story behind one', async () => {
    const newest = $('[role="listbox"] .row.newest')
    await expect(newest).toExist()
    await newest.click()
    await $('aside[aria-label="Whole story"]').waitForExist()
    await takePictures('simulation-story')
    await press('Close the story')
  })

  it('tells the whole way of a write of a simulated host, as of a live one', async () => {
    await $('button=Follow').click()
    const find = $('input[aria-label="Search kind, request, or data"]')
    await find.setValue('nvram.destaged')
    const destaged = $('//*[@role="option"][contains(., "nvram.destaged")]')
    const marks = 'section[aria-label="Faults, takeovers and violations"]'
    await $(marks).$('button=Faults').click()
    // Somewhere in the run, which a fault has hit in the thick of it, there is one.
    for (const row of await $$(`${marks} tbody tr`).getElements()) {
      await row.$('button').click()
      await browser.waitUntil(async () => (await row.getAttribute('aria-current')) === 'true')
      // The list follows with the next picture.
      await browser.execute(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))))
      if (await destaged.waitForExist({ timeout: 1000 }).catch(() => false)) break
    }
    await $(marks).$('button=All').click()
    await $('button=Hold').click()
    await destaged.click()
    const story = $('aside[aria-label="Whole story"]')
    await story.waitForExist()
    for (const kind of ['host.command', 'portal.command', 'nvram.mirrored', 'host.response', 'drive.write'])
      expect(await story.getText()).toContain(kind)
    await takePictures('simulation-write')
    await press('Close the story')
  })

  it('plays with the space bar also where a mark was clicked', async () => {
    await jumpTo('takeover')
    const event = await eventNumber()
    await browser.keys(Key.Space)
    await browser.waitUntil(async () => (await eventNumber()) > event)
    await browser.keys(Key.Space)
    await $('button[aria-label="Play"]').waitForExist()
  })

  it('leaves the live lab alone, and says how it is', async () => {
    expect(await arrayState()).toContain('Live lab:')
    expect(await arrayState()).toContain('Redundant')
  })

  it('is there again when the page is opened again', async () => {
    const event = await eventNumber()
    if (process.env['E2E_HOST'] === 'electron') {
      // Closing the only window ends the application, and the simulation with it: leaving the view and coming back is what there is.
      await showView('Live lab')
      await openedLab()
      await showView('Simulation')
    } else await browser.refresh()
    await $('[data-testid="event"]').waitForExist()
    expect(await eventNumber()).toBe(event)
    await showView('Live lab')
    await openedLab()
    await showView('Simulation')
    expect(await eventNumber()).toBe(event)
  })

  it('has a light look', async () => {
    await $('button=View').click()
    await $('button=Light').click()
    await browser.keys(Key.Escape)
    await takePictures('simulation-light')
    await $('button=View').click()
    await $('button=Dark').click()
    await browser.keys(Key.Escape)
  })
})
