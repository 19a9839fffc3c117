/** A live exercise in the lab that runs: failed, passed, handed in, and graded anew. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { inMainProcess } from '../main-process'
import { beforeList, cardOf, choose, inPhase, sendReplies, takePictures, verdict } from './exercise-view'
import { arrayState, openedLab } from './lab-window'

const EXERCISE = 'live-takeover'
const isElectron = process.env['E2E_HOST'] === 'electron'
const folder = mkdtempSync(join(tmpdir(), 'takeover-lab-live-'))

const card = () => cardOf(EXERCISE)
const acts = () => $('ul[aria-label="What you may do"]')
const done = () => $('[data-testid="live-try-end"]')

async function valueOf(check: string): Promise<string | null> {
  return $(`[data-check="${check}"]`).getAttribute('data-value')
}

async function chooseBoth(who: string, gap: string): Promise<void> {
  await choose('who-serves', who)
  await choose('gap', gap)
}

async function predict(who: string, gap: string): Promise<void> {
  await inPhase('What do you think will happen?')
  await chooseBoth(who, gap)
  await sendReplies()
  await inPhase('Run it, and act')
}

/** Names the fence among the events of the recording, and waits for the verdict. */
async function explain(): Promise<void> {
  await inPhase('What happened, and why?')
  const search = $('input[type="search"]')
  await search.waitForExist({ timeout: 30_000 })
  await search.setValue('takeover.fenced')
  await $('[role="option"]').click()
  await $('button=Take the selected event').waitForEnabled()
  await takePictures('live-exercise-answer')
  await $('button=Take the selected event').click()
  await sendReplies()
  await verdict().waitForExist({ timeout: 60_000 })
}

/** The host also reads back by itself after a takeover, and does one thing at a time. */
async function readBack(): Promise<void> {
  const before = (await $$('ol.done li').getElements()).length
  await browser.waitUntil(
    async () => {
      await acts().$('button=Read back').click()
      await browser.pause(500)
      return (await $$('ol.done li').getElements()).length > before
    },
    { timeout: 30_000 },
  )
  await browser.pause(4000)
}

/** What is saved goes into the folder. In Electron, only the dialog of the system is replaced. */
async function answerDialogs(): Promise<void> {
  if (!isElectron) return browser.sendCommand('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: folder })
  await inMainProcess(`
    const { dialog } = process.getBuiltinModule('module').createRequire(process.execPath)('electron')
    const { basename, join } = process.getBuiltinModule('path')
    dialog.showSaveDialog = (_window, { defaultPath }) =>
      Promise.resolve({ canceled: false, filePath: join(${JSON.stringify(folder)}, basename(defaultPath)) })
  `)
}

describe('a live exercise', () => {
  before(async () => {
    await openedLab()
    await beforeList('Ada', EXERCISE)
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
    await $('button=Cut').click()
    await $('.toast-detail').waitForDisplayed()
    expect(await $('.toast-detail').getText()).toContain('does not allow')
    expect(await $('.toast-detail').isDisplayed({ withinViewport: true })).toBe(true)
    await acts().$('button*=Kill').click()
    await $('ol.done li').waitForExist({ timeout: 20_000 })
    await browser.waitUntil(async () => !(await arrayState()).includes('Redundant'), { timeout: 20_000 })
    await takePictures('live-exercise-killed')
    await done().click()
    await explain()
    await takePictures('live-exercise-failed')
    expect(await verdict().getText()).toContain('Not passed yet')
    expect(await valueOf('killed')).toBe('true')
    expect(await valueOf('nothing-lost')).toBe('false')
    expect(await valueOf('server-predicted')).toBe('false')
  })

  it('opens the recording at the event that decides a check', async () => {
    await $('[data-check="taken-over"]').$('button*=Watch it').click()
    await browser.waitUntil(async () => (await $('.run').getText()).includes('Down'), { timeout: 20_000 })
    await takePictures('live-exercise-watched')
  })

  it('wants a pair that is whole before the next try', async () => {
    await $('button=Try again').click()
    await inPhase('What do you think will happen?')
    await chooseBoth('survivor', 'short')
    await sendReplies()
    await $('[role="alert"]*=The pair is not whole').waitForExist()
    await takePictures('live-exercise-not-whole')
    await $('button=Whole again').click()
    await browser.waitUntil(async () => (await arrayState()).includes('Redundant'), { timeout: 60_000 })
    await browser.waitUntil(async () => (await $$('button=Cancel').getElements()).length === 0, { timeout: 60_000 })
    // What was said of the lab is not true any more.
    await $('[role="alert"]').waitForExist({ reverse: true })
    await takePictures('live-exercise-whole-again')
  })

  it('is passed by whoever reads back and makes the pair whole', async () => {
    await predict('survivor', 'short')
    await acts().$('button*=Kill').click()
    await browser.waitUntil(async () => (await arrayState()).includes('alone'), { timeout: 20_000 })
    await acts().$('button=Read back').waitForEnabled()
    await readBack()
    await acts().$('button=Make everything whole').click()
    await browser.waitUntil(async () => (await arrayState()).includes('Redundant'), { timeout: 60_000 })
    await browser.waitUntil(async () => (await $$('button=Cancel').getElements()).length === 0, { timeout: 60_000 })
    await done().click()
    await explain()
    await takePictures('live-exercise-passed')
    expect(await verdict().getText()).toContain('Passed with')
  })

  it('is handed in as one file that is graded anew from its recording, and from no other', async () => {
    await answerDialogs()
    await $('button=Save it to hand it in').click()
    const file = join(folder, 'live-takeover-Ada.submission.json')
    await browser.waitUntil(() => existsSync(file), { timeout: 20_000 })
    expect(grade(file)).toMatch(/^passed /)
    const given = JSON.parse(readFileSync(file, 'utf8')) as { recording: string }
    const lines = gunzipSync(Buffer.from(given.recording, 'base64')).toString()
    const forged = gzipSync(lines.replaceAll('midplane.controller-killed', 'midplane.controller-hung')).toString('base64')
    writeFileSync(file, JSON.stringify({ ...given, recording: forged }))
    expect(grade(file)).toMatch(/^doubtful /)
  })
})

/** What a trainer is told. `npm run exercise` would bundle this program anew, which an ordinary user may not do here. */
function grade(file: string): string {
  const out = join(folder, 'gradebook.csv')
  return spawnSync(process.execPath, ['out/exercise/exercise.js', 'grade', file, '--out', out], { encoding: 'utf8' }).stdout
}
