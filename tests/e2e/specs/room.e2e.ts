import { Key } from 'webdriverio'
import { takePicture } from '../pictures'
import { atSizes, openedLab, openPanel, startWorkload, waitForState } from './lab-window'
import { chooseLanguage } from './walk'

const SIZES = [
  { width: 960, height: 700 },
  { width: 1920, height: 1080 },
]
const HEADER_SIZES = [960, 1100, 1280, 1366, 1400, 1920].map((width) => ({ width, height: 800 }))
/** Of the window's height, in percent: what can be read from the last row. */
const SMALLEST_LETTERS = 2.5

const presenter = () => $('[data-testid="presenter"]')
const line = () => $('[data-testid="presenter-line"]').getText()
const figure = (name: 'gap' | 'lost' | 'serves') => $(`[data-testid="presenter-${name}"]`).getText()
const nextAct = () => $('[data-testid="next-act"]').getText()
const whole = () => $('[data-testid="whole"]')

/** Words in smaller letters than that, with their size in percent of the window's height. */
async function smallWords(percent: number): Promise<string[]> {
  return browser.execute((least: number) => {
    const hasWords = (element: Element): boolean =>
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '')
    // Of letters in a picture, neither their boxes nor checkVisibility say the same in both browsers.
    const isDrawn = (element: Element | null): boolean =>
      element === null || (getComputedStyle(element).display !== 'none' && isDrawn(element.parentElement))
    const isSeen = (element: Element): boolean =>
      element.tagName !== 'title' &&
      element.closest('.visually-hidden') === null &&
      getComputedStyle(element).visibility !== 'hidden' &&
      isDrawn(element)
    const scaleOf = (element: Element): number => {
      const drawn = element.closest('svg text, svg tspan, svg foreignObject')
      const matrix = drawn instanceof SVGGraphicsElement ? drawn.getScreenCTM() : null
      return matrix === null ? 1 : Math.hypot(matrix.a, matrix.b)
    }
    return [...document.querySelectorAll('[data-testid="presenter"] *')]
      .filter((element) => hasWords(element) && isSeen(element))
      .map((element) => ({ element, size: (Number.parseFloat(getComputedStyle(element).fontSize) * scaleOf(element) * 100) / innerHeight }))
      .filter(({ size }) => size < least)
      .map(({ element, size }) => `${element.textContent.trim().slice(0, 30)}: ${size.toFixed(2)} %`)
  }, percent)
}

/** What presenter mode shows has to be on the screen: in a room, nobody scrolls. */
async function beyondTheEdge(): Promise<string[]> {
  return browser.execute(() => {
    const parts = [...document.querySelectorAll('[data-testid="presenter"], [data-testid="presenter"] :is(button, dd, svg)')]
    const isOut = (element: Element): boolean => {
      const { right, bottom } = element.getBoundingClientRect()
      return right > innerWidth + 1 || bottom > innerHeight + 1
    }
    const { scrollWidth, scrollHeight } = document.documentElement
    const scrolls = scrollWidth > innerWidth || scrollHeight > innerHeight
    return [
      ...(scrolls ? ['the page scrolls'] : []),
      ...parts.filter(isOut).map((part) => `${part.tagName} ${part.textContent}`.slice(0, 60)),
    ]
  })
}

