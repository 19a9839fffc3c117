/** A live exercise in the lab that runs: failed, passed, handed in, and graded anew. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { takePicture } from '../pictures'
import { labFolder } from '../wdio.base'
import { atSizes, openedLab, type WindowSize } from './lab-window'
import { showView } from './simulation-view'

const SIZES: readonly WindowSize[] = [
  { width: 960, height: 700 },
  { width: 1280, height: 800 },
]
const EXERCISE = 'live-takeover'

const phase = () => $('[data-testid="exercise-phase"]')
const card = () => $(`[data-exercise="${EXERCISE}"]`)
const verdict = () => $('[data-testid="exercise-verdict"]')
const whole = () => $('[data-testid="whole"]')
const acts = () => $('ul[aria-label="What you may do"]')
const done = () => $('[data-testid="live-try-end"]')

async function takePictures(name: string): Promise<void> {
  await atSizes(SIZES, ({ width, height }) => takePicture(`${name}-${width}x${height}`))
}

async function inPhase(heading: string): Promise<void> {
  await browser.waitUntil(async () => (await phase().isExisting()) && (await phase().getText()) === heading, {
    timeout: 60_000,
    timeoutMsg: `the phase did not become “${heading}”`,
  })
}

async function valueOf(check: string): Promise<string | null> {
  return $(`[data-check="${check}"]`).getAttribute('data-value')
}

async function predict(who: string, gap: string): Promise<void> {
  await inPhase('What do you think will happen?')
  await $(`[data-question="who-serves"] [value="${who}"]`).click()
  await $(`[data-question="gap"] [value="${gap}"]`).click()
  await $('[data-testid="send-replies"]').click()
  await inPhase('Run it, and act')
}

describe('a live exercise', () => {
  before(async () => {
    await openedLab()
    await showView('Exercises')
    await $('#learner-name').setValue('Ada')
    await $('button=Start').click()
    await card().$('button').waitForEnabled()
  })

  it('says in the list that it is done in the live lab', async () => {
    expect(await card().getText()).toContain('in the live lab')
    await card().$('button').click()
    await inPhase('What do you think will happen?')
    await takePictures('live-exercise-predict')
  })

  it('runs in the lab, refuses what it does not allow, and is failed by whoever proves nothing', async () => {
    await predict('nobody', 'long')
    await takePictures('live-exercise-run')
    await acts().$('button*=Kill').click()
    await $('ol[aria-label="What you did"] li').waitForExist({ timeout: 20_000 })
    await browser.pause(1500)
    await takePictures('live-exercise-killed')
    await done().click()
    await inPhase('What happened, and why?')
    await takePictures('live-exercise-answer')
  })
})
void [execFileSync, writeFileSync, join, labFolder, verdict, whole, valueOf]
