import { statSync, truncateSync } from 'node:fs'
import { atSizes, openedLab, startWorkload, takePictures, waitForState } from './lab-window'

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

/** What could be clicked, or read in the legend, if no notice lay over it. */
async function coveredByNotices(): Promise<string[]> {
  return browser.execute(() => {
    const STEP_PX = 8
    const found = new Set<Element>()
    for (const { left, right, top, bottom } of [...document.querySelectorAll('.toast')].map((notice) => notice.getBoundingClientRect()))
      for (let x = left + 1; x < right; x += STEP_PX)
        for (let y = top + 1; y < bottom; y += STEP_PX)
          for (const element of document.elementsFromPoint(x, y))
            if (element.closest('.toast') === null && element.matches('button, select, input, a, .legend')) found.add(element)
    return [...found].map((element) => element.textContent)
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
    await $('.toast').waitForExist()
    await atSizes([{ width: 960, height: 700 }], async () => expect(await coveredByNotices()).toEqual([]))
    await waitForState(`Degraded: without drive ${DRIVE}`)
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

  it('is pulled and put back by a person, and a blank one takes its place when it is dead', async () => {
    await openDetails()
    await details().$('button=Pull').click()
    await untilNamed('pulled')
    expect(await details().getText()).toContain('It was pulled from its bay.')
    await takePictures('drive-pulled')
    await details().$('button=Put it back').click()
    await details().$('button=Let it die').waitForExist()
    await details().$('button=Let it die').click()
    await details().$('button=Replace it with a blank one').click()
    await browser.waitUntil(async () => (await details().getText()).includes('A blank drive is in its place. Rebuild it.'))
    await details().$('button=Rebuild').click()
    await browser.waitUntil(async () => (await details().getText()).includes('in use'), {
      timeout: 120_000,
      timeoutMsg: 'the blank drive did not come into use',
    })
    await closeDetails()
    await waitForState('Redundant')
  })
})