describe('in a room', () => {
  before(openedLab)

  it('P shows the pair, a line and three figures, in letters for the last row', async () => {
    await startWorkload()
    await browser.keys('p')
    await presenter().waitForExist()
    await expect($('[role="tablist"]')).not.toExist()
    expect(await figure('serves')).toBe('A and B')
    await browser.waitUntil(async () => (await line()).startsWith('Both controllers serve'), { timeoutMsg: 'no line says what is so' })
    await atSizes(SIZES, async ({ width, height }) => {
      expect(await smallWords(SMALLEST_LETTERS)).toEqual([])
      expect(await beyondTheEdge()).toEqual([])
      await takePicture(`presenter-${width}x${height}`)
    })
  })

  it('Page Down goes through the acts, and the line says what happens', async () => {
    // The workload runs already.
    await browser.waitUntil(async () => (await nextAct()).includes('kill A'))
    await browser.keys(Key.PageDown)
    await browser.waitUntil(async () => (await line()).startsWith('A is killed'), { timeoutMsg: 'nobody says that A is killed' })
    await browser.waitUntil(async () => (await line()).includes('The takeover is complete'), { timeoutMsg: 'nobody says how it ended' })
    await browser.waitUntil(async () => (await figure('serves')) === 'B alone')
    expect(Number.parseFloat(await figure('gap'))).toBeGreaterThan(0)
    await atSizes(SIZES, async ({ width, height }) => {
      expect(await smallWords(SMALLEST_LETTERS)).toEqual([])
      await takePicture(`presenter-killed-${width}x${height}`)
    })
  })

  it('B blanks the screen and brings it back, L makes it light', async () => {
    await browser.keys('b')
    await $('[data-testid="blank"]').waitForExist()
    await browser.keys(Key.PageDown)
    await browser.keys('b')
    await $('[data-testid="blank"]').waitForExist({ reverse: true })
    expect(await nextAct()).toContain('restart A')
    const theme = () => browser.execute(() => document.documentElement.dataset['theme'])
    const before = await theme()
    await browser.keys('l')
    await browser.waitUntil(async () => (await theme()) !== before)
    await atSizes(SIZES, ({ width, height }) => takePicture(`presenter-light-${width}x${height}`))
    await browser.keys('l')
  })

  it('Page Up makes the lab whole and goes one act back, Escape leaves', async () => {
    await browser.keys(Key.PageUp)
    await browser.waitUntil(async () => (await figure('serves')) === 'A and B', { timeout: 60_000 })
    await browser.waitUntil(async () => (await whole().getText()).startsWith('Whole again'), { timeout: 60_000 })
    expect(await nextAct()).toContain('kill A')
    await browser.keys(Key.Escape)
    await presenter().waitForExist({ reverse: true })
    await expect($('[role="tablist"]')).toExist()
  })

  it('one click makes the lab whole, whatever was done to it, and says how far it is', async () => {
    await $('aria/Kill controller B').click()
    await waitForState('Not redundant: A serves alone')
    await $('aria/Cut the interconnect').click()
    await $('button=Whole again').click()
    await browser.waitUntil(async () => (await whole().getText()) !== '', { timeoutMsg: 'it does not say what it does' })
    await takePicture('making-whole')
    await browser.waitUntil(async () => (await whole().getText()).startsWith('Whole again'), { timeout: 60_000 })
    await waitForState('Redundant')
    await expect($('button=Whole again')).toBeDisabled()
  })

  it('asks before it replaces a dead drive', async () => {
    await $('button[aria-label^="Drive 0, "]').click()
    await $('button=Let it die').click()
    await browser.keys(Key.Escape)
    await browser.waitUntil(async () => $('button=Whole again').isEnabled())
    await $('button=Whole again').click()
    const dialog = $('[role="alertdialog"]')
    await expect(dialog).toHaveText(expect.stringContaining('Replace drive 0 with a blank one?'))
    await dialog.$('button=Make whole').click()
    await browser.waitUntil(async () => (await whole().getText()).startsWith('Whole again'), { timeout: 120_000 })
    await waitForState('Redundant')
  })

  it('shows no token before it is asked for', async () => {
    await $('button=Connect').click()
    const dialog = $('[role="dialog"]')
    await expect(dialog).toHaveText(expect.stringContaining('••••'))
    const hidden = await dialog.getText()
    await $('aria/Show the token').click()
    await browser.waitUntil(async () => !(await dialog.getText()).includes('••••'))
    expect((await dialog.getText()).length).toBeGreaterThan(hidden.length)
    await browser.keys(Key.Escape)
  })

  it('has sliders that do what the keyboard says, and say it with their unit', async () => {
    await openPanel('Workload')
    await browser.execute(() => document.querySelector<HTMLElement>('[role="slider"][aria-labelledby="workload-rate"]')?.focus())
    const rate = $('[role="slider"][aria-labelledby="workload-rate"]')
    await browser.keys(Key.Home)
    expect(await rate.getAttribute('aria-valuetext')).toBe('10 per second')
    await browser.waitUntil(
      async () =>
        Number.parseInt((await $('//aside//h3[text()="Requests"]/following-sibling::p').getText()).replaceAll(/\D/g, ''), 10) < 40,
      { timeoutMsg: 'the workload does not run at the rate that was chosen' },
    )
  })

  it('keeps the header in one row, with all its words, whatever it says', async () => {
    const look = () =>
      browser.execute(() => {
        const header = document.querySelector('.header')?.getBoundingClientRect() ?? new DOMRect()
        const isOut = (element: Element): boolean => {
          const { right, bottom } = element.getBoundingClientRect()
          return right > header.right || bottom > header.bottom
        }
        const isCut = ({ scrollHeight, clientHeight, scrollWidth, clientWidth }: Element): boolean =>
          scrollHeight > clientHeight + 2 || scrollWidth > clientWidth + 1
        return {
          height: header.height,
          out: [...document.querySelectorAll('.header button')].filter(isOut).map((element) => element.textContent),
          cut: [...document.querySelectorAll('.header .state-text')].filter(isCut).map((element) => element.textContent),
        }
      })
    const inOneRow = { height: 53, out: [], cut: [] }
    for (const language of ['en', 'de'] as const) {
      await chooseLanguage(language)
      await atSizes(HEADER_SIZES, async ({ width }) => {
        expect({ language, width, ...(await look()) }).toEqual({ language, width, ...inOneRow })
        await takePicture(`header-${language}-${width}`)
      })
    }
    await chooseLanguage('en')
    // Two drives are out: there is nothing longer to say.
    for (const drive of [1, 4]) {
      await $(`button[aria-label^="Drive ${drive}, "]`).click()
      await $('button=Pull').click()
      await browser.keys(Key.Escape)
      await $('.drive-details').waitForExist({ reverse: true })
    }
    await waitForState('Degraded: without drives 1, 4')
    await atSizes(HEADER_SIZES, async ({ width }) => {
      expect({ width, ...(await look()) }).toEqual({ width, ...inOneRow })
      await takePicture(`header-degraded-${width}`)
    })
    await browser.waitUntil(async () => $('button=Whole again').isEnabled())
    await $('button=Whole again').click()
    await waitForState('Redundant')
  })

  it('has a larger picture where the window is enlarged, and nothing beside the page', async () => {
    const pictureWidth = () => browser.execute(() => document.querySelector('.stage svg')?.getBoundingClientRect().width ?? 0)
    // At 200 percent, a window of 1280 by 800 has half as many pixels, each twice as large.
    const widths: number[] = []
    await atSizes([{ width: 1280, height: 800 }], async () => void widths.push(await pictureWidth()))
    await atSizes([{ width: 640, height: 400 }], async () => {
      widths.push(2 * (await pictureWidth()))
      const beyond = await browser.execute(() => ({
        scrolls: document.documentElement.scrollWidth > innerWidth,
        buttons: [...document.querySelectorAll('.header button, .whole button')]
          .filter((button) => button.getBoundingClientRect().right > innerWidth)
          .map(({ textContent }) => textContent),
      }))
      expect(beyond).toEqual({ scrolls: false, buttons: [] })
      await takePicture('enlarged')
    })
    expect(widths[1] ?? 0).toBeGreaterThan(1.15 * (widths[0] ?? Number.POSITIVE_INFINITY))
  })
})
