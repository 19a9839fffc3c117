/** The picture for those who cannot see it: as a table, and in sentences that are spoken; and without motion for those who ask for that. */
import { Key } from 'webdriverio'
import { atSizes, openedLab, startWorkload, waitForState } from './lab-window'
import { openSeed, showView } from './simulation-view'
import { takePicture } from '../pictures'

const cells = async (head: string): Promise<string> => $(`//table//tr[th[text()="${head}"]]`).getText()

async function openByKeyboard(): Promise<void> {
  await browser.execute(() => document.querySelector<HTMLElement>('.stage .to-table')?.focus())
  await browser.keys(Key.Enter)
  await browser.waitUntil(async () => (await browser.execute(() => document.activeElement?.id)) === 'pair-table', {
    timeoutMsg: 'the table did not get the focus',
  })
}

/** Whether anything is drawn over the picture. */
const isDrawn = (): Promise<boolean> =>
  browser.execute(() => {
    const canvas = document.querySelector('canvas')
    const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
    return pixels?.some((value) => value !== 0) === true
  })

const askForReducedMotion = (value: 'reduce' | 'no-preference'): Promise<unknown> =>
  browser.sendCommand('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value }] })

describe('the picture as a table', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
  })

  it('is gone to from the picture by keyboard', async () => {
    await openByKeyboard()
    expect(await cells('Controller A')).toContain('Serving')
    expect(await cells('alpha')).toMatch(/A, epoch \d+.*A: optimized, in use; B: non-optimized/)
    expect(await cells('Portal B')).toContain('served by B')
    await atSizes(
      [
        { width: 960, height: 700 },
        { width: 1280, height: 800 },
      ],
      ({ width }) => takePicture(`table-${width}`),
    )
  })

  it('follows what happens, which is also said, in no more sentences than can be spoken', async () => {
    await browser.execute(() => {
      const line = document.querySelector('[data-testid="spoken"]')
      const page = window as unknown as { said: string[] }
      page.said = []
      if (line === null) return
      new MutationObserver(() => page.said.push(line.textContent)).observe(line, { childList: true, characterData: true, subtree: true })
    })
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant: B serves alone')
    await browser.waitUntil(async () => (await cells('alpha')).includes('B, epoch'), { timeoutMsg: 'the table did not follow' })
    expect(await cells('Controller A')).toContain('Down')
    // The addresses follow a moment after the volumes.
    await browser.waitUntil(async () => (await cells('Portal A')).includes('served by B'), { timeoutMsg: 'the address did not follow' })
    await browser.pause(9000)
    const said = (await browser.execute(() => (window as unknown as { said: string[] }).said)).filter((sentence) => sentence !== '')
    expect(said[0]).toMatch(/^A is killed/)
    expect(said.join(' ')).toContain('The takeover is complete')
    expect(said.length).toBeLessThanOrEqual(4)
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
  })

  it('nothing moves from the moment that reduced motion is asked for, and it does again when that is over', async () => {
    await browser.waitUntil(isDrawn, { timeoutMsg: 'no request is drawn' })
    await askForReducedMotion('reduce')
    await browser.waitUntil(async () => !(await isDrawn()), { timeoutMsg: 'requests are still drawn' })
    await browser.pause(1000)
    expect(await isDrawn()).toBe(false)
    expect(await $('.legend').getText()).toContain('your system asks for reduced motion')
    await askForReducedMotion('no-preference')
    await browser.waitUntil(isDrawn, { timeoutMsg: 'no request is drawn any more' })
  })

  it('shows a run at its moment', async () => {
    await showView('Simulation')
    await openSeed(10, 1000)
    await openByKeyboard()
    expect(await cells('Controller A')).toContain('Starting')
    await $('aria/Next takeover').click()
    await browser.waitUntil(async () => /Down|Hung|Being reset/.test((await cells('Controller A')) + (await cells('Controller B'))), {
      timeoutMsg: 'the table does not show the moment of the takeover',
    })
    await takePicture('table-run')
  })
})
