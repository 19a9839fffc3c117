/** An exercise from its list to its result, passed and failed, by mouse and by keyboard. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { skeleton } from '../../../src-main/exercise/authoring/skeleton'
import { labFolder } from '../wdio.base'
import { cardOf, comeAs, inPhase, sendReplies, takePictures, verdict } from './exercise-view'
import { openedLab } from './lab-window'
import { showView } from './simulation-view'

const EXERCISE = 'tryout'

const card = () => cardOf(EXERCISE)

/** Puts an order right: each item up to its place. */
async function order(items: readonly string[]): Promise<void> {
  for (const [place, item] of items.entries()) {
    for (;;) {
      const shown = await $$('[data-question="order"] li').map((li) => li.getAttribute('data-item'))
      if (shown.indexOf(item) <= place) break
      await $(`[data-item="${item}"] button`).click()
    }
  }
}

describe('an exercise', () => {
  before(async () => {
    await openedLab()
    const folder = join(labFolder(), 'exercises', EXERCISE)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'exercise.md'), skeleton(EXERCISE))
    await showView('Exercises')
  })

  it('is in the list, and asks who does it', async () => {
    await card().waitForExist()
    expect(await card().getAttribute('data-state')).toBe('new')
    expect(await card().$('button').isEnabled()).toBe(false)
    await takePictures('exercises-list')
    for (const place of ['class', 'demos']) {
      const below = $(place === 'class' ? '[aria-label="Class"]' : '[data-demo]')
      expect(await below.isDisplayed({ withinViewport: true })).toBe(false)
      await $(`[data-testid="to-${place}"]`).click()
      await browser.waitUntil(() => below.isDisplayed({ withinViewport: true }))
      await $('#learner-name').scrollIntoView()
    }
    await comeAs('Ada')
    await card().$('button').waitForEnabled()
  })

  it('locks predictions before the run', async () => {
    await card().$('button').click()
    await inPhase('What do you think will happen?')
    await takePictures('exercise-predict')
    await order(['claimed', 'fenced', 'serving'])
    await sendReplies()
    await inPhase('Run it, and act')
    await $('[data-testid="exercise-play"]').waitForEnabled({ timeout: 60_000 })
    await takePictures('exercise-run')
  })

  it('lets its learner act at the moment that is shown, and is failed by a wrong prediction', async () => {
    await $('[data-testid="exercise-play"]').click()
    await $('ul[aria-label="What you may do"] button').click()
    await $('ol[aria-label="What you did"] li').waitForExist({ timeout: 60_000 })
    await $('[data-testid="exercise-finish"]').waitForEnabled({ timeout: 60_000 })
    await $('[data-testid="exercise-finish"]').click()
    await inPhase('Result')
    await verdict().waitForExist({ timeout: 60_000 })
    expect(await verdict().getText()).toContain('Not passed yet')
    expect(await $('[data-check="order-predicted"]').getAttribute('data-value')).toBe('false')
    expect(await $('[data-check="taken-over"]').getAttribute('data-value')).toBe('true')
    await takePictures('exercise-failed')
  })

  it('can be tried again, and passed', async () => {
    await $('button=Try again').click()
    await inPhase('What do you think will happen?')
    await order(['fenced', 'claimed', 'serving'])
    await sendReplies()
    await inPhase('Run it, and act')
    await $('[data-testid="exercise-play"]').waitForEnabled({ timeout: 60_000 })
    await $('ul[aria-label="What you may do"] button').click()
    await $('[data-testid="exercise-finish"]').waitForEnabled({ timeout: 60_000 })
    await $('[data-testid="exercise-finish"]').click()
    await verdict().waitForExist({ timeout: 60_000 })
    expect(await verdict().getText()).toContain('Passed')
    await takePictures('exercise-passed')
    await $('button=All exercises').click()
    await card().waitForExist()
    expect(await card().getAttribute('data-state')).toBe('passed')
    await takePictures('exercises-list-passed')
  })
})
