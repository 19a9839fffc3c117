import { Key } from 'webdriverio'
import { present } from '../../../src-main/base/assert'
import { Playback } from '../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../src-main/simulator/playback/seed-stage'
import { atSizes, openedLab, type WindowSize } from './lab-window'
import { takePicture } from '../pictures'
import { eventNumber, openSeed, showView } from './simulation-view'

const OPERATIONS = 400
const SIZES: readonly WindowSize[] = [
  { width: 960, height: 700 },
  { width: 1280, height: 800 },
]
const { seed: SEED, number: NUMBER, event: EVENT, draws: DRAWS } = seedWithCrash()

/** The first world in which a crash, with nothing else before it, is followed by a takeover. */
function seedWithCrash(): { readonly seed: number; readonly number: number; readonly event: number; readonly draws: number } {
  for (let seed = 1; ; seed++) {
    const playback = new Playback(seedStage({ seed, operations: OPERATIONS }))
    playback.survey(() => true)
    const { takeovers = [], faults = [] } = playback.outline ?? {}
    const number = faults.findIndex(({ name, hits }) => name === 'crash' && hits.length > 0)
    const { event = 0, draws = 0 } = faults[number] ?? {}
    if (number >= 0 && takeovers.some((takeover) => takeover.event > event)) return { seed, number, event, draws }
  }
}

async function takePictures(name: string): Promise<void> {
  await atSizes(SIZES, ({ width, height }) => takePicture(`${name}-${width}x${height}`))
}

async function becomes(event: number): Promise<void> {
  await browser.waitUntil(async () => (await eventNumber()) === event, { timeoutMsg: `the event did not become ${event}` })
}

async function goToCrash(): Promise<void> {
  const rows = await $$('section[aria-label="Faults, takeovers and violations"] tr.fault').getElements()
  const row = present(rows[NUMBER], 'the row of the crash')
  await row.$('button').click()
  await becomes(EVENT)
}

const command = (): Promise<string> => $('form code.command').getText()
const side = (which: 'here' | 'there') => $(`[data-testid="divergence"] [data-side="${which}"]`)

