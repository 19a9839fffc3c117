/** What has just happened in the live lab is watched again in the player. */
import { openedLab, openPanel, startWorkload, takePictures, waitForState } from './lab-window'
import { eventNumber, showView } from './simulation-view'

const narration = () => $('[data-testid="narration"]').getText()

async function told(sentence: string): Promise<void> {
  await browser.waitUntil(async () => (await narration()).includes(sentence), {
    timeout: 60_000,
    timeoutMsg: `"${sentence}" was not told`,
  })
}

describe('a takeover that is over', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant: B serves alone')
  })

  it('is watched again, 100 times slower, by the button of its notice', async () => {
    const again = $('button=Watch it again, 100 times slower')
    await again.waitForClickable()
    await again.click()
    await $('[data-testid="verdict"]').waitForExist({ timeout: 30_000 })
    await expect($('[data-testid="verdict"]')).toHaveText('No acknowledged write was found lost')
    // What was told before may be over by now, however slowly it is played: the next test goes back to it.
    await told('B serves hosts and service requests at both addresses')
    await takePictures('replay-over')
  })

  it('is gone through event by event, forward and back', async () => {
    await $('aria/Pause').click()
    await $('aria/Previous takeover').click()
    await told('B takes A for failed')
    await takePictures('replay')
    const event = await eventNumber()
    await $('aria/Back one event').click()
    await browser.waitUntil(async () => (await eventNumber()) === event - 1)
    await $('aria/Previous fault').click()
    await told('A is killed')
    await expect($('section[aria-label="Faults, takeovers and violations"] tr.fault')).toHaveText(expect.stringContaining('Crash'))
  })

  it('is gone through message by message, as the ports of both controllers saw it', async () => {
    await $('button=Flight recorder').click()
    const room = $('section[aria-label="What the ports saw"]')
    await browser.waitUntil(async () => (await room.getText()).includes('SCSI Command WRITE'), { timeoutMsg: 'no WRITE is listed' })
    await expect(room).toHaveText(expect.stringContaining('controller-a → drive-'))
    await takePictures('flight-recorder')
    const event = await eventNumber()
    for (let i = 0; i < 3; i++) await room.$('button=One on').click()
    await browser.waitUntil(async () => (await eventNumber()) >= event)
    await room.$('button=Claims and lines').click()
    await browser.waitUntil(async () => (await room.getText()).includes('Claim raised'), { timeoutMsg: 'no claim is listed' })
    await takePictures('flight-recorder-lines')
  })

  it('is found again in the list of recordings, and in the list of takeovers', async () => {
    await $('button=Close run').click()
    await $('section[aria-label="Recordings of this lab"] li button').waitForExist()
    await takePictures('recordings')
    await $('button=Keep').click()
    await $('button=Kept').waitForExist()
    await $('section[aria-label="Recordings of this lab"] li button').click()
    await $('[data-testid="verdict"]').waitForExist({ timeout: 30_000 })
    expect(await eventNumber()).toBe(0)
    await showView('Live lab')
    await openPanel('Takeovers')
    await $('button=Watch it again, 100 times slower').click()
    await $('[data-testid="verdict"]').waitForExist({ timeout: 30_000 })
    // It plays on meanwhile.
    await $('aria/Pause').click()
    await $('aria/Previous takeover').click()
    await told('B takes A for failed')
  })

  after(async () => {
    await showView('Live lab')
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
  })
})
