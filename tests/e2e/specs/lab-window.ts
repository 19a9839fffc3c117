/** What the specs do in the window, by the names a person reads there. */
import { takePicture } from '../pictures'

export interface WindowSize {
  readonly width: number
  readonly height: number
}

const SIZES: readonly WindowSize[] = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]

export async function arrayState(): Promise<string> {
  return $('[data-testid="array-state"]').getText()
}

export async function waitForState(beginning: string): Promise<void> {
  await browser.waitUntil(async () => (await arrayState()).startsWith(beginning), {
    timeout: 30_000,
    timeoutMsg: `the state did not become "${beginning}"`,
  })
}

/** The window is there and both controllers serve; the hint for first-time users is put away. */
export async function openedLab(): Promise<void> {
  await $('[data-testid="array-state"]').waitForExist({ timeout: 30_000 })
  await waitForState('Redundant')
  const hide = $('button=Hide')
  if (await hide.isExisting()) await hide.click()
}

export async function openPanel(name: string): Promise<void> {
  const tab = $(`//*[@role="tab"][starts-with(normalize-space(.), "${name}")]`)
  await tab.click()
  await browser.waitUntil(async () => (await tab.getAttribute('data-state')) === 'active')
}

/** Sends the request that the console has chosen, and gives what it says of the answer. */
export async function sendServiceRequest(to: 'A' | 'B', name?: string): Promise<string> {
  await openPanel('Service requests')
  await $(`button=To ${to}`).click()
  if (name !== undefined) await $('#service-request').selectByAttribute('value', name)
  const before = await historyLength()
  await $(`button=Send to ${to}`).click()
  await browser.waitUntil(async () => (await historyLength()) > before)
  const status = $('section[aria-label="Answer"] [role="status"]')
  await browser.waitUntil(async () => !(await status.getText()).startsWith('Waiting'))
  return status.getText()
}

async function historyLength(): Promise<number> {
  return (await $$('section[aria-label="Sent from this window"] li').getElements()).length
}

export async function startWorkload(): Promise<void> {
  const start = $('button=Start workload')
  if (await start.isExisting()) await start.click()
  await browser.waitUntil(async () => (await requestsPerSecond()) > 0, { timeoutMsg: 'no request of the workload was answered' })
}

export async function requestsPerSecond(): Promise<number> {
  const text = await $('//aside//h3[text()="Requests"]/following-sibling::p').getText()
  return Number.parseInt(text.replaceAll(/[^\d]/g, ''), 10)
}

export async function lostBlocks(): Promise<number> {
  const [, lost = '0'] = /([\d,]+) (?:blocks? )?lost/.exec(await $('[data-testid="lost"]').getText()) ?? []
  return Number(lost.replaceAll(',', ''))
}

/** A figure of the ledger in the workload panel. */
export async function ledgerFigure(name: string): Promise<number> {
  const text = await $(`//dl//dt[starts-with(normalize-space(.), "${name}")]/following-sibling::dd`).getText()
  return Number(text.replaceAll(',', ''))
}

/** Pictures of what is shown, at both sizes the window is designed for. */
export async function takePictures(name: string): Promise<void> {
  await atSizes(SIZES, ({ width, height }) => takePicture(`${name}-${width}x${height}`))
}

/**
 * Does something in a window of each size, and then goes back to the size before. The page is told of a size a moment later: who clicked
 * at once would click where things were.
 */
export async function atSizes(sizes: readonly WindowSize[], look: (size: WindowSize) => Promise<void>): Promise<void> {
  const before = await windowWidth()
  for (const size of sizes) {
    await browser.sendCommand('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false })
    await untilLaidOut(size.width)
    await look(size)
  }
  await browser.sendCommand('Emulation.clearDeviceMetricsOverride', {})
  await untilLaidOut(before)
}

async function windowWidth(): Promise<number> {
  return browser.execute(() => window.innerWidth)
}

/** The page has this width, and has been drawn with it. */
async function untilLaidOut(width: number): Promise<void> {
  await browser.waitUntil(async () => (await windowWidth()) === width, {
    interval: 50,
    timeoutMsg: `the page did not become ${width} wide`,
  })
  await browser.execute(
    () =>
      new Promise<void>((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()))
      }),
  )
}

/**
 * Points at a thing until its explanation has these words. The thing may be moving, so another one is explained instead; whose card may
 * then cover the thing, so the pointer goes away first.
 */
export async function pointAt(selector: string, words: string): Promise<void> {
  const card = $('#explanation')
  await browser.waitUntil(
    async () => {
      await $('header h1').moveTo()
      await card.waitForExist({ reverse: true })
      await $(selector).moveTo()
      await card.waitForExist()
      return (await card.getText()).includes(words)
    },
    { timeoutMsg: `pointing at ${selector} did not bring “${words}”` },
  )
}
