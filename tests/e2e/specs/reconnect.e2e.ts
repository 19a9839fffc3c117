import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../../support/lab-process'
import { projectDir } from '../wdio.base'
import { openedLab, sendServiceRequest, takePictures } from './lab-window'

const banner = () => $('[role="alert"]')

/** The desktop window ends with its lab; a page in a browser outlives it. */
if (process.env['E2E_HOST'] === 'chromium') {
  describe('a page whose lab ends', () => {
    let folder: string
    let lab: LabProcess

    async function start(httpPort: string): Promise<LabProcess> {
      const others = ANY_PORTS.filter((port) => !port.startsWith('--http'))
      return startLabProcess({
        command: [
          process.execPath,
          join(projectDir, 'out/main/serve.js'),
          `--lab=${folder}`,
          '--drive-mib=64',
          `--http=${httpPort}`,
          ...others,
        ],
      })
    }

    const open = () => browser.url(`${lab.ready.http}/#token=${lab.ready.token}`)
    const portOf = () => new URL(lab.ready.http).port
    const says = (sentence: string) =>
      browser.waitUntil(async () => (await banner().isExisting()) && (await banner().getText()).includes(sentence), {
        timeoutMsg: `the page never said: ${sentence}`,
      })

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'takeover-lab-reconnect-'))
      lab = await start('0')
      await open()
      await openedLab()
      await sendServiceRequest('A', 'list-volumes')
      await browser.execute(() => void Object.assign(window, { isTheSame: true }))
    })
    after(async () => {
      await lab.stop()
      rmSync(folder, { recursive: true })
    })

    it('says so when it is killed, and that what it shows is old', async () => {
      await lab.kill()
      await says('The connection to the lab is lost.')
      await expect($('[data-testid="array-state"]')).toHaveText(expect.stringContaining('Last known'))
      await expect($('button*=Send to A')).toBeDisabled()
      await takePictures('lab-lost')
    })

    it('says what to do when the lab is back with a new token, and then goes on without a reload', async () => {
      lab = await start(portOf())
      await says('The lab does not accept this page.')
      await says('Open the address that the lab printed')
      await takePictures('lab-started-again')
      await open()
      await banner().waitForExist({ reverse: true })
      await openedLab()
      expect(await browser.execute(() => 'isTheSame' in window)).toBe(true)
      expect(await browser.getUrl()).not.toContain('token')
      expect(await sendServiceRequest('A', 'list-volumes')).toContain('served by A')
    })

    it('says that it was closed when it ends in order', async () => {
      await lab.stop()
      await says('The lab was closed.')
      lab = await start(portOf())
      await says('The lab does not accept this page.')
      await open()
      await openedLab()
    })
  })
}
