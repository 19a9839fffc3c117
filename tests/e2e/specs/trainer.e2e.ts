/** Presenter mode with the trainer's controls in a second window: the class sees the stage, and nothing of what comes. */
import { Key } from 'webdriverio'
import { present } from '../../../src-main/base/assert'
import { violations } from '../axe'
import { findOverflow } from '../overflow'
import { takePicture } from '../pictures'
import { atSizes, openedLab, startWorkload } from './lab-window'

/** The second one is what a browser gives that does not heed the size it was asked for. */
const SIZES = [
  { width: 580, height: 860 },
  { width: 800, height: 509 },
  { width: 960, height: 700 },
]

let stage = ''
let trainer = ''

const stagePicture = () => $('[data-testid="presenter"]')
const serves = () => $('[data-testid="presenter-serves"]').getText()
const nextAct = () => $('[data-testid="trainer-next"]').getText()

async function becomes(told: () => Promise<string>, what: string): Promise<void> {
  await browser.waitUntil(async () => (await told()).includes(what), { timeout: 60_000, timeoutMsg: `it did not become "${what}"` })
}

/** No act begins while the lab is made whole. */
async function waitForNext(): Promise<void> {
  await browser.waitUntil(async () => $('[data-testid="trainer-next"]').isEnabled(), { timeout: 60_000, timeoutMsg: 'no act may begin' })
}

async function waitForWindows(count: number): Promise<void> {
  await browser.waitUntil(async () => (await browser.getWindowHandles()).length === count, { timeoutMsg: `not ${count} windows` })
}

