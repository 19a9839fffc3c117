/** The guide that attaches a person's own host: its commands are those of this lab, and work. */
import { runProgram } from '../../support/outside-clients'
import { takePicture } from '../pictures'
import { openedLab } from './lab-window'

const guide = () => $('[role="dialog"]')

async function choose(label: string, value: string): Promise<void> {
  await guide().$(`//label[span[normalize-space(.)="${label}"]]/select`).selectByAttribute('value', value)
}

/** What each step would have a person type. */
async function commands(): Promise<readonly string[]> {
  const shown: string[] = []
  for (const element of await guide().$$('pre').getElements()) shown.push(await element.getText())
  return shown
}

async function typed(command: string): Promise<string> {
  const { code, output } = await runProgram('sh', ['-ec', command])
  expect({ code, output }).toEqual({ code: 0, output })
  return output
}

describe('the guide for a host of one’s own', () => {
  before(openedLab)

  it('opens from where the addresses are', async () => {
    await $('button=Connect').click()
    await $('button=Attach a host, step by step').click()
    await guide().waitForExist()
    await expect(guide().$('h2')).toHaveText('Attach your own host')
    await takePicture('attach-libiscsi')
  })

  it('lists the target by libiscsi, and reads one name by both portals', async () => {
    const [list = '', names = ''] = await commands()
    expect(await typed(list)).toContain('Lun:0')
    const inquiries = await typed(names)
    expect(inquiries.match(/Vendor:TAKEOVER/g)).toHaveLength(2)
  })

  it('opens the volume with QEMU', async () => {
    await choose('Host', 'qemu')
    const [look = ''] = await commands()
    expect(await typed(look)).toContain('virtual size')
  })

  it('asks for an address where the host is elsewhere, and takes nothing that a shell could run', async () => {
    await choose('Host', 'linux')
    await choose('Where the host is', 'other')
    expect(await commands()).toEqual([])
    const address = guide().$('input')
    await address.click()
    await browser.keys('lab;reboot')
    await expect(guide().$('[role="status"]')).toHaveText('Type a host name or an IPv4 address.')
    expect(await commands()).toEqual([])
    await address.click()
    await browser.keys([...Array.from({ length: 10 }, () => 'Backspace'), '192.168.1.20'])
    const [relay = '', ...own] = await commands()
    expect(relay).toContain('bind=192.168.1.20')
    expect(own.join('\n')).not.toContain('127.0.0.1')
    await takePicture('attach-elsewhere')
  })

  it('closes by Escape', async () => {
    await browser.keys('Escape')
    await guide().waitForExist({ reverse: true })
  })
})
