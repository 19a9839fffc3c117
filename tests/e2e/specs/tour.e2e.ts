/** The guided tour: by keyboard from its first step into the exercises, and ended where one likes. */
import { Key } from 'webdriverio'
import { TOUR_STEPS } from '../../../src-renderer/model/tour-steps'
import { violations } from '../axe'
import { takePicture } from '../pictures'
import { atSizes, waitForState, type WindowSize } from './lab-window'
import { chooseLanguage, WORDS } from './walk'

const SIZES: readonly WindowSize[] = [
  { width: 960, height: 700 },
  { width: 1280, height: 800 },
]
const { tour } = WORDS.en

const title = () => $('.tour .driver-popover-title')

/** The step is shown, its button has the focus, and the library listens again: it does from the next frame on. */
async function atStep(name: (typeof TOUR_STEPS)[number]['name'], words = tour): Promise<void> {
  await browser.waitUntil(async () => (await title().isExisting()) && (await title().getText()) === words[name].title, {
    timeoutMsg: `the tour did not come to “${words[name].title}”`,
  })
  await browser.waitUntil(() => browser.execute(() => document.activeElement?.classList.contains('driver-popover-next-btn') === true))
  await browser.executeAsync((done: () => void) => requestAnimationFrame(() => requestAnimationFrame(() => done())))
}

async function focusedText(): Promise<string> {
  return browser.execute(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '')
}

async function isOver(): Promise<void> {
  await title().waitForExist({ reverse: true })
  await $('.driver-overlay').waitForExist({ reverse: true })
}

/** The card lies inside the window, and beside what it speaks of wherever there is room. */
async function cardIsInside(): Promise<boolean> {
  return browser.execute(() => {
    const box = document.querySelector('.tour')?.getBoundingClientRect()
    return box !== undefined && box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight
  })
}

/** Colours fade from one theme to the other. */
async function inTheme(theme: string): Promise<void> {
  await browser.execute((to: string) => (document.documentElement.dataset['theme'] = to), theme)
  await browser.waitUntil(() => browser.execute(() => !document.getAnimations().some((animation) => animation instanceof CSSTransition)))
}

describe('the guided tour', () => {
  const refused: string[] = []

  before(async () => {
    await $('[data-testid="array-state"]').waitForExist({ timeout: 30_000 })
    await waitForState('Redundant')
    await browser.execute(() => {
      const page = window as unknown as { refused?: string[] }
      const told: string[] = (page.refused = [])
      document.addEventListener('securitypolicyviolation', (event) => told.push(`${event.violatedDirective}: ${event.blockedURI}`))
    })
  })

  it('is ended by Escape at any step, and gives the focus back', async () => {
    await $(`button=${tour.take}`).click()
    await atStep('pair')
    await browser.keys(Key.ArrowRight)
    await atStep('host')
    await browser.keys(Key.Escape)
    await isOver()
    expect(await focusedText()).toBe(tour.take)
  })

  it('keeps the focus, and its keys do nothing else', async () => {
    await browser.keys(Key.Enter)
    await atStep('pair')
    const names: string[] = []
    for (let presses = 0; presses < 4; presses++) {
      await browser.keys(Key.Tab)
      names.push(await focusedText())
    }
    expect(names).toEqual([tour.close, tour.next, tour.close, tour.next])
    await browser.keys('s')
    await atStep('pair')
    await browser.keys(Key.ArrowRight)
    await atStep('host')
    await browser.keys(Key.ArrowLeft)
    await atStep('pair')
    await browser.keys(Key.Escape)
    await isOver()
  })

  it('starts from the help, too, and goes back to its button', async () => {
    await $(`button[aria-label="${WORDS.en.header.help}"]`).click()
    await $('.dialog.help').waitForExist()
    await $('.dialog.help').$(`button=${tour.take}`).click()
    await atStep('pair')
    await $(`button[aria-label="${tour.close}"]`).click()
    await isOver()
    expect(await focusedText()).toBe(WORDS.en.header.help)
  })

  it('shows six things, of which axe finds nothing wrong in either theme, in either language', async () => {
    const found = new Set<string>()
    for (const language of ['de', 'en'] as const) {
      await chooseLanguage(language)
      const words: typeof tour = WORDS[language].tour
      await $(`button=${words.take}`).click()
      for (const [index, { name }] of TOUR_STEPS.entries()) {
        await atStep(name, words)
        await atSizes(SIZES, async ({ width, height }) => {
          if (!(await cardIsInside())) found.add(`${name}, ${language}, ${width}x${height}: the card is not inside the window`)
          for (const theme of ['light', 'dark']) {
            await inTheme(theme)
            await takePicture(`tour-${index + 1}-${name}-${language}-${theme}-${width}x${height}`)
            for (const line of await violations()) found.add(`${name}, ${language}, ${theme}: ${line}`)
          }
        })
        if (index + 1 < TOUR_STEPS.length) await browser.keys(Key.ArrowRight)
      }
      await browser.keys(Key.Escape)
      await isOver()
    }
    expect([...found]).toEqual([])
  })

  it('lets A be killed at the step that speaks of it', async () => {
    await $(`button=${tour.take}`).click()
    await atStep('pair')
    await browser.keys(Key.ArrowRight)
    await atStep('host')
    await browser.keys(Key.ArrowRight)
    await atStep('kill')
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant: B serves alone')
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
    await browser.keys(Key.Escape)
    await isOver()
  })

  it('ends in the exercises', async () => {
    await $(`button=${tour.take}`).click()
    for (const { name } of TOUR_STEPS) {
      await atStep(name)
      await browser.keys(name === 'exercises' ? Key.Enter : Key.ArrowRight)
    }
    await $('#learner-name').waitForExist()
    await isOver()
    await browser.waitUntil(() => browser.execute(() => document.activeElement?.id === 'learner-name'))
    await $('[data-exercise="first-steps"]').waitForExist()
  })

  it('broke no rule of the page’s policy', async () => {
    refused.push(...(await browser.execute(() => (window as unknown as { refused?: string[] }).refused ?? ['nobody listened'])))
    expect(refused).toEqual([])
  })
})
