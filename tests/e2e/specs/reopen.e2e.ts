import { openedLab, openPanel, sendServiceRequest, takePictures, waitForState } from './lab-window'

/** A page is loaded again; a window is closed, which ends the application, and opened again on the same folder. */
async function reopen(): Promise<void> {
  if (process.env['E2E_HOST'] === 'electron') await browser.reloadSession()
  else await browser.refresh()
  await openedLab()
}

describe('reopening', () => {
  before(openedLab)

  it('finds the lab as it was', async () => {
    await openPanel('Service requests')
    await $('#service-request').selectByAttribute('value', 'create-volume')
    await $('#parameter-name').setValue('charlie')
    await $('#parameter-group').setValue('r5')
    await $('#parameter-megabytes').setValue('16')
    await $('button=Send to A').click()
    await $('//*[name()="text"][contains(., "charlie")]').waitForExist()

    await reopen()
    await $('//*[name()="text"][contains(., "charlie")]').waitForExist()
    expect(await sendServiceRequest('B', 'list-volumes')).toContain('served by B')
    expect(await $('section[aria-label="Answer"]').getText()).toContain('charlie')
    await takePictures('reopened')
  })

  it('finds a takeover that happened while the page was loaded again', async () => {
    await openPanel('Takeovers')
    await $('aria/Kill controller A').click()
    await (process.env['E2E_HOST'] === 'electron' ? browser.execute(() => location.reload()) : browser.refresh())
    await $('[data-testid="array-state"]').waitForExist({ timeout: 30_000 })
    await waitForState('Not redundant: B serves alone')
    await $('h2=B takes over from A').waitForExist()
    const phases = await $$('section ol li strong').map((phase) => phase.getText())
    expect(phases).toEqual(['detect', 'fence', 'claim', 'replay', 'adopt', 'serve'])
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
    expect(await sendServiceRequest('A', 'get-array-status')).toContain('served by A')
  })
})
