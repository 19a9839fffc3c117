/** An exercise about a recording: played to its end, asked about, and answered from it alone. */
import { beforeList, cardOf, choose, inPhase, sendReplies, takePictures, verdict } from './exercise-view'
import { openedLab } from './lab-window'
import { chooseLanguage } from './walk'

const EXERCISE = 'diagnose-an-outage'

const card = () => cardOf(EXERCISE)
const play = () => $('[data-testid="exercise-play"]')

/** Finds the first event of that kind in the list, and names it. False if there is none. */
async function name(question: string, kind: string): Promise<boolean> {
  const search = $('input[type="search"]')
  await search.setValue(kind)
  await browser.pause(500)
  if (!(await $('[role="option"]').isExisting())) return false
  await $('[role="option"]').click()
  const take = $(`[data-question="${question}"]`).$('button=Take the selected event')
  await take.waitForEnabled()
  await take.click()
  return true
}

async function drawGap(): Promise<void> {
  await browser.execute(() => document.querySelector<HTMLElement>('[data-question="gap"] [role="slider"]:last-of-type')?.focus())
  await browser.keys(['ArrowRight', 'ArrowRight'])
}

describe('an exercise about a recording', () => {
  before(async () => {
    await openedLab()
    await beforeList('Ada', EXERCISE)
  })

  it('says in the list what it is about, and shows nothing before the prediction', async () => {
    expect(await card().getText()).toContain('from a recording')
    await card().$('button').click()
    await inPhase('What do you think will happen?')
    expect(await $('.work').getText()).toContain('Then the recording is opened.')
    await takePictures('recorded-exercise-predict')
  })

  it('plays the recording, in which nothing can be done', async () => {
    await choose('likely', 'hang')
    await sendReplies()
    await inPhase('See what happened')
    await play().waitForEnabled({ timeout: 60_000 })
    expect(await $('ul[aria-label="What you may do"]').isExisting()).toBe(false)
    await takePictures('recorded-exercise-run')
    await play().click()
    await browser.pause(1500)
    await $('[data-testid="exercise-finish"]').click()
    await inPhase('What happened, and why?')
  })

  it('is diagnosed from the recording alone', async () => {
    await $('input[type="search"]').waitForExist({ timeout: 30_000 })
    await takePictures('recorded-exercise-explain')
    const hung = await name('cause', 'midplane.controller-hung')
    if (!hung) expect(await name('cause', 'midplane.controller-killed')).toBe(true)
    expect(await name('decided', 'takeover.detected')).toBe(true)
    await choose('what', hung ? 'hang' : 'kill')
    await choose('waited', hung ? 'silence' : 'drives')
    // Where it began is not what this test is about.
    await drawGap()
    await browser.waitUntil(async () => /does not answer for 20 ms, from 00:/.test(await $('[data-question="gap"]').getText()))
    await takePictures('recorded-exercise-answered')
    await sendReplies()
    await verdict().waitForExist({ timeout: 60_000 })
    const values = await $$('[data-check]').map(async (one) => [await one.getAttribute('data-check'), await one.getAttribute('data-value')])
    expect(Object.fromEntries(values as [string, string][])).toMatchObject({
      ...{ 'gap-found': 'false', 'cause-chosen': 'true', 'cause-named': 'true', 'decision-named': 'true', 'waited-for': 'true' },
      'likely-predicted': String(hung),
    })
    await takePictures('recorded-exercise-graded')
  })

  it('is told in German from one moment to the next', async () => {
    await chooseLanguage('de')
    expect(await verdict().getText()).toMatch(/^Noch nicht bestanden/)
    // The exercise itself is read anew, in German.
    const message = $('[data-check="gap-found"]')
    await browser.waitUntil(async () => (await message.getText()).includes('Alpha hörte zu einer anderen Zeit auf'))
    await takePictures('recorded-exercise-german')
  })

  it('says in German why nobody can say whether a check is true', async () => {
    await $('button=Noch ein Versuch').click()
    await inPhase('Was, glaubst du, geschieht?')
    await choose('likely', 'drive')
    await sendReplies()
    await inPhase('Sieh, was geschah')
    await play().waitForEnabled({ timeout: 60_000 })
    await $('[data-testid="exercise-finish"]').click()
    await inPhase('Was ist geschehen, und warum?')
    await choose('what', 'cut')
    await choose('waited', 'drives')
    await drawGap()
    await sendReplies()
    await verdict().waitForExist({ timeout: 60_000 })
    expect(await $('[data-check="cause-named"] .why').getText()).toBe('Grund: zu „cause“ wurde nichts gesagt.')
    await takePictures('recorded-exercise-german-unknown')
    await chooseLanguage('en')
  })

  it('is watched again from its beginning', async () => {
    await $('[data-testid="watch-again"]').click()
    await $('button[aria-label="Pause"]').waitForExist({ timeout: 20_000 })
  })
})
