/** Two recordings side by side: of what is the same in both, and where they part. */
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { violations } from '../axe'
import { openedLab, startWorkload, takePictures, waitForState } from './lab-window'
import { showView } from './simulation-view'

/** Beside the one that goes on. Its number is far from those that the lab gives. */
const FIRST = 'trace-000777.ndjson'
const list = () => $('section[aria-label="Recordings of this lab"]')
const chooser = () => $('form[aria-label="Compare with"]')

async function takenOver(act: 'Kill' | 'Hang', id: 'A' | 'B'): Promise<void> {
  await $(`aria/${act} controller ${id}`).click()
  await waitForState('Not redundant')
  const restart = $(`aria/Restart controller ${id}`)
  if (act === 'Kill') await restart.click()
  await waitForState('Redundant')
}

async function openNewest(): Promise<void> {
  await showView('Simulation')
  const current = list().$('.//li[contains(., "until now")]//button')
  await current.waitForExist()
  await current.click()
  await $('[data-testid="verdict"]').waitForExist({ timeout: 60_000 })
}

/** As it says itself where it was recorded. */
async function labFolder(): Promise<string> {
  return /, in (.+)\.$/.exec(await $('p*=Recorded from').getText())?.[1] ?? ''
}

describe('two recordings', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
    await takenOver('Kill', 'A')
    await openNewest()
    const folder = await labFolder()
    await $('button=Close run').click()
    copyFileSync(join(folder, 'trace', 'trace-000001.ndjson'), join(folder, 'trace', FIRST))
    await showView('Live lab')
    await takenOver('Kill', 'B')
    await openNewest()
  })

  it('are compared at their first faults: what follows in only one of them is named', async () => {
    await $('button=Compare').click()
    await expect($('[data-testid="compare-kind"]')).toHaveValue('recording')
    const options = await chooser()
      .$$('option')
      .map((option) => option.getAttribute('value'))
    expect(options).toContain(FIRST)
    await chooser().$(`//select[.//option[@value="${FIRST}"]]`).selectByAttribute('value', FIRST)
    await chooser().$('button[type="submit"]').click()
    const divergence = $('[data-testid="divergence"]')
    await divergence.waitForExist({ timeout: 60_000 })
    await browser.waitUntil(async () => /B is killed/.test(await divergence.getText()), {
      timeoutMsg: `the kill of B is not named: ${await divergence.getText()}`,
    })
    await takePictures('compare-recordings')
    expect(await violations()).toEqual([])
  })
})
