import { openedLab, openPanel, sendServiceRequest, takePictures, waitForState } from './lab-window'

const answer = () => $('section[aria-label="Answer"]')
const dialog = () => $('[role="alertdialog"]')
const stage = () => $('section[aria-label="The array and its host"]')

async function askToDiscard(volume: string, megabytes: number): Promise<void> {
  await openPanel('Service requests')
  await $('button=To A').click()
  // Another request empties the fields.
  await $('#service-request').selectByAttribute('value', 'list-volumes')
  await $('#service-request').selectByAttribute('value', 'discard-held-writes')
  await $('#parameter-volume').setValue(volume)
  await $('#parameter-losingUpToMegabytes').setValue(String(megabytes))
  await $('button=Send to A').click()
  await dialog().waitForExist()
}

async function lose(): Promise<string> {
  await dialog().$('button=Discard writes').click()
  await dialog().waitForExist({ reverse: true })
  await browser.waitUntil(
    async () =>
      (await answer().$('h2').getText()) === 'discard-held-writes' &&
      !(await answer().$('[role="status"]').getText()).startsWith('Waiting'),
  )
  return answer().getText()
}

/** By JSON, as a person who wants to know exactly would look. */
async function holderIsOnRecord(): Promise<boolean> {
  await sendServiceRequest('B', 'list-volumes')
  await answer().$('button=JSON').click()
  return (await answer().$('pre').getText()).includes('"heldBy": "b"')
}

describe('writes that only a controller has that is away', () => {
  before(async () => {
    await openedLab()
    await openPanel('Service requests')
    await $('#service-request').selectByAttribute('value', 'set-cache-policy')
    await $('#parameter-policy').selectByAttribute('value', 'write-back-unmirrored')
    await sendServiceRequest('A')
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant: B serves alone')
    await browser.waitUntil(holderIsOnRecord, { timeoutMsg: 'B never noted that it alone may have what it acknowledges' })
    await $('aria/Kill controller B').click()
    await waitForState('Neither controller serves')
    await $('aria/Restart controller A').click()
    await waitForState('Not everything is served')
  })

  it('are waited for, and the picture says for whom', async () => {
    await expect(stage()).toHaveText(expect.stringContaining('alpha, bravo wait for it, because only its NVRAM has their newest writes'))
    await expect(stage()).toHaveText(expect.stringContaining('A serves its addresses'))
    expect(await stage().getText()).toMatch(/\b0 ?alpha\s+waits for B/)
    await takePictures('held-writes')
  })

  it('are not given up where one thinks better of it', async () => {
    await askToDiscard('alpha', 16)
    expect(await dialog().getText()).toContain('Discard held writes of volume “alpha”?')
    expect(await dialog().getText()).toContain('Up to 16 MiB')
    await takePictures('held-writes-confirm')
    await $('button=Cancel').click()
    await dialog().waitForExist({ reverse: true })
    expect(await answer().$('h2').getText()).not.toBe('discard-held-writes')
    await expect(stage()).toHaveText(expect.stringContaining('alpha, bravo wait for it'))
  })

  it('are not given up where the loss is named wrongly', async () => {
    await askToDiscard('alpha', 1)
    const text = await lose()
    expect(text).toContain('Refused: bad-parameter')
    expect(text).toContain('"losingUpToMegabytes": 16')
  })

  it('are given up where one means it: the volume is served again, the other one goes on waiting', async () => {
    await askToDiscard('alpha', 16)
    expect(await lose()).toContain('Sent to A, served by A.')
    await expect(stage()).toHaveText(expect.stringContaining('bravo waits for it, because only its NVRAM has the newest writes'))
    await $('//*[name()="g"][starts-with(@aria-label, "alpha,")][contains(@aria-label, "owner A")]').waitForExist()
    await takePictures('held-writes-given-up')
  })

  it('of the others are there again with their controller', async () => {
    await $('aria/Restart controller B').click()
    await waitForState('Redundant')
    expect(await stage().getText()).not.toContain('waits for')
  })
})
