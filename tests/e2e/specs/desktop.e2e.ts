import { spawn } from 'node:child_process'
import { openKeyboard, type Keyboard, type KeyName } from '../keyboard'
import { projectDir } from '../wdio.base'
import { arrayState, lostBlocks, openedLab, startWorkload, waitForState } from './lab-window'

/** A second start ends, and the first window goes on: one lab has one window. There is no such thing in a browser. */
if (process.env['E2E_HOST'] === 'electron') {
  describe('the desktop window, started twice', () => {
    before(openedLab)

    it('lets the second start end in peace and stays as it is', async () => {
      const folder = (browser.capabilities as { chrome?: { userDataDir?: string } }).chrome?.userDataDir ?? ''
      expect(folder).not.toBe('')
      const sandboxSwitches = process.getuid?.() === 0 ? ['--no-sandbox'] : []
      const second = spawn(
        process.env['TAKEOVER_LAB_ELECTRON'] ?? '',
        [...sandboxSwitches, `--user-data-dir=${folder}`, `--app=${projectDir}`, `--lab=${folder}/another-lab`],
        { stdio: 'ignore' },
      )
      const code = await new Promise((resolve) => second.once('exit', resolve))
      expect(code).toBe(0)
      expect(await browser.getWindowHandles()).toHaveLength(1)
      expect(await arrayState()).toContain('Redundant')
      expect(await browser.execute(() => document.visibilityState)).toBe('visible')
    })
  })
  describe('the shortcuts of its menu', () => {
    let keyboard: Keyboard

    before(async () => {
      keyboard = await openKeyboard()
      await openedLab()
    })
    after(() => keyboard.close())

    async function press(...keys: KeyName[]): Promise<void> {
      const at = await browser.execute(() => ({
        x: Math.round(window.screenX + window.outerWidth / 2),
        y: Math.round(window.screenY + window.outerHeight / 2),
      }))
      await keyboard.press(keys, at)
    }

    const pageWidth = (): Promise<number> => browser.execute(() => window.innerWidth)

    it('make the page larger and smaller, and as large as it was', async () => {
      const usual = await pageWidth()
      await press('control', '-')
      await browser.waitUntil(async () => (await pageWidth()) > usual, { timeoutMsg: 'the page did not become smaller' })
      await press('control', '0')
      await browser.waitUntil(async () => (await pageWidth()) === usual, { timeoutMsg: 'the page did not become as large as it was' })
      await press('control', '=')
      await browser.waitUntil(async () => (await pageWidth()) < usual, { timeoutMsg: 'the page did not become larger' })
      await press('control', '0')
      await browser.waitUntil(async () => (await pageWidth()) === usual)
    })

    it('do not load the page anew', async () => {
      await browser.execute(() => void Object.assign(window, { isTheSame: true }))
      await press('control', 'r')
      await press('F5')
      // What comes after them has happened: so have they.
      const usual = await pageWidth()
      await press('control', '-')
      await browser.waitUntil(async () => (await pageWidth()) > usual)
      await press('control', '0')
      expect(await browser.execute(() => 'isTheSame' in window)).toBe(true)
    })

    it('end the application in order: the lab is there again as it was', async () => {
      await startWorkload()
      await press('control', 'q')
      await browser.waitUntil(
        () =>
          browser.getWindowHandles().then(
            (handles) => handles.length === 0,
            () => true,
          ),
        { timeoutMsg: 'the application did not end' },
      )
      await browser.reloadSession()
      await openedLab()
      await waitForState('Redundant')
      expect(await lostBlocks()).toBe(0)
    })
  })
}
