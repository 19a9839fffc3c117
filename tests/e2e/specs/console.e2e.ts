import { openedLab, openPanel, sendServiceRequest, waitForState } from './lab-window'

const answer = () => $('section[aria-label="Answer"]')
const history = () => $$('section[aria-label="Sent from this window"] li button')

/** The request whose answer is shown. */
const shownName = () => $('section[aria-label="Answer"] h2').getText()

describe('the console of service requests', () => {
  before(openedLab)

  it('asks how far a long request is, until it is done', async () => {
    await openPanel('Service requests')
    await $('#service-request').selectByAttribute('value', 'restart-controller')
    await $('#parameter-controller').selectByAttribute('value', 'b')
    await sendServiceRequest('A')
    const howFar = answer().$('button=Check progress')
    await howFar.waitForExist()
    await howFar.click()
    await browser.waitUntil(async () => (await shownName()) === 'get-operation')
    await browser.waitUntil(
      async () => {
        await browser.waitUntil(async () => !(await answer().$('[role="status"]').getText()).startsWith('Waiting'))
        const text = await answer().getText()
        if (/\bdone\b/.test(text)) return true
        if (await howFar.isExisting()) await howFar.click()
        else await answer().$('button=Send again').click()
        return false
      },
      { timeout: 60_000, timeoutMsg: 'the restart was never done' },
    )
    await waitForState('Redundant')
  })

  it('keeps what was sent and shows its answer again', async () => {
    await sendServiceRequest('A', 'list-volumes')
    await sendServiceRequest('B', 'list-drives')
    expect(await shownName()).toBe('list-drives')
    await history()[1]?.click()
    await browser.waitUntil(async () => (await shownName()) === 'list-volumes')
    expect(await history()[1]?.getAttribute('aria-current')).toBe('true')
    expect(await answer().getText()).toContain('alpha')
  })

  it('sends the same request again with its id: the first result comes back', async () => {
    await $('#service-request').selectByAttribute('value', 'create-volume')
    await $('#parameter-name').setValue('delta')
    await $('#parameter-group').setValue('r5')
    await $('#parameter-megabytes').setValue('4')
    await sendServiceRequest('A')
    const first = await answer().$('.tree').getText()
    await answer().$('button=Send again').click()
    await browser.waitUntil(
      async () => (await history().getElements()).length >= 2 && !(await answer().$('[role="status"]').getText()).startsWith('Waiting'),
    )
    expect(await answer().$('.tree').getText()).toBe(first)
    expect(await $$('//*[name()="g"][starts-with(@aria-label, "delta,")]').getElements()).toHaveLength(1)
  })

  it('shows an answer as it was sent', async () => {
    await answer().$('button=JSON').click()
    expect(await answer().$('pre').getText()).toContain('"receivedBy"')
    await answer().$('button=Table').click()
    await answer().$('pre').waitForExist({ reverse: true })
  })

  it('keeps every takeover and shows the one that is chosen', async () => {
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant: B serves alone')
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
    await openPanel('Takeovers')
    const takeovers = $$('nav[aria-label="Takeovers, newest first"] button')
    await browser.waitUntil(async () => (await takeovers.getElements()).length >= 2)
    await expect($('.takeovers h2')).toHaveText('B takes over from A')
    await takeovers[(await takeovers.getElements()).length - 1]?.click()
    await expect($('.takeovers h2')).toHaveText('A takes over from B')
  })
})
