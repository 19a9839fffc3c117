/** Two recordings side by side, of the lab and from elsewhere: of what is the same in both, and where they part. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { violations } from '../axe'
import { labFolder } from '../wdio.base'
import { openedLab, startWorkload, takePictures, waitForState } from './lab-window'
import { showView } from './simulation-view'

/** Beside the one that goes on. Its number is far from those that the lab gives. */
const FIRST = 'trace-000777.ndjson'
const elsewhere = mkdtempSync(join(tmpdir(), 'takeover-lab-given-'))
const given = join(elsewhere, 'from a colleague.ndjson')
const list = () => $('section[aria-label="Recordings of this lab"]')
const chooser = () => $('form[aria-label="Compare with"]')
const kind = () => $('[data-testid="compare-kind"]')
let trace = ''
/** Which recording has the kill of B. A file ends when it is full, so it need not be the first one, nor the one that goes on. */
let second = ''

async function takenOver(id: 'A' | 'B'): Promise<void> {
  await $(`aria/Kill controller ${id}`).click()
  await waitForState('Not redundant')
  await $(`aria/Restart controller ${id}`).click()
  await waitForState('Redundant')
}

async function opened(button: ReturnType<typeof $>): Promise<void> {
  await button.waitForExist()
  await button.click()
  await $('[data-testid="verdict"]').waitForExist({ timeout: 60_000 })
}

async function openSecond(): Promise<void> {
  await opened(list().$(`li[data-recording="${second}"] button`))
}

async function closeRun(): Promise<void> {
  await $('button=Close run').click()
  await list().waitForExist()
}

function linesOf(name: string): readonly string[] {
  return readFileSync(join(trace, name), 'utf8').split('\n')
}

function isKillOfB(line: string): boolean {
  return line.includes('"midplane.controller-killed"') && line.includes('"controller-b"')
}

/** The first file, up to where what came before the kill of B was written. */
function beforeSecondKill(): string {
  const lines = linesOf('trace-000001.ndjson')
  const killed = lines.findIndex(isKillOfB)
  const written = killed < 0 ? lines.length : lines.slice(0, killed).findLastIndex((line) => line.startsWith('{"crc32c"')) + 1
  return lines.slice(0, written).join('\n') + (killed < 0 ? '' : '\n')
}

async function expectKillOfB(): Promise<void> {
  const divergence = $('[data-testid="divergence"]')
  await divergence.waitForExist({ timeout: 60_000 })
  await browser.waitUntil(async () => /B is killed/.test(await divergence.getText()), {
    timeoutMsg: `the kill of B is not named: ${await divergence.getText()}`,
  })
}

describe('two recordings', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
    await takenOver('A')
    await takenOver('B')
    await showView('Simulation')
    await opened(list().$('li button'))
    trace = join(labFolder(), 'trace')
    await closeRun()
    const names = () => readdirSync(trace).sort()
    second = names().find((name) => linesOf(name).some(isKillOfB)) ?? ''
    for (const file of [join(trace, FIRST), given]) writeFileSync(file, beforeSecondKill())
    await browser.refresh()
    await list().waitForExist({ timeout: 30_000 })
    await openSecond()
  })

  it('are compared at their first faults: what follows in only one of them is named', async () => {
    await $('button=Compare').click()
    await expect(kind()).toHaveValue('recording')
    const options = await chooser()
      .$$('option')
      .map((option) => option.getAttribute('value'))
    expect(options).toContain(FIRST)
    await chooser().$(`//select[.//option[@value="${FIRST}"]]`).selectByAttribute('value', FIRST)
    await chooser().$('button[type="submit"]').click()
    await expectKillOfB()
    await takePictures('compare-recordings')
    expect(await violations()).toEqual([])
  })

  it('are compared where the second one comes from elsewhere, which becomes no file of the lab', async () => {
    await $('button=End the comparison').click()
    await kind().selectByAttribute('value', 'file')
    await $('[data-testid="compare-file"]').addValue(given)
    await expectKillOfB()
    await expect($('section[aria-label="Compare two runs"]')).toHaveText(expect.stringContaining('from a colleague.ndjson'))
    await takePictures('compare-given')
    expect(await violations()).toEqual([])
    expect(readdirSync(trace).filter((name) => !/^trace-\d{6}\.ndjson$/.test(name))).toEqual([])
  })

  it('are compared where the first one comes from elsewhere', async () => {
    await closeRun()
    await $('[data-testid="recording-file"]').addValue(given)
    await $('p*=From the file from a colleague.ndjson').waitForExist({ timeout: 60_000 })
    await $('button=Compare').click()
    await chooser().$(`//select[.//option[@value="${second}"]]`).selectByAttribute('value', second)
    await chooser().$('button[type="submit"]').click()
    await expectKillOfB()
  })

  after(() => rmSync(elsewhere, { recursive: true, force: true }))
})
