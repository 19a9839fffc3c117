/** What the outage meter says is what the host went through, and names the cause. */
import { lostBlocks, openedLab, openPanel, startWorkload, takePictures, waitForState } from './lab-window'

/** For so long after a cause, an outage that begins is named after it (snapshot/outage-causes), and some more. */
const ECHO_MS = 2000

const textOf = (testId: string): Promise<string> => $(`[data-testid="${testId}"]`).getText()

async function outageMs(): Promise<number> {
  return Number.parseFloat((await textOf('outage')).replaceAll(',', ''))
}

async function untilCause(cause: string): Promise<void> {
  await browser.waitUntil(
    async () => (await $('[data-testid="outage-cause"]').isExisting()) && (await textOf('outage-cause')).includes(cause),
    {
      timeout: 20_000,
      timeoutMsg: `the longest outage was not "${cause}"`,
    },
  )
}

describe('the outage meter', () => {
  before(openedLab)

  it('measures nothing without a workload, and says so', async () => {
    if (await $('button=Stop').isExisting()) await $('button=Stop').click()
    await browser.waitUntil(async () => (await textOf('outage-now')) === 'Not measured: no workload runs.')
    expect(await textOf('serving')).toContain('A serves')
    expect(await textOf('lost')).not.toContain('0 lost')
  })

  it('names the crash, and forgets it at a reset', async () => {
    await startWorkload()
    await $('aria/Kill controller A').click()
    await untilCause('A crashed')
    await waitForState('Not redundant: B serves alone')
    // A wait that goes on at the reset counts after it. One that begins while the crash still echoes is rightly named after it.
    await browser.pause(ECHO_MS)
    await browser.waitUntil(async () => browser.execute(() => !/unanswered/.test(document.querySelector('.vitals')?.textContent ?? '')))
    await $('aria/Reset the outage meter').click()
    await untilCause('since the reset')
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
    // On a busy machine another wait may be longer than those of the giveback. What it may not be is the crash from before.
    expect(await textOf('outage-cause')).not.toContain('crashed')
    expect(await textOf('outage-cause')).toContain('since the reset')
  })

  it('says who is served by nobody while a controller hangs', async () => {
    await $('aria/Hang controller A').click()
    // Read at one moment: it does not take a second until somebody does.
    const header = (): Promise<string[]> =>
      browser.execute(() =>
        ['serving', 'array-state'].map((id) => document.querySelector<HTMLElement>(`[data-testid="${id}"]`)?.innerText ?? ''),
      )
    let state = ''
    const isServedByNobody = async (): Promise<boolean> => {
      const [serving = '', array = ''] = await header()
      state = array
      return serving.includes('Nobody serves')
    }
    await browser.waitUntil(isServedByNobody, { interval: 50 })
    expect(state).not.toContain('serves alone')
    await untilCause('A hung')
    await waitForState('Not redundant: B serves alone')
    expect(await outageMs()).toBeGreaterThan(500)
  })

  it('counts up while both are down, until one serves again', async () => {
    await $('aria/Kill controller B').click()
    await waitForState('Neither controller serves')
    await browser.waitUntil(async () => /LUNs? \d(, \d)* unanswered/.test(await textOf('outage-now')))
    const before = await outageMs()
    await browser.pause(3000)
    expect((await outageMs()) - before).toBeGreaterThan(2500)
    await takePictures('outage-both-down')
    await $('aria/Restart controller B').click()
    await browser.waitUntil(async () => !(await $('[data-testid="outage-now"]').isExisting()), { timeout: 20_000 })
    expect(await textOf('outage-cause')).toContain('both controllers out')
    expect(await outageMs()).toBeGreaterThan(3000)
    expect(await lostBlocks()).toBe(0)
    await takePictures('outage-over')
  })

  it('gives times of day where they are chosen, and says which times they are', async () => {
    await openPanel('Events')
    const count = $('.events [role="status"]')
    expect(await count.getText()).toContain('times since the start')
    await $('button=View').click()
    await $('button=Time of day').click()
    await browser.keys('Escape')
    await browser.waitUntil(async () => (await count.getText()).includes('times of day'))
    await openPanel('Takeovers')
    expect(await $('.takeovers').getText()).toMatch(/Started at \d\d:\d\d:\d\d\.\d{3}\./)
    await takePictures('times-of-day')
  })
})
