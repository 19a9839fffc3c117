/** Everything tells what it is, and why it is so now: to who points at it, goes to it by keyboard, or taps it. */
import { Key } from 'webdriverio'
import { takePicture } from '../pictures'
import { atSizes, openedLab, pointAt, startWorkload, takePictures, waitForState } from './lab-window'
import { openSeed, showView } from './simulation-view'
import { chooseLanguage } from './walk'

const card = () => $('#explanation')
const cardText = () => card().getText()

async function gone(): Promise<void> {
  await card().waitForExist({ reverse: true })
}

/** Touches a thing with a finger, and lets go. */
async function tap(selector: string): Promise<void> {
  const at = await browser.execute((found: string) => {
    const box = document.querySelector(found)?.getBoundingClientRect()
    return box === undefined ? undefined : { x: box.left + box.width / 2, y: box.top + box.height / 2 }
  }, selector)
  if (at === undefined) throw new Error(`There is no ${selector}.`)
  await browser.sendCommand('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] })
  await browser.sendCommand('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

/** Words and figures in a part of the window that nothing explains. */
async function unexplained(part: string): Promise<string[]> {
  return browser.execute((found: string) => {
    const words = (element: Element): boolean =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '')
    return [...document.querySelectorAll(`${found} *`)]
      .filter((element) => words(element) && element.tagName !== 'BUTTON' && element.closest('.visually-hidden, button, noscript') === null)
      .filter((element) => element.closest('[data-explain]') === null)
      .map((element) => element.textContent.trim())
  }, part)
}

describe('an explanation', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
  })

  it('is there for every word and figure of the picture, of its legend and of what the host sees', async () => {
    for (const part of ['.picture', '.legend', '.vitals', '.serving'])
      expect({ part, left: await unexplained(part) }).toEqual({ part, left: [] })
  })

  it('comes to who points at a figure for a moment, and goes with the pointer', async () => {
    await $('//aside//h3[text()="Latency p50"]').moveTo()
    await card().waitForExist()
    expect(await cardText()).toContain('Half of the requests')
    expect(await cardText()).toMatch(/[\d.]+ ms\. Waiting for an answer now: \d+\./)
    await takePictures('explain-latency')
    await $('header h1').moveTo()
    await gone()
  })

  it('says why a thing is so now, and follows when that changes', async () => {
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant: B serves alone')
    await pointAt('.links .portal.adopted .plug rect', 'is served by B, because A does not serve.')
    await takePicture('explain-portal')
    await browser.keys(Key.Escape)
    await gone()
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
  })

  it('comes to what has the focus by keyboard, and goes with Escape', async () => {
    await browser.execute(() => document.querySelector<HTMLElement>('button[aria-label="Hang controller B"]')?.focus())
    await browser.keys([Key.Shift, Key.Tab])
    await browser.keys(Key.Tab)
    await card().waitForExist()
    expect(await cardText()).toContain('The controller stands still')
    await browser.keys(Key.Escape)
    await gone()
  })

  it('does not come where Escape gives the focus back', async () => {
    // Whatever would come, comes at once.
    await browser.execute(() => {
      const original = window.setTimeout.bind(window)
      const soon = (run: () => void, ms = 0): number => original(run, Math.min(ms, 1))
      Object.assign(window, { setTimeout: soon, originalTimeout: original })
    })
    const focused = () => browser.execute(() => document.activeElement?.textContent.trim())
    await browser.execute(() => document.querySelector<HTMLElement>('.tools button:last-child')?.focus())
    await browser.keys('Enter')
    await $('[role="dialog"][aria-label="Faults"]').waitForExist()
    await gone()
    await browser.keys(Key.Escape)
    await browser.waitUntil(async () => (await focused()) === 'Faults')
    const isThere = await browser.executeAsync((done: (isThere: boolean) => void) => {
      window.setTimeout(() => requestAnimationFrame(() => done(document.querySelector('#explanation') !== null)), 1)
    })
    expect(isThere).toBe(false)
    // To who goes there, it comes.
    await browser.keys([Key.Shift, Key.Tab])
    await browser.keys(Key.Tab)
    await card().waitForExist()
    await browser.keys(Key.Escape)
    await gone()
    await browser.execute(() => {
      const { originalTimeout } = window as unknown as { originalTimeout: typeof setTimeout }
      Object.assign(window, { setTimeout: originalTimeout })
    })
  })

  it('in its mode goes from thing to thing with Tab, and nothing is done', async () => {
    await browser.keys('x')
    await expect($('.explain-mode')).toExist()
    const focused = () =>
      browser.execute(() => {
        const element = document.activeElement
        const things = [...document.querySelectorAll('[data-explain]')]
        return { at: element === null ? -1 : things.indexOf(element), by: element?.getAttribute('aria-describedby') }
      })
    let before = -1
    for (let presses = 0; presses < 12; presses++) {
      await browser.keys(Key.Tab)
      await browser.waitUntil(async () => (await focused()).at > before, { timeoutMsg: `Tab did not go on from thing ${before}` })
      const now = await focused()
      expect(now.by).toBe('explanation')
      before = now.at
    }
    await $('aria/Kill controller A').click()
    await browser.waitUntil(async () => (await cardText()).includes('Ends the controller at once'))
    await browser.pause(500)
    await waitForState('Redundant')
    await takePicture('explain-mode')
    await browser.keys(Key.Escape)
    await gone()
    await browser.keys(Key.Escape)
    await $('.explain-mode').waitForExist({ reverse: true })
  })

  it('comes to a tap where a tap does nothing else', async () => {
    await tap('.host .name')
    await card().waitForExist()
    expect(await cardText()).toContain('An iSCSI initiator')
    await tap('header h1')
    await gone()
  })

  it('has the patent’s word where that is wanted, and leads into the glossary', async () => {
    await $('button=View').click()
    await $('//label[contains(., "The patent’s words")]//button').click()
    await browser.keys(Key.Escape)
    await pointAt('.chip .name', 'In the patent: logical media unit (LMU)')
    await takePicture('explain-patent')
    await $('.explanation').$('button=In the glossary: Volume').click()
    await gone()
    await browser.waitUntil(async () =>
      (await browser.execute(() => document.activeElement?.textContent ?? '')).includes('logical media unit'),
    )
    await atSizes([{ width: 960, height: 700 }], () => takePicture('explain-glossary'))
  })

  it('speaks German, too', async () => {
    await chooseLanguage('de')
    await $('.chip .name').moveTo()
    await card().waitForExist()
    await expect($('.explanation').$('button=Im Glossar: Volume')).toExist()
    expect(await cardText()).toContain('Im Patent:')
    await takePicture('explain-german')
    await browser.keys(Key.Escape)
    await gone()
    await chooseLanguage('en')
  })

  it('tells of the moment of a run that is shown', async () => {
    await showView('Simulation')
    await openSeed(10, 1000)
    await pointAt('.controller.of-a .plate', 'Controller A: Starting.')
    await takePicture('explain-run')
  })
})
