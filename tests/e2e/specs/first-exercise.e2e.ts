/** A newcomer at the first exercise: by what is written there and nothing else, to its end, and what is looked at on the way. */
import { Key } from 'webdriverio'
import { takePicture } from '../pictures'
import { cardOf, comeAs, inPhase, sendReplies, takePictures, verdict } from './exercise-view'
import { openedLab } from './lab-window'
import { showView } from './simulation-view'

const EXERCISES_WITH_DRAWINGS = [
  ...['what-the-fence-is-for', 'the-mirror', 'write-hole', 'split-brain', 'dispatch-schemes', 'exactly-once', 'alua'],
] as const

async function inThemes(work: (theme: string) => Promise<void>): Promise<void> {
  for (const theme of ['light', 'dark']) {
    await browser.execute((to: string) => (document.documentElement.dataset['theme'] = to), theme)
    await work(theme)
  }
}

/** Each picture in the instructions, as it is drawn. */
async function drawings(): Promise<{ isDrawn: boolean; isInside: boolean; alt: string }[]> {
  return browser.execute(() => {
    const pane = document.querySelector('.pane')?.getBoundingClientRect()
    return [...document.querySelectorAll<HTMLImageElement>('.pane .prose img')].map((image) => {
      const box = image.getBoundingClientRect()
      return {
        isDrawn: image.complete && image.naturalWidth > 0 && box.width > 100,
        isInside: pane !== undefined && box.left >= pane.left && box.right <= pane.right,
        alt: image.alt,
      }
    })
  })
}

/** The list is long, and shows only what fits: it is searched as a person would. */
async function found(kind: string) {
  const field = $('input[placeholder^="Search kind"]')
  await field.click()
  await browser.keys([Key.Ctrl, 'a'])
  await field.addValue(kind)
  const row = $(`//*[@role="option"][contains(., "${kind}")]`)
  await row.waitForExist({ timeout: 30_000 })
  return row
}

/** The option of a question that says this. */
async function choose(question: string, beginning: string): Promise<void> {
  await $(`//*[@data-question="${question}"]//label[starts-with(normalize-space(.), "${beginning}")]`).click()
}

describe('the first exercise', () => {
  before(async () => {
    await openedLab()
    await showView('Exercises')
    await cardOf('first-steps').waitForExist({ timeout: 30_000 })
    await comeAs('Newcomer')
    await cardOf('first-steps').$('button').waitForEnabled()
  })

  it('says what it is about, and asks first', async () => {
    await cardOf('first-steps').$('button').click()
    await inPhase('What do you think will happen?')
    await takePictures('newcomer-predict')
    await choose('who', 'Controller ')
    await choose('lost', 'None')
    await sendReplies()
    await inPhase('Run it, and act')
    await $('[data-testid="exercise-play"]').waitForEnabled({ timeout: 60_000 })
    expect(await $('[data-testid="narration"]').getText()).toBe('')
    await takePictures('newcomer-run')
  })

  it('is killed at a time that is the same in both lists', async () => {
    await $('[data-testid="exercise-play"]').click()
    await browser.pause(1500)
    await $('ul[aria-label="What you may do"] button').click()
    await $('ol[aria-label="What you did"] li').waitForExist({ timeout: 60_000 })
    const act = await $('ol[aria-label="What you did"] li').getText()
    await $('[data-testid="exercise-finish"]').waitForEnabled({ timeout: 60_000 })
    await takePictures('newcomer-killed')
    await $('[data-testid="exercise-finish"]').click()
    await inPhase('What happened, and why?')
    const time = act.split(' ')[0] ?? ''
    expect(await (await found('midplane.controller-killed')).getText()).toContain(time.slice(0, '00:00.000'.length))
  })

  it('can be watched again while its question is answered, and shows its drawing in both themes', async () => {
    await takePictures('newcomer-explain')
    await $('[data-testid="watch-again"]').waitForEnabled({ timeout: 30_000 })
    await $('[data-testid="watch-again"]').click()
    await browser.waitUntil(async () => (await $('button=Pause').isExisting()) || (await $('[aria-label="Pause"]').isExisting()))
    await inPhase('What happened, and why?')
    await inThemes(async (theme) => {
      const drawn = await drawings()
      expect(drawn).toMatchObject([{ isDrawn: true, isInside: true }])
      expect(drawn[0]?.alt).toContain('Before and after')
      await $('.pane .prose img').scrollIntoView()
      await takePicture(`newcomer-drawing-${theme}`)
    })
  })

  it('is passed by naming the event that the text names', async () => {
    await (await found('takeover.serving')).click()
    await $('button=Take the selected event').click()
    await sendReplies()
    await inPhase('Result')
    await verdict().waitForExist({ timeout: 60_000 })
    expect(await verdict().getText()).toContain('Passed')
    await takePictures('newcomer-passed')
    await $('button=All exercises').click()
    await cardOf('first-steps').waitForExist()
    expect(await cardOf('first-steps').getAttribute('data-state')).toBe('passed')
  })

  it('and the others with drawings show them in both themes', async () => {
    for (const id of EXERCISES_WITH_DRAWINGS) {
      await cardOf(id).$('button').click()
      await inPhase('What do you think will happen?')
      await inThemes(async (theme) => {
        for (const { isDrawn, isInside } of await drawings())
          expect({ id, isDrawn, isInside }).toEqual({ id, isDrawn: true, isInside: true })
        if (await $('.pane .prose img').isExisting()) {
          await $('.pane .prose img').scrollIntoView()
          await takePicture(`drawing-${id}-${theme}`)
        }
      })
      await $('button=All exercises').click()
      await cardOf(id).waitForExist()
    }
  })

  it('and one about service requests sends what was typed', async () => {
    await cardOf('both-controllers-answer').$('button').click()
    await inPhase('What do you think will happen?')
    await choose('who-serves', 'Controller B')
    await choose('dead-address', 'Controller B')
    await sendReplies()
    await inPhase('Run it, and act')
    await $('[data-testid="exercise-play"]').waitForEnabled({ timeout: 60_000 })
    await $('[data-testid="exercise-play"]').click()
    const renames = $('//ul[@aria-label="What you may do"]/li[button[contains(., "rename-volume")]]')
    await renames.$('.//label[span="volume"]/input').setValue('bravo')
    await renames.$('.//label[span="name"]/input').setValue('north')
    await takePictures('newcomer-request')
    await renames.$('button').click()
    const done = $('ol[aria-label="What you did"] li')
    await done.waitForExist({ timeout: 60_000 })
    expect(await done.getText()).toContain('rename-volume (r1) to A')
    await $('[data-testid="exercise-finish"]').waitForEnabled({ timeout: 60_000 })
    await $('[data-testid="exercise-finish"]').click()
    await inPhase('What happened, and why?')
    expect(await (await found('service.served')).getText()).toContain('name rename-volume, outcome good')
    await $('button=All exercises').click()
    await cardOf('both-controllers-answer').waitForExist()
  })

  it('lets its learner go, once asked', async () => {
    await $('button=Remove…').click()
    await $('[role="alertdialog"]').waitForExist()
    await takePicture('newcomer-remove')
    await $('button=Remove for good').click()
    await browser.waitUntil(async () => (await $('#learner-name').getValue()) === '')
    expect(await cardOf('first-steps').getAttribute('data-state')).toBe('new')
  })
})