describe('the trainer’s window', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
    stage = await browser.getWindowHandle()
  })

  it('is opened by T in presenter mode, once, and takes from the stage what the class need not see', async () => {
    await browser.keys('p')
    await $('[data-testid="next-act"]').waitForExist()
    await browser.keys('t')
    await waitForWindows(2)
    await $('[data-testid="next-act"]').waitForExist({ reverse: true })
    const room = await browser.execute(() => {
      const { width = 0, height = 0 } = document.querySelector('[data-testid="presenter"] .stage svg')?.getBoundingClientRect() ?? {}
      return { width: width / innerWidth, height: height / innerHeight }
    })
    expect(room.width).toBeGreaterThan(0.9)
    expect(room.height).toBeGreaterThan(0.4)
    await takePicture('trainer-stage')
    await browser.keys('t')
    trainer = present(
      (await browser.getWindowHandles()).find((handle) => handle !== stage),
      'the second window',
    )
    await browser.switchToWindow(trainer)
    await $('[data-testid="trainer"]').waitForExist()
    expect(await browser.getWindowHandles()).toHaveLength(2)
  })

  it('has the acts, the figures and the controls, with room for all words, and axe finds nothing wrong', async () => {
    await becomes(nextAct, 'kill A')
    await becomes(serves, 'A and B')
    await atSizes(SIZES, async ({ width, height }) => {
      expect(await findOverflow()).toEqual([])
      const figuresEnd = await browser.execute(() => document.querySelector('dl.figures')?.getBoundingClientRect().bottom ?? Infinity)
      expect(figuresEnd).toBeLessThanOrEqual(height)
      await takePicture(`trainer-${width}`)
    })
    expect(await violations()).toEqual([])
  })

  it('shows no token, and nothing that would lead to one', async () => {
    const shown = await browser.execute(() => document.body.innerText + location.href)
    expect(shown).not.toMatch(/token/i)
    expect(shown).not.toMatch(/[0-9a-f]{24}/)
  })

  it('goes through the acts by Page Down and Page Up, as a remote sends them', async () => {
    await browser.keys(Key.PageDown)
    await becomes(serves, 'B alone')
    await becomes(nextAct, 'restart A')
    await takePicture('trainer-killed')
    await browser.switchToWindow(stage)
    await becomes(serves, 'B alone')
    await browser.switchToWindow(trainer)
    await waitForNext()
    await browser.keys(Key.PageUp)
    await becomes(serves, 'A and B')
    await becomes(nextAct, 'kill A')
    await waitForNext()
  })

  it('blanks the stage by B, and the stage brings itself back', async () => {
    await browser.keys('b')
    await browser.switchToWindow(stage)
    await $('[data-testid="blank"]').waitForExist()
    await browser.keys('b')
    await $('[data-testid="blank"]').waitForExist({ reverse: true })
    // A remote works here, too, and the trainer's window goes along.
    await browser.waitUntil(async () => (await $('[data-testid="whole"]').isExisting()) === false)
    await browser.keys(Key.PageDown)
    await becomes(serves, 'B alone')
    await browser.switchToWindow(trainer)
    await becomes(nextAct, 'restart A')
    expect(await $('[data-testid="trainer-blank"]').getAttribute('aria-pressed')).toBe('false')
  })

  it('does what is out of order, and makes the lab whole', async () => {
    await $('aria/Restart controller A').click()
    await becomes(serves, 'A and B')
    await $('aria/Hang controller B').click()
    await becomes(serves, 'A alone')
    await browser.waitUntil(async () => $('button=Whole again').isEnabled())
    await $('button=Whole again').click()
    await becomes(serves, 'A and B')
  })

  it('has the palette of faults, for everything else that can be broken', async () => {
    await waitForNext()
    await $('button=Faults').click()
    await $('[role="dialog"] button[aria-label="Unplug the portal: A"]').click()
    await $('[data-testid="faults-in-force"]').waitForExist()
    expect(await findOverflow()).toEqual([])
    await takePicture('trainer-faults')
    // It closes the palette, and does not leave the stage.
    await browser.keys(Key.Escape)
    await $('[role="dialog"]').waitForExist({ reverse: true })
    expect(await $('[data-testid="trainer-blank"]').isEnabled()).toBe(true)
    await $('button=Whole again').click()
    await $('button=Faults').waitForExist({ timeout: 60_000 })
    await waitForNext()
  })

  it('leaves the stage and shows it again', async () => {
    await $('[data-testid="trainer-stage"]').click()
    await browser.switchToWindow(stage)
    await stagePicture().waitForExist({ reverse: true })
    await browser.switchToWindow(trainer)
    await $('[data-testid="trainer-stage"]').click()
    await browser.switchToWindow(stage)
    await stagePicture().waitForExist()
  })

  it('gives the stage its own controls back when it is closed', async () => {
    await browser.switchToWindow(trainer)
    await browser.closeWindow()
    await browser.switchToWindow(stage)
    await waitForWindows(1)
    await $('[data-testid="next-act"]').waitForExist()
    await browser.keys(Key.Escape)
    await stagePicture().waitForExist({ reverse: true })
  })
})

describe('from mark to mark', () => {
  it('the trainer’s window moves the player that the class sees', async () => {
    await browser.keys('s')
    await $('#simulation-seed').setValue('10')
    await $('#simulation-operations').setValue('1000')
    await $('form button[type="submit"]').click()
    await $('[data-testid="verdict"]').waitForExist({ timeout: 120_000 })
    await $('button=Live lab').click()
    await openedLab()
    await browser.keys('p')
    await stagePicture().waitForExist()
    await browser.keys('t')
    await waitForWindows(2)
    const handles = await browser.getWindowHandles()
    await browser.switchToWindow(
      present(
        handles.find((handle) => handle !== stage),
        'the second window',
      ),
    )
    const mark = () => $('[data-testid="mark-now"]').getText()
    await browser.waitUntil(async () => (await $('[data-testid="mark-now"]').isExisting()) && (await mark()) !== '')
    const first = await mark()
    await $('[data-testid="mark-after"]').click()
    await browser.waitUntil(async () => (await mark()) !== first)
    await $('[data-testid="mark-before"]').click()
    await browser.waitUntil(async () => (await mark()) === first)
    await takePicture('trainer-marks')
    await browser.closeWindow()
    await browser.switchToWindow(stage)
  })
})
