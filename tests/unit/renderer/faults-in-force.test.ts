import { describe, expect, it } from 'vitest'
import { driveWord, faultsInForce } from '../../../src-renderer/model/faults-in-force'
import { createFakeLab } from '../../support/fake-lab'

async function after(...commands: readonly (readonly [name: string, parameters: object])[]) {
  const { api } = createFakeLab()
  for (const [name, parameters] of commands) expect(await api.command(name as 'kill', parameters as never)).toMatchObject({ ok: true })
  return faultsInForce(await api.snapshot())
}

describe('what is in force', () => {
  it('is nothing in a lab that is whole', async () => {
    expect(await after()).toEqual([])
  })

  it('is each fault around a controller, with the one that it is about', async () => {
    const faults = await after(
      ['unplug-portal', { controller: 'a' }],
      ['unplug-management', { controller: 'b' }],
      ['steal-address', { controller: 'b', address: 'portal' }],
      ['steal-address', { controller: 'a', address: 'management' }],
      ['remove-battery', { controller: 'a' }],
    )
    expect(faults).toEqual([
      { kind: 'portal-unplugged', controller: 'a' },
      { kind: 'management-stolen', controller: 'a' },
      { kind: 'battery-gone', controller: 'a' },
      { kind: 'management-unplugged', controller: 'b' },
      { kind: 'portal-stolen', controller: 'b' },
    ])
  })

  it('is a controller that is out, the interconnect, and drives with what is wrong in them', async () => {
    const faults = await after(
      ['kill', { controller: 'b' }],
      ['cut-interconnect', {}],
      ['slow-interconnect', { extraLatencyMs: 20 }],
      ['pull-drive', { drive: 1 }],
      ['slow-drive', { drive: 2, extraLatencyMs: 50 }],
      ['spoil-sector', { drive: 2 }],
      ['spoil-sector', { drive: 2 }],
      ['spoil-sector', { drive: 3 }],
      ['fail-drive', { drive: 3 }],
    )
    expect(faults).toEqual([
      { kind: 'down', controller: 'b' },
      { kind: 'cut' },
      { kind: 'slow-link', count: 20 },
      { kind: 'drive-pulled', drive: 1, count: 1 },
      { kind: 'drive-slow', drive: 2, count: 50 },
      { kind: 'drive-sectors', drive: 2, count: 2 },
      { kind: 'drive-dead', drive: 3, count: 1 },
    ])
  })

  it('is a drive that was put back and is not in use yet, which is neither failed nor pulled', async () => {
    const lab = createFakeLab()
    const wordOf = async () => {
      const drive = (await lab.api.snapshot()).drives[1]
      return drive && driveWord(drive)
    }
    await lab.api.command('pull-drive', { drive: 1 })
    lab.failDrive(1, 'was taken out and put back, so it may be another one')
    expect(await wordOf()).toBe('pulled')
    await lab.api.command('put-drive-back', { drive: 1 })
    expect(await wordOf()).toBe('out')
    expect(faultsInForce(await lab.api.snapshot())).toEqual([{ kind: 'drive-out', drive: 1, count: 1 }])
    await lab.api.requestService('a', { id: 'first', name: 'rebuild-drive', params: { drive: 1 } })
    expect(await wordOf()).toBe('rebuilding')
    expect(faultsInForce(await lab.api.snapshot())).toEqual([])
  })

  it('is over when it was ended', async () => {
    const faults = await after(
      ['unplug-portal', { controller: 'a' }],
      ['slow-interconnect', { extraLatencyMs: 20 }],
      ['plug-in-portal', { controller: 'a' }],
      ['slow-interconnect', { extraLatencyMs: 0 }],
    )
    expect(faults).toEqual([])
  })
})
