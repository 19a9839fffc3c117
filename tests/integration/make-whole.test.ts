/** `make-whole` by HTTP: whatever was done to a lab that runs, it is whole afterwards. */
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { httpJson, isWhole, labClient, type LabClient } from '../support/lab-client'
import { ANY_PORTS, startLabProcess, type LabProcess } from '../support/lab-process'

const WHOLE_WITHIN_MS = 120_000

let folder: string
let lab: LabProcess
let client: LabClient

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'make-whole-'))
  const command = [process.execPath, 'out/main/serve.js', '--lab', folder, '--workload', '--workload-rate', '100', ...ANY_PORTS] as const
  lab = await startLabProcess({ command: [...command] })
  client = labClient(lab.ready)
  await client.until('the lab is whole', (snapshot) => isWhole(snapshot) && snapshot.missing === undefined, 60_000)
})
afterAll(async () => {
  await lab.stop()
  fs.rmSync(folder, { recursive: true })
})

async function untilMade(): Promise<LabSnapshot> {
  const made = await client.until('it has ended', ({ makingWhole }) => makingWhole?.state !== 'running', WHOLE_WITHIN_MS)
  expect(made.makingWhole, JSON.stringify(made.makingWhole)).toMatchObject({ state: 'done' })
  expect(made.makingWhole?.message).toBeUndefined()
  expect(made.missing).toBeUndefined()
  expect(isWhole(made)).toBe(true)
  expect(made.drives.every(({ state, faults }) => state === 'online' && faults === undefined)).toBe(true)
  expect(made.host?.ledger.lost).toBe(0)
  return made
}

const stepNames = ({ makingWhole }: LabSnapshot) => makingWhole?.done.map(({ name }) => name)

describe('a lab is made whole', () => {
  it('after a kill, a cut, a slow drive and a pulled one', async () => {
    await client.command('slow-drive', { drive: 4, extraLatencyMs: 20 })
    await client.command('pull-drive', { drive: 1 })
    await client.until('its groups go on without it', ({ drives }) => drives[1]?.outAfterGeneration !== undefined, 60_000)
    await client.command('kill', { controller: 'b' })
    await client.command('cut-interconnect')
    expect((await client.snapshot()).missing).toEqual({ name: 'mend-interconnect' })
    await client.command('make-whole')
    const names = stepNames(await untilMade())
    for (const name of ['mend-interconnect', 'put-drive-back', 'speed-drive-up', 'start-controller', 'rebuild-drive']) {
      expect(names).toContain(name)
    }
  })

  it('with both controllers down and one drive dead, which it replaces only if it may', async () => {
    await client.command('fail-drive', { drive: 2 })
    await client.until('its groups go on without it', ({ drives }) => drives[2]?.outAfterGeneration !== undefined, 60_000)
    await client.command('kill', { controller: 'a' })
    await client.command('kill', { controller: 'b' })
    await expect(client.command('make-whole')).rejects.toThrow(/409.*Drive 2 is dead.*replaceDrives/)
    await client.command('make-whole', { replaceDrives: true })
    expect(stepNames(await untilMade())).toEqual(expect.arrayContaining(['replace-drive', 'start-controller', 'rebuild-drive']))
  })

  it('after a hang and a bad sector', async () => {
    await client.command('spoil-sector', { drive: 0 })
    await client.command('hang', { controller: 'a' })
    await client.command('make-whole')
    await untilMade()
  })

  it('not when it is cancelled, which can be done once', async () => {
    await client.command('kill', { controller: 'b' })
    await client.command('make-whole')
    await expect(client.command('make-whole')).rejects.toThrow(/409.*already/)
    await client.command('cancel-make-whole')
    expect((await client.snapshot()).makingWhole?.state).toBe('cancelled')
    await expect(client.command('cancel-make-whole')).rejects.toThrow(/409/)
    await client.command('make-whole')
    await untilMade()
  })

  it.each([
    ['no object', '3'],
    ['a word where yes or no is asked', '{"replaceDrives":"yes"}'],
    ['something that it does not know', '{"force":true}'],
  ])('refuses %s', async (_what, body) => {
    const { status, json } = await httpJson(`${lab.ready.http}/api/lab/make-whole`, { token: lab.ready.token, body })
    expect(status).toBe(400)
    expect(json).toMatchObject({ error: { code: 'bad-command' } })
  })
})
