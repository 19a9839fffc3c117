import {
  ledgerFigure,
  lostBlocks,
  openedLab,
  openPanel,
  requestsPerSecond,
  sendServiceRequest,
  startWorkload,
  takePictures,
  waitForState,
} from './lab-window'

describe('takeover', () => {
  before(openedLab)

  it('starts with both controllers serving', async () => {
    await expect($('[data-testid="array-state"]')).toHaveText(expect.stringContaining('both controllers serve'))
    await browser.waitUntil(async () => (await $$('[aria-label*="mirror in step"]').getElements()).length === 2, {
      timeoutMsg: 'the mirrors are not in step',
    })
    await takePictures('idle')
  })

  it('answers a service request at A and one at B', async () => {
    expect(await sendServiceRequest('A')).toContain('Sent to A, served by A.')
    expect(await sendServiceRequest('B')).toContain('Sent to B, served by B.')
    await takePictures('service-request')
  })

  it('shows the way of a forwarded service request', async () => {
    await $('button=Forward to owner').click()
    await browser.waitUntil(async () => (await $('button=Forward to owner').getAttribute('aria-pressed')) === 'true')
    const answers = [await sendServiceRequest('A'), await sendServiceRequest('B')]
    expect(answers.filter((answer) => answer.includes('received by'))).toHaveLength(1)
    const stations = await $$('ol[aria-label="Route"] li').map((station) => station.getText())
    expect(stations[0]).toBe('Host')
    await $('button=Serve locally').click()
    await browser.waitUntil(async () => (await $('button=Serve locally').getAttribute('aria-pressed')) === 'true')
  })

  it('runs a workload', async () => {
    await startWorkload()
    await openPanel('Workload')
    await browser.waitUntil(async () => (await ledgerFigure('acknowledged')) > 100)
    await takePictures('workload')
  })

  it('takes over when A is killed', async () => {
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant: B serves alone')
    await openPanel('Takeovers')
    await $('h2=B takes over from A').waitForExist()
    await browser.waitUntil(async () => Number.parseFloat(await $('[data-testid="outage"]').getText()) > 0, {
      timeoutMsg: 'no outage figure',
    })
    const phases = await $$('section ol li strong').map((phase) => phase.getText())
    expect(phases).toEqual(['detect', 'fence', 'claim', 'replay', 'adopt', 'serve'])
    await expect($('section ol li:nth-child(4) .what')).toHaveText(
      expect.stringMatching(/of its mirrored log (is|are) written to the drives/),
    )
    await expect($('[aria-label*="mirror away"]')).toExist()
    const times = await $$('section ol li .ms').map((time) => time.getText())
    expect(times.every((time) => time.endsWith(' ms'))).toBe(true)
    await takePictures('taken-over')
  })

  it('serves at B what is sent to A', async () => {
    expect(await sendServiceRequest('A')).toContain('Sent to A, served by B.')
    await browser.waitUntil(async () => (await requestsPerSecond()) > 0)
  })

  it('has lost nothing', async () => {
    await openPanel('Workload')
    const readBack = $('button=Read back now')
    await readBack.waitForEnabled({ timeout: 30_000 })
    await readBack.click()
    await browser.waitUntil(async () => (await ledgerFigure('verified')) > 0 && (await readBack.isEnabled()), { timeout: 30_000 })
    expect(await ledgerFigure('lost')).toBe(0)
    expect(await lostBlocks()).toBe(0)
  })

  it('gives back after a restart', async () => {
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
    await openPanel('Takeovers')
    await $('p*=Given back at').waitForExist({ timeout: 30_000 })
    expect(await sendServiceRequest('A')).toContain('Sent to A, served by A.')
    expect(await lostBlocks()).toBe(0)
    await takePictures('given-back')
  })

  it('says of what a controller died when it was an error of its own', async () => {
    await $('aria/Make controller B panic').click()
    await waitForState('Not redundant: A serves alone')
    const stage = $('section[aria-label="The array and its host"]')
    await expect(stage).toHaveText(expect.stringContaining('panic asked for by the operator'))
    await expect($('//*[contains(., "Controller B died with an error")]')).toExist()
    await openPanel('Takeovers')
    await expect($('h2=A takes over from B')).toExist()
    await expect($('p*=B crashed.')).toExist()
    await openPanel('Events')
    await $('//label[contains(., "Kinds of events")]//select').selectByAttribute('value', 'takeover')
    // Only rows in view exist.
    await $('input[aria-label="Search kind, request, or data"]').setValue('panic asked')
    await $('//*[@role="option"][contains(., "midplane.controller-exited")][contains(., "panic asked for by the operator")]').waitForExist()
    await takePictures('panicked')
    await $('aria/Restart controller B').click()
    await waitForState('Redundant')
    expect(await lostBlocks()).toBe(0)
  })
})
