import { spawn } from 'node:child_process'
import { projectDir } from '../wdio.base'
import { arrayState, openedLab } from './lab-window'

/** A second start ends, and the first window goes on: one lab has one window. There is no such thing in a browser. */
if (process.env['E2E_HOST'] === 'electron') {
  describe('the desktop window, started twice', () => {
    before(openedLab)

    it('lets the second start end in peace and stays as it is', async () => {
      const folder = (browser.capabilities as { chrome?: { userDataDir?: string } }).chrome?.userDataDir ?? ''
      expect(folder).not.toBe('')
      const sandboxSwitches = process.getuid?.() === 0 ? ['--no-sandbox'] : []
      const second = spawn(process.env['TAKEOVER_LAB_ELECTRON'] ?? '', [...sandboxSwitches, `--user-data-dir=${folder}`, `--app=${projectDir}`, `--lab=${folder}/another-lab`], { stdio: 'ignore' })
      const code = await new Promise((resolve) => second.once('exit', resolve))
      expect(code).toBe(0)
      expect(await browser.getWindowHandles()).toHaveLength(1)
      expect(await arrayState()).toContain('Redundant')
      expect(await browser.execute(() => document.visibilityState)).toBe('visible')
    })
  })
}
