/** The lane under the picture of a run: what answered, sums of a stretch, the way of a slow request, one moment everywhere. */
import { Key } from 'webdriverio'
import { takePicture } from '../pictures'
import { atSizes, openedLab, startWorkload, takePictures, waitForState } from './lab-window'
import { eventNumber, showView } from './simulation-view'

const strip = () => $('[role="slider"][aria-label="Virtual time of the run"]')
const sums = () => $('[data-testid="sums"]')
const waterfall = () => $('[data-testid="waterfall"]')

/** Milliseconds in which a lane had no answer, by the sums that are shown. */
async function outageOf(lane: string): Promise<number> {
  const text = await sums().$(`.//dt[text()="${lane}"]/following-sibling::dd`).getText()
  return Number((/for ([\d.,<]+) ms/.exec(text)?.[1] ?? '').replaceAll(/[,<]/g, ''))
}

async function moment(): Promise<number> {
  return Number(await strip().getAttribute('aria-valuenow'))
}

/** Requests of the events of that kind that are in view. */
async function requestsOf(kind: string): Promise<string[]> {
  await $('input[aria-label="Search kind, request, or data"]').setValue(kind)
  const shown = () =>
    browser.execute(() =>
      [...document.querySelectorAll('[role="listbox"] .row')].map((row) =>
        ['kind', 'request'].map((part) => row.querySelector(`.${part}`)?.textContent ?? ''),
      ),
    )
  await browser.waitUntil(async () => {
    const rows = await shown()
    return rows.length > 0 && rows.every(([of = '']) => of.startsWith(kind))
  })
  return (await shown()).map(([, request = '']) => request)
}

async function press(...keys: string[]): Promise<void> {
  await browser.execute(() => document.querySelector<HTMLElement>('.strip')?.focus())
  for (const key of keys) await browser.keys(key)
}

describe('the timeline of a recording', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
    await browser.pause(2000)
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant: B serves alone')
    await browser.pause(1500)
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
    await showView('Simulation')
    await $('section[aria-label="Recordings of this lab"] li button').click()
    await $('[data-testid="verdict"]').waitForExist({ timeout: 60_000 })
  })

  it('says of each LUN and of each address how long it did not answer', async () => {
    const bars = $('canvas[aria-label^="What answered in this run"]')
    await bars.waitForExist()
    const said = (await bars.getAttribute('aria-label')) ?? ''
    expect(said).toMatch(/LUN 0/)
    expect(said).toMatch(/Address A did not answer for [\d,.]+ ms/)
  })

  it('adds up a stretch that is marked by keyboard: the address of A was gone after the crash, and B answers at it now', async () => {
    await $('aria/Next fault').click()
    await browser.waitUntil(async () => (await eventNumber()) > 0)
    await press('m')
    await $('aria/Next takeover').click()
    const crashed = await moment()
    await browser.waitUntil(async () => (await moment()) >= crashed)
    await press('m')
    await sums().waitForExist()
    expect(await outageOf('Address A')).toBeGreaterThan(0)
    await press(Key.Escape)
    await sums().waitForExist({ reverse: true })
  })

  it('adds up a stretch that is dragged over, and shows less of the run more closely', async () => {
    await press('+', '+')
    await expect($('aria/Show the whole run')).toBeEnabled()
    const { width } = await strip().getSize()
    await browser
      .action('pointer')
      .move({ origin: strip(), x: -Math.floor(width / 4), y: 0 })
      .down()
      .move({ origin: strip(), x: Math.floor(width / 4), y: 0, duration: 200 })
      .up()
      .perform()
    await sums().waitForExist()
    await expect(sums()).toHaveText(expect.stringContaining('requests'))
    await takePictures('timeline-sums')
    await press(Key.Escape, '0')
    await expect($('aria/Show the whole run')).toBeDisabled()
  })

  it('shows the way of a request leg by leg, and one moment everywhere', async () => {
    // A story needs some room under the timeline.
    await atSizes([{ width: 1280, height: 1000 }], async ({ width, height }) => {
      // Host and controllers each sample what they trace, so not every response has its whole way.
      const served = new Set(await requestsOf('portal.command'))
      const told = (await requestsOf('host.response')).find((request) => served.has(request))
      await $(`//*[@role="listbox"]//*[@class="request"][text()="${told}"]`).click()
      await waterfall().waitForExist()
      await expect(waterfall()).toHaveText(expect.stringContaining('Portal'))
      await expect(waterfall()).toHaveText(expect.stringContaining('Controller'))
      // The event that was chosen is the moment of the player, of the list, and of the story.
      await $('[role="listbox"] .row.selected.newest').waitForExist()
      await $('aside[aria-label="Whole story"] li.chosen').waitForExist()
      const before = await moment()
      await $('aside[aria-label="Whole story"] ol li[aria-current="step"]').waitForExist()
      await takePicture(`timeline-waterfall-${width}x${height}`)
      await $('aside[aria-label="Whole story"] > .told > ol > li:first-child button').click()
      await browser.waitUntil(async () => (await moment()) <= before)
      await $('//*[@role="tab"][normalize-space(.)="Mapping"]').click()
      await expect($('.mapping')).toExist()
      await takePicture(`timeline-mapping-${width}x${height}`)
    })
  })

  after(async () => {
    await $('button=Close run').click()
    await showView('Live lab')
  })
})