describe('a fork, and its comparison with the original', () => {
  before(async () => {
    await openedLab()
    await browser.keys('s')
    await $('h2=No run is open').waitForExist()
    await openSeed(SEED, OPERATIONS)
  })

  it('is refused at the beginning, where no fault strikes yet, with a sentence', async () => {
    await $('button=Fork here').click()
    await expect($('.fork [role="alert"]')).toHaveText(/^A fork is possible while faults strike/)
    await takePictures('fork-refused')
    await browser.keys(Key.Escape)
    await $('.fork').waitForExist({ reverse: true })
  })

  it('leaves out the fault that the player stands at', async () => {
    await goToCrash()
    await $('button=Fork here').click()
    await expect($('[data-testid="fork-which"]')).toHaveText(/^Crash, controller [AB]/)
    await takePictures('fork-dialog')
    await $('button=Run the fork').click()
    const bar = $('[data-testid="fork-bar"]')
    await bar.waitForExist({ timeout: 120_000 })
    await expect(bar).toHaveText(new RegExp(`Fork of seed ${SEED}. without Crash`))
    await expect(bar).toHaveText(/It parted at/)
    await becomes(EVENT - 1)
    expect(await command()).toBe(`npm run sim -- --seed ${SEED} --operations ${OPERATIONS} --fork ${EVENT - 1}:without=${NUMBER}~${DRAWS}`)
    await takePictures('fork-opened')
  })

  it('is there again when the page is opened again', async () => {
    if (process.env['E2E_HOST'] === 'electron') {
      // Closing the only window ends the application: leaving the view and coming back is what there is.
      await showView('Live lab')
      await openedLab()
      await showView('Simulation')
    } else await browser.refresh()
    await $('[data-testid="fork-bar"]').waitForExist()
    expect(await eventNumber()).toBe(EVENT - 1)
  })

  it('shows where it parted from the original, in words, with both side by side', async () => {
    await $('button=Compare with the original').click()
    const note = $('[data-testid="divergence"]')
    await note.waitForExist({ timeout: 120_000 })
    await expect(note).toHaveText(/Both are the same, event by event, up to .*Then they part\./)
    await expect(side('there')).toHaveText(/is killed/)
    await expect($('[data-testid="compare-sums"] tr.differs')).toExist()
    await takePictures('compare-fork')
  })

  it('is looked at more closely by keyboard', async () => {
    const chart = $('[data-testid="compare-chart"]')
    await chart.click()
    const axis = () => chart.$('.axis').getText()
    const whole = await axis()
    for (let times = 0; times < 6; times++) await browser.keys('+')
    expect(await axis()).not.toBe(whole)
    await takePictures('compare-close')
    await browser.keys('0')
    expect(await axis()).toBe(whole)
  })

  it('has a light look', async () => {
    await $('button=View').click()
    await $('button=Light').click()
    await browser.keys(Key.Escape)
    await takePictures('compare-light')
    await $('button=Back to the player').click()
    await takePictures('fork-light')
    await $('button=View').click()
    await $('button=Dark').click()
    await browser.keys(Key.Escape)
    await $('button=Compare').click()
  })

  it('goes to that event in the other run, which comes into the player', async () => {
    const link = side('there').$('button')
    const event = Number((await link.getText()).replaceAll(/[^\d]/g, ''))
    expect(event).toBeGreaterThanOrEqual(EVENT)
    await link.click()
    await $('[data-testid="event"]').waitForExist()
    await becomes(event)
    await expect($('[data-testid="fork-bar"]')).not.toExist()
    expect(await command()).toBe(`npm run sim -- --seed ${SEED} --operations ${OPERATIONS}`)
  })

  it('has another fault instead, on the controller that is chosen, and a way back', async () => {
    await goToCrash()
    await $('button=Fork here').click()
    await $('[role="radio"][aria-label="Another fault instead of it"]').click()
    await $('#fork-fault').selectByAttribute('value', 'hang-for-good')
    await $('#fork-controller').selectByAttribute('value', 'b')
    await $('button=Run the fork').click()
    await $('[data-testid="fork-bar"]').waitForExist({ timeout: 120_000 })
    await expect($('[data-testid="fork-bar"]')).toHaveText(/Hang for good \(B\) instead of Crash/)
    await $('button=Back to the original').click()
    await $('[data-testid="fork-bar"]').waitForExist({ reverse: true, timeout: 120_000 })
    await $('[data-testid="event"]').waitForExist({ timeout: 120_000 })
    await becomes(EVENT - 1)
  })
})

describe('two seeds side by side', () => {
  it('are compared at their first faults, and may be aligned elsewhere', async () => {
    await $('button=Compare').click()
    await expect($('section[aria-label="Compare two runs"]')).toHaveText(/Choose a run to set beside this one/)
    await expect($('form[aria-label="Compare with"] button[type="submit"]')).toBeDisabled()
    await takePictures('compare-none')
    await $('[data-testid="compare-seed"]').setValue(String(SEED + 1))
    await $('form[aria-label="Compare with"] button[type="submit"]').click()
    const note = $('[data-testid="divergence"]')
    await note.waitForExist({ timeout: 120_000 })
    await takePictures('compare-seeds')
    const align = $('#compare-align-here')
    const options = await align.$$('option').getElements()
    const last = await present(options.at(-1), 'a mark').getAttribute('value')
    await align.selectByAttribute('value', present(last, 'its event'))
    await browser.waitUntil(async () => (await $('#compare-align-here').isExisting()) && (await align.getValue()) === last)
    await $('button=End the comparison').click()
    await note.waitForExist({ reverse: true })
    await $('button=Back to the player').click()
    await $('[data-testid="event"]').waitForExist()
  })
})
