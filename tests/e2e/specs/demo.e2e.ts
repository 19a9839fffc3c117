/** A demo in presenter mode: stepped by the keys of a remote, with the trainer's notes in a second window. */
import { Key } from 'webdriverio'
import { present } from '../../../src-main/base/assert'
import { violations } from '../axe'
import { findOverflow } from '../overflow'
import { takePicture } from '../pictures'
import { atSizes, openedLab } from './lab-window'
import { showView } from './simulation-view'

const SIZES = [
  { width: 960, height: 700 },
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]
const narration = () => $('[data-testid="demo-narration"]')
const stage = () => $('[data-testid="demo-stage"]')
const time = async () => Number((await $('[data-testid="demo-time"]').getText()).replaceAll(/[^\d.]/g, ''))

async function tells(title: string): Promise<void> {
  await browser.waitUntil(async () => (await narration().isExisting()) && (await narration().getText()).startsWith(title), {
    timeout: 90_000,
    timeoutMsg: `the demo did not come to “${title}”`,
  })
}

/** The end of a step, where it stands still. Its run is the same each time. */
async function comesTo(ms: number): Promise<void> {
  await browser.waitUntil(async () => (await time()) === ms, { timeout: 60_000, timeoutMsg: `the demo did not come to ${ms} ms` })
  await browser.waitUntil(async () => (await $('[data-testid="demo-speed"]').getText()) === 'stands still', { timeout: 60_000 })
}

const DEAD_MS = 905.2

describe('a demo', () => {
  let first = ''

  before(async () => {
    await openedLab()
    first = await browser.getWindowHandle()
    await showView('Exercises')
    await $('[data-demo="demo-crash"]').waitForExist()
  })

  it('is listed apart from the exercises, three of them', async () => {
    expect(await $$('[data-demo]').length).toBeGreaterThanOrEqual(3)
    expect(await $('[data-exercise="demo-crash"]').isExisting()).toBe(false)
    await $('[data-demo="demo-crash"]').scrollIntoView()
    await takePicture('demo-list')
  })

  it('is shown at its first step, which plays until its end', async () => {
    await $('[data-demo="demo-crash"] button').click()
    await tells('Two controllers, and both serve')
    await stage().$('.stage svg').waitForExist({ timeout: 90_000 })
    await comesTo(800)
    await atSizes(SIZES, async ({ width, height }) => {
      expect(await findOverflow()).toEqual([])
      await takePicture(`demo-stage-${width}x${height}`)
    })
    expect(await violations()).toEqual([])
  })

  it('goes on by Page Down and back by Page Up, to the moments of its steps', async () => {
    await browser.keys(Key.PageDown)
    await tells('Controller A dies')
    await comesTo(DEAD_MS)
    expect(await $('[data-testid="demo-serves"]').getText()).not.toContain('A and B')
    await browser.keys(Key.PageDown)
    await tells('B sees it at once')
    await browser.keys(Key.PageUp)
    await tells('Controller A dies')
    await comesTo(DEAD_MS)
    await browser.keys(Key.PageUp)
    await tells('Two controllers')
    await browser.keys(Key.PageUp)
    await comesTo(800)
    await tells('Two controllers')
  })

  it('is blanked by B', async () => {
    await browser.keys('b')
    await $('[data-testid="blank"]').waitForExist()
    await browser.keys(Key.PageDown)
    await browser.keys('b')
    await $('[data-testid="blank"]').waitForExist({ reverse: true })
    expect(await narration().getText()).toContain('Two controllers')
  })

  it('has its notes, its next step and its time in the trainer’s window, which goes along', async () => {
    await browser.keys('t')
    await browser.waitUntil(async () => (await browser.getWindowHandles()).length === 2)
    const handles = await browser.getWindowHandles()
    const trainer = present(
      handles.find((handle) => handle !== first),
      'the second window',
    )
    await $('[data-testid="demo-next"]').waitForExist({ reverse: true })
    expect(await stage().getText()).not.toContain('Let the class')
    await browser.switchToWindow(trainer)
    await $('[data-testid="demo-notes"]').waitForExist()
    expect(await $('[data-testid="demo-notes"]').getText()).toContain('Ten times slower')
    expect(await $('[data-testid="demo-forward"]').getText()).toContain('Controller A dies')
    expect(await $('[data-testid="demo-step-time"]').getText()).toMatch(/^\d+:\d\d of 1:00$/)
    await browser.keys(Key.PageDown)
    await browser.waitUntil(async () => (await $('[data-testid="demo-notes"]').getText()).includes('Write the guesses on the board'))
    await atSizes(SIZES, async ({ width }) => {
      expect(await findOverflow()).toEqual([])
      await takePicture(`demo-trainer-${width}`)
    })
    expect(await violations()).toEqual([])
    await browser.switchToWindow(first)
    await tells('Controller A dies')
    await browser.switchToWindow(trainer)
    await browser.closeWindow()
    await browser.switchToWindow(first)
  })

  it('is over when its stage is left', async () => {
    await browser.keys(Key.Escape)
    await stage().waitForExist({ reverse: true })
    await $('[data-demo="demo-crash"]').waitForExist()
  })
})
