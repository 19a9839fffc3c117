import { takePicture } from '../pictures'
import { arrayState, atSizes, openedLab, openPanel, sendServiceRequest, startWorkload, takePictures, waitForState } from './lab-window'

describe('views', () => {
  before(async () => {
    await openedLab()
    await startWorkload()
  })

  it('tells the whole story of a service request', async () => {
    await sendServiceRequest('A')
    await openPanel('Events')
    await $('//label[contains(., "Kinds of events")]//select').selectByAttribute('value', 'service')
    const served = $('//*[@role="listbox"]//*[@role="option"][contains(., "service.served")]')
    await served.waitForExist()
    await served.click()
    const story = $('aside[aria-label="Whole story"]')
    await story.waitForExist()
    expect(await story.getText()).toContain('service.answered')
    await takePictures('events')
  })

  it('shows service ownership on its way', async () => {
    await openPanel('Service requests')
    await $('button=Transfer').click()
    await browser.waitUntil(async () => (await $('button=Transfer').getAttribute('aria-pressed')) === 'true')
    const owner = await $('svg [role="group"][aria-label^="Controller A"]').getText()
    const other = owner.includes('service owner') ? 'B' : 'A'
    expect(await sendServiceRequest(other)).toContain(`Sent to ${other}, served by ${other}.`)
    await openPanel('Events')
    await $('//label[contains(., "Kinds of events")]//select').selectByAttribute('value', 'service')
    await $('//*[@role="option"][contains(., "arbiter.asked")]').waitForExist()
    await takePictures('ownership-transferred')
    await $('button=Serve locally').click()
    await browser.waitUntil(async () => (await $('button=Serve locally').getAttribute('aria-pressed')) === 'true')
  })

  it('shows how far a long request is', async () => {
    await openPanel('Service requests')
    await $('#service-request').selectByAttribute('value', 'give-back')
    await $('#parameter-to').selectByAttribute('value', 'a')
    await sendServiceRequest('A')
    await sendServiceRequest('B', 'list-operations')
    await expect($('section[aria-label="Answer"] table')).toHaveText(expect.stringContaining('1 of 1'))
    await expect($('section[aria-label="Answer"] progress')).toExist()
    await takePictures('operations')
  })

  it('looks up a block on the drives and back', async () => {
    await openPanel('Mapping')
    await $('input[aria-label="Block"]').setValue('1000')
    await $('button=Look up').click()
    await expect($('h2=alpha, block 1,000')).toExist()
    const place = await $('section[aria-label="Exact addresses"] li').getText()
    const [, drive = '', block = ''] = /Drive (\d+), block ([\d,]+)/.exec(place) ?? []
    await $('select[aria-label="Volume or drive"]').selectByVisibleText(`Drive ${drive}`)
    await $('input[aria-label="Block"]').setValue(block.replaceAll(',', ''))
    await $('button=Look up').click()
    await expect($('h2=alpha, block 1,000')).toExist()
  })

  it('refuses bad input with a sentence at its field', async () => {
    await sendServiceRequest('A', 'create-volume')
    const status = $('section[aria-label="Answer"] [role="status"]')
    expect(await status.getText()).toContain('Refused')
    await takePictures('refused')
  })

  it('asks before it deletes a volume', async () => {
    await $('#service-request').selectByAttribute('value', 'delete-volume')
    await $('#parameter-volume').setValue('nothing')
    await $('button=Send to A').click()
    await $('[role="alertdialog"]').waitForExist()
    await takePictures('confirm')
    await $('button=Cancel').click()
    await $('[role="alertdialog"]').waitForExist({ reverse: true })
    await $('button=Send to A').click()
    await $('[role="alertdialog"]').$('button=Delete volume').click()
    const status = $('section[aria-label="Answer"] [role="status"]')
    await browser.waitUntil(async () => (await status.getText()).includes('Refused: not-found'), {
      timeoutMsg: 'what was confirmed was not sent',
    })
  })

  it('asks before it rebuilds a drive that is in use, and then does', async () => {
    await $('button.over-drive[aria-label^="Drive 4"]').click()
    const details = $('[aria-label="Drive 4"].drive-details')
    await details.$('button=Rebuild anyway…').click()
    const dialog = $('[role="alertdialog"]')
    await dialog.waitForExist()
    await takePictures('rebuild-anyway')
    await dialog.$('button=Cancel').click()
    await dialog.waitForExist({ reverse: true })
    await expect(details).toHaveText(expect.stringContaining('in use'))
    await details.$('button=Rebuild anyway…').click()
    await dialog.$('button=Rebuild drive').click()
    await expect(details).toHaveText(expect.stringContaining('being rebuilt'))
    await takePictures('drive-rebuilt')
    await browser.keys('Escape')
    await details.waitForExist({ reverse: true })
    await browser.waitUntil(async () => (await arrayState()).includes('Redundant'), { timeout: 60_000 })
  })

  it('cuts nothing off its header, down to the smallest window', async () => {
    const sizes = [1360, 1250, 1180, 1140, 960].map((width) => ({ width, height: 640 }))
    await atSizes(sizes, async ({ width, height }) => {
      const { name, right } = await browser.execute(() => {
        const parts = [...document.querySelectorAll('header > *')].map((part) => ({
          name: part.className,
          right: part.getBoundingClientRect().right,
        }))
        return parts.reduce((one, other) => (other.right > one.right ? other : one))
      })
      expect({ name, isInside: right <= width }).toEqual({ name, isInside: true })
      if (width <= 1180) await takePicture(`header-${width}x${height}`)
    })
  })

  it('shows a cut interconnect', async () => {
    await $('button=Cut').click()
    await $('button=Mend').waitForExist()
    await takePictures('interconnect-cut')
    await $('button=Mend').click()
    await $('button=Cut').waitForExist()
    for (const letter of ['A', 'B']) {
      const restart = $(`aria/Restart controller ${letter}`)
      const isDown = !(await $(`aria/Kill controller ${letter}`).isEnabled())
      if (isDown) await restart.click()
    }
    await waitForState('Redundant')
  })

  it('shows both controllers down, and both back', async () => {
    await $('aria/Kill controller A').click()
    await $('aria/Kill controller B').click()
    await waitForState('Neither controller serves')
    await takePictures('both-down')
    await $('aria/Restart controller A').click()
    await $('aria/Restart controller B').click()
    await waitForState('Redundant')
  })

  it('has a glossary and a light look', async () => {
    await openPanel('Words')
    await expect($('dt*=Ownership epoch')).toExist()
    await takePictures('words')
    await $('button=View').click()
    await $('button=Light').click()
    await takePictures('light')
    await $('button=Dark').click()
  })
})
