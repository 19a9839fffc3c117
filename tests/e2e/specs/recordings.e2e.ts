/** Recordings: how much room they have in the lab, and one from elsewhere, which is opened and not copied into the lab. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { labFolder } from '../wdio.base'
import { openedLab, startWorkload, takePictures, waitForState } from './lab-window'
import { showView } from './simulation-view'

const folder = mkdtempSync(join(tmpdir(), 'takeover-lab-given-'))
const recorded = join(folder, 'from a colleague.ndjson')
const list = () => $('section[aria-label="Recordings of this lab"]')
const room = () => $('#recordings-room')

/** As a person chooses it in the dialog of the system. */
async function choose(file: string): Promise<void> {
  await $('[data-testid="recording-file"]').addValue(file)
}

async function openedFile(name: string): Promise<void> {
  await $(`p*=From the file ${name}`).waitForExist({ timeout: 60_000 })
}

async function closeRun(): Promise<void> {
  await $('button=Close run').click()
  await list().waitForExist()
}

describe('recordings', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
    await $('aria/Kill controller A').click()
    await waitForState('Not redundant')
    await $('aria/Restart controller A').click()
    await waitForState('Redundant')
    await showView('Simulation')
    await list().$('button').waitForExist()
  })

  it('have as much room as a person gives them, which the lab remembers', async () => {
    expect(await room().getValue()).toBe('64')
    await room().setValue('47')
    await expect($('#recordings-room-note')).toHaveText('From 48 to 16,384, in digits.')
    expect(await $('button=Set').isEnabled()).toBe(false)
    await room().setValue('96')
    await $('button=Set').click()
    await browser.waitUntil(async () => !(await $('button=Set').isEnabled()), { timeoutMsg: 'it was not set' })
    await takePictures('recordings')
    await browser.refresh()
    await room().waitForExist({ timeout: 30_000 })
    expect(await room().getValue()).toBe('96')
  })

  it('from elsewhere opens without becoming a file of the lab, and says which file it is', async () => {
    await list().$('ul button').click()
    await $('[data-testid="verdict"]').waitForExist({ timeout: 60_000 })
    const [name = ''] = /trace-\d+\.ndjson/.exec(await $('body').getHTML()) ?? ['trace-000001.ndjson']
    const trace = join(labFolder(), 'trace')
    writeFileSync(recorded, readFileSync(join(trace, name)))
    await closeRun()
    await choose(recorded)
    await openedFile('from a colleague.ndjson')
    await takePictures('recording-given')
    await closeRun()
    expect(await list().getText()).not.toContain('from a colleague')
    expect(readdirSync(trace)).not.toContain('from a colleague.ndjson')
  })

  it('that is cut says so, and what a newer version made, or nobody, is refused', async () => {
    const cut = join(folder, 'cut.ndjson')
    const whole = readFileSync(recorded)
    writeFileSync(cut, whole.subarray(0, whole.length - 9))
    await choose(cut)
    await openedFile('cut.ndjson')
    await expect($('[role="alert"]*=what comes after it is left out')).toBeExisting()
    await takePictures('recording-cut')
    await closeRun()
    for (const [name, text, sentence] of [
      ['newer.ndjson', '{"recording":99}\n', 'open it with a newer one'],
      ['picture.ndjson', 'no recording', 'is not a recording'],
      ['empty.ndjson', '', 'The file is empty'],
    ] as const) {
      writeFileSync(join(folder, name), text)
      await choose(join(folder, name))
      const problem = list().$('[role="alert"]')
      await browser.waitUntil(async () => (await problem.isExisting()) && (await problem.getText()).startsWith(`${name} was not opened`))
      expect(await problem.getText()).toContain(sentence)
      if (name === 'newer.ndjson') await takePictures('recording-newer')
    }
  })

  it('opens when it is dropped', async () => {
    const text = readFileSync(recorded, 'utf8')
    await browser.execute((content: string) => {
      const data = new DataTransfer()
      data.items.add(new File([content], 'dropped.ndjson'))
      const view = document.querySelector('.simulation')
      for (const type of ['dragover', 'drop'])
        view?.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }))
    }, text)
    await openedFile('dropped.ndjson')
    await closeRun()
  })

  after(() => rmSync(folder, { recursive: true, force: true }))
})
