import { drawSurprise } from '../../../src-main/lab/surprise-draw'
import { violations } from '../axe'
import { atSizes, openedLab, startWorkload, waitForState } from './lab-window'
import { takePicture } from '../pictures'

const SIZES = [
  { width: 960, height: 700 },
  { width: 1280, height: 800 },
] as const

const opener = () => $('//button[starts-with(normalize-space(.), "Faults")]')
const palette = () => $('[role="dialog"][aria-label="Faults"]')
const inForce = () => $('[data-testid="faults-in-force"]')
const named = (name: string) => palette().$(`button[aria-label="${name}"]`)

async function openPalette(): Promise<void> {
  await opener().click()
  await palette().waitForExist()
}

async function untilInForce(words: string): Promise<void> {
  await browser.waitUntil(async () => (await inForce().isExisting()) && (await inForce().getText()).includes(words), {
    timeoutMsg: `"${words}" was never in force`,
  })
}

async function untilNothingIsBroken(): Promise<void> {
  await browser.waitUntil(async () => (await palette().getText()).includes('Nothing is broken.'), {
    timeout: 60_000,
    timeoutMsg: 'something is still broken',
  })
}

describe('the palette of faults', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
  })

  it('strikes and ends faults around the controllers, and has no barrier', async () => {
    await openPalette()
    await untilNothingIsBroken()
    await named('Unplug the portal: A').click()
    await untilInForce('Portal of A unplugged')
    await named('Remove the NVRAM battery: B').click()
    await untilInForce('NVRAM of B without a battery')
    await palette().$('select#fault-link').selectByAttribute('value', '20')
    await untilInForce('Interconnect 20 ms slower')
    await named('Steal the management address: B').click()
    await untilInForce('Management address of B stolen')
    await expect(opener()).toHaveText('Faults: 4')
    expect(await violations()).toEqual([])
    await atSizes(SIZES, ({ width, height }) => takePicture(`faults-${width}x${height}`))
    await expect($('[data-testid="serving"]')).toHaveText(/Nobody serves[^]*portal of A/)
    await named('Portal of A unplugged: Plug in').click()
    await named('NVRAM of B without a battery: Put back').click()
    await named('Interconnect 20 ms slower: End it').click()
    await named('Management address of B stolen: Give back').click()
    await untilNothingIsBroken()
    await browser.keys('Escape')
    await waitForState('Redundant')
  })

  it('can be reached and left by the keyboard alone', async () => {
    await browser.execute(() => document.querySelector<HTMLElement>('.tools button:last-child')?.focus())
    await browser.keys('Enter')
    await palette().waitForExist()
    expect(await browser.execute(() => document.activeElement?.closest('[role="dialog"]') !== null)).toBe(true)
    await browser.keys('Escape')
    await palette().waitForExist({ reverse: true })
    expect(await browser.execute(() => document.activeElement?.textContent.trim())).toBe('Faults')
  })
})

describe('a surprise', () => {
  /** The first that draws a portal that is unplugged, in a lab of six drives. */
  const SEED = String(
    Array.from({ length: 1000 }, (_, seed) => seed).find((seed) => {
      const [first] = drawSurprise(seed, 6).faults
      return first?.command === 'unplug-portal' && first.parameters['controller'] === 'a'
    }),
  )

  it('is not named before it is revealed, in the palette or in the events, and Whole again ends it', async () => {
    await openPalette()
    await palette().$('input[aria-label="Seed of the surprise"]').setValue(SEED)
    await palette().$('button=Surprise me').click()
    const said = () => palette().$('[data-testid="surprise"]')
    await browser.waitUntil(async () => (await said().getText()).startsWith('Something has struck'), { timeout: 20_000 })
    expect(await said().getText()).toBe(`Something has struck. What? Seed ${SEED}.`)
    expect(await palette().getText()).toContain('Nothing that you have been told of.')
    await atSizes(SIZES, ({ width, height }) => takePicture(`surprise-${width}x${height}`))
    await palette().$('button=Reveal').click()
    await untilInForce('Portal of A unplugged')
    expect(await said().getText()).toBe(`It was: portal of A unplugged. Seed ${SEED}.`)
    await browser.keys('Escape')
    await $('button=Whole again').click()
    await openPalette()
    await untilNothingIsBroken()
    await browser.keys('Escape')
  })
})
