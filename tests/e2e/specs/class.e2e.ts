/** A class: what learners of several labs predict comes to the trainer as bars, from files in a folder. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { present } from '../../../src-main/base/assert'
import { skeleton } from '../../../src-main/exercise/authoring/skeleton'
import { classFileName, writeClassFile, type ClassFile } from '../../../src-main/exercise/classroom/class-file'
import { violations } from '../axe'
import { findOverflow } from '../overflow'
import { takePicture } from '../pictures'
import { labFolder } from '../wdio.base'
import { atSizes, openedLab } from './lab-window'
import { showView } from './simulation-view'

const SIZES = [
  { width: 960, height: 700 },
  { width: 1280, height: 800 },
]
const RIGHT = ['fenced', 'claimed', 'serving']
const WRONG = ['claimed', 'fenced', 'serving']
const folder = () => join(labFolder(), 'of-the-class')
const panel = () => $('[data-testid="class-panel"]')
const bar = (items: readonly string[]) => $(`[data-bar="order ${items.join(' ')}"]`)

/** As another lab writes it. */
function put(learner: string, items: readonly string[], results: ClassFile['results'] = []): void {
  const file: ClassFile = {
    exercise: 'tryout',
    lab: 'lab-elsewhere',
    learner,
    tries: 1,
    predictions: { order: { kind: 'order', items: [...items] } },
    results,
  }
  const written = writeClassFile(file)
  if (written.ok) writeFileSync(join(folder(), classFileName(file)), written.value)
}

async function hasCount(items: readonly string[], count: number): Promise<void> {
  await browser.waitUntil(async () => (await bar(items).isExisting()) && (await bar(items).getAttribute('data-count')) === String(count), {
    timeout: 30_000,
    timeoutMsg: `${items.join(', ')} was not counted ${count} times`,
  })
}

async function setFolder(path: string): Promise<void> {
  await $('#class-folder').setValue(path)
  await $('button=Use it').click()
}

describe('a class', () => {
  before(async () => {
    await openedLab()
    mkdirSync(join(labFolder(), 'exercises', 'tryout'), { recursive: true })
    writeFileSync(join(labFolder(), 'exercises', 'tryout', 'exercise.md'), skeleton('tryout'))
    mkdirSync(folder())
    await showView('Exercises')
    await $('#class-folder').waitForExist()
  })

  it('says what is wrong with a folder that is not there, and takes one that is', async () => {
    await setFolder(join(labFolder(), 'nowhere'))
    await $('[data-testid="class-problem"]').waitForExist()
    expect(await $('[data-testid="class-problem"]').getText()).toContain('Make the folder first')
    await setFolder(folder())
    await $('[data-testid="class-joined"]').waitForExist()
  })

  it('shows the replies of several learners before the run, without names, and skips a broken file', async () => {
    put('Bob', RIGHT)
    put('Cleo', WRONG)
    put('Dan', WRONG)
    writeFileSync(join(folder(), 'takeover-reply-broken.json'), '{"format":1,"what":"take')
    await $('[data-testid="class-trainer"]').click()
    await hasCount(WRONG, 2)
    await hasCount(RIGHT, 1)
    expect(await panel().getText()).not.toContain('Cleo')
    await $('[data-testid="class-skipped"] summary').click()
    expect(await $('[data-testid="class-skipped"]').getText()).toContain('takeover-reply-broken.json')
    await $('[data-testid="class-names"]').click()
    expect(await bar(WRONG).getText()).toContain('Cleo, Dan')
    expect(await $('[data-testid="class-reveal"]').isEnabled()).toBe(false)
  })

  it('has room for all words at each size, and axe finds nothing wrong', async () => {
    await panel().scrollIntoView()
    await atSizes(SIZES, async ({ width, height }) => {
      await panel().scrollIntoView()
      expect(await findOverflow()).toEqual([])
      await takePicture(`class-list-${width}x${height}`)
    })
    expect(await violations()).toEqual([])
  })

  it('gets the replies of this lab when they are locked, beside the exercise too', async () => {
    await $('#learner-name').setValue('Ada')
    await $('button=Start').click()
    await $('[data-exercise="tryout"] button').waitForEnabled()
    await $('[data-exercise="tryout"] button').click()
    await hasCount(WRONG, 2)
    await takePicture('class-beside')
    const before = readdirSync(folder()).length
    await $('[data-testid="send-replies"]').click()
    await browser.waitUntil(() => readdirSync(folder()).length === before + 1)
  })

  it('follows what comes, and marks what was right only when the trainer says so', async () => {
    await $('button=All exercises').click()
    // Ada has locked the order of the alphabet.
    await hasCount(WRONG, 3)
    put('Eve', WRONG)
    await hasCount(WRONG, 4)
    put('Eve', WRONG, [{ id: 'order', value: 'wrong', actual: { kind: 'order', items: RIGHT } }])
    await $('[data-testid="class-reveal"]').waitForEnabled({ timeout: 30_000 })
    expect(await panel().getText()).not.toContain('right in one run')
    await $('[data-testid="class-reveal"]').click()
    expect(await bar(RIGHT).getText()).toContain('right in one run')
    await $('[data-tally="order"] button').click()
    expect(await $('[data-tally="order"] table').getText()).toContain('right in one run')
    await panel().scrollIntoView()
    await takePicture('class-revealed')
  })

  it('is in the trainer’s window', async () => {
    const stage = await browser.getWindowHandle()
    await $('button=Live lab').click()
    await openedLab()
    await browser.keys('p')
    await $('[data-testid="presenter"]').waitForExist()
    await browser.keys('t')
    await browser.waitUntil(async () => (await browser.getWindowHandles()).length === 2)
    const handles = await browser.getWindowHandles()
    await browser.switchToWindow(
      present(
        handles.find((handle) => handle !== stage),
        'the second window',
      ),
    )
    await hasCount(WRONG, 4)
    expect(await panel().getText()).not.toContain('right in one run')
    expect(await findOverflow()).toEqual([])
    await panel().scrollIntoView()
    await takePicture('class-trainer')
    await browser.closeWindow()
    await browser.switchToWindow(stage)
  })
})
