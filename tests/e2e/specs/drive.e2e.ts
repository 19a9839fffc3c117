import { statSync, truncateSync } from 'node:fs'
import { openedLab, startWorkload, takePictures, waitForState } from './lab-window'

/** Of the RAID-5 group. */
const DRIVE = 1

const drive = () => $(`button[aria-label^="Drive ${DRIVE}, "]`)
const details = () => $(`[role="dialog"][aria-label="Drive ${DRIVE}"]`)

async function openDetails(): Promise<void> {
  await drive().click()
  await details().waitForExist()
}

async function closeDetails(): Promise<void> {
  await browser.keys('Escape')
  await details().waitForExist({ reverse: true })
}

async function untilNamed(word: string): Promise<void> {
  await browser.waitUntil(async () => (await drive().getAttribute('aria-label'))?.includes(word) === true, {
    timeout: 60_000,
    timeoutMsg: `the drive was never said to be "${word}"`,
  })
}

describe('a drive', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
  })

  it('that fails says so in the picture, and what that means in its details', async () => {
    await openDetails()
    const file = await details().$('dd').getText()
    await closeDetails()
    const { size } = statSync(file)
    truncateSync(file, 0)
    await untilNamed('failed')
    await waitForState(`Degraded: drive ${DRIVE} has failed`)
    await openDetails()
    expect(await details().getText()).toMatch(/has gone on without it since generation \d+/)
    await expect(details().$('button=Rebuild')).toBeEnabled()
    await takePictures('drive-failed')
    await closeDetails()
    truncateSync(file, size)
  })

  it('is rebuilt at the press of a button', async () => {
    await openDetails()
    await details().$('button=Rebuild').click()
    await untilNamed('rebuilding')
    await waitForState(`Rebuilding drive ${DRIVE}`)
    await expect(details().$('progress')).toExist()
    expect(await details().getText()).toMatch(/\d+%, [\d,]+ of [\d,]+ stripes/)
    await takePictures('drive-rebuilding')
    await browser.waitUntil(async () => (await details().getText()).includes('in use'), {
      timeout: 120_000,
      timeoutMsg: 'the drive did not come into use again',
    })
    await closeDetails()
    await waitForState('Redundant')
  })
})
