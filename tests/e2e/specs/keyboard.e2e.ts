import { Key } from 'webdriverio'
import { lostBlocks, openedLab, requestsPerSecond, takePictures, waitForState } from './lab-window'

/** The name of what has the focus, as a screen reader would say it. */
async function focusedName(): Promise<string> {
  return browser.execute(() => {
    const element = document.activeElement
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? ''
  })
}

async function tabTo(name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses++) {
    await browser.keys(Key.Tab)
    if ((await focusedName()) === name) return
  }
  throw new Error(`Tab never reached "${name}"`)
}

describe('keyboard', () => {
  before(openedLab)

  it('reaches the buttons on the things themselves with Tab and Enter', async () => {
    await tabTo('Start workload')
    await browser.keys(Key.Enter)
    await browser.waitUntil(async () => (await requestsPerSecond()) > 0)
    await tabTo('Hang controller B')
    await browser.keys(Key.Enter)
    await waitForState('Not redundant: A serves alone')
    await tabTo('Restart controller B')
    await browser.keys(Key.Enter)
    await waitForState('Redundant')
  })

  it('kills and restarts with two keys', async () => {
    await browser.keys('k')
    await expect($('p*=Kill which controller?')).toExist()
    await browser.keys('a')
    await waitForState('Not redundant: B serves alone')
    await browser.keys('r')
    await browser.keys('a')
    await waitForState('Redundant')
    expect(await lostBlocks()).toBe(0)
  })

  it('moves through the panels and the mapping', async () => {
    await browser.keys('4')
    const strip = $('[role="slider"][aria-label="alpha"]')
    await strip.waitForExist()
    await browser.execute(() => document.querySelector<HTMLElement>('[role="slider"][aria-label="alpha"]')?.focus())
    await browser.keys(Key.ArrowRight)
    await expect($('h2=alpha, block 1')).toExist()
    await browser.keys([Key.Shift, Key.ArrowRight])
    await expect($('h2=alpha, block 129')).toExist()
    await takePictures('mapping')
  })

  it('says what the keys do', async () => {
    await browser.keys('?')
    await expect($('[role="dialog"]')).toHaveText(expect.stringContaining('Kill controller A'))
    await takePictures('help')
    await browser.keys(Key.Escape)
    await $('[role="dialog"]').waitForExist({ reverse: true })
  })
})
