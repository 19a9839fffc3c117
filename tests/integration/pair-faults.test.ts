/** Faults around the controllers, by lab command: in the real listeners, the real link and the real NVRAM files. */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { createConnection } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { drawSurprise } from '../../src-main/lab/surprise-draw'
import { isWhole, type LabClient } from '../support/lab-client'
import { expectNothingLost } from '../support/live-drives'
import { useLiveLab } from '../support/live-lab'
import { OutsideSession } from '../support/outside-session'

const MIB = 1024 * 1024
const NVRAM_HEADER_BYTES = 4096
const lab = useLiveLab('pair-faults')

async function startWithWrites(): Promise<LabClient> {
  const client = await lab.start('--drive-mib', '64')
  await client.command('start-workload', {
    workload: { requestsPerSecond: 400, readShare: 0.3, blockBytes: 4096, regionBytes: 4 * MIB, luns: 'all' },
  })
  await client.until('writes are acknowledged', ({ host }) => (host?.ledger.acknowledged ?? 0) > 200)
  return client
}

async function untilMoreWrites(client: LabClient): Promise<LabSnapshot> {
  const before = (await client.snapshot()).host?.ledger.acknowledged ?? 0
  return client.until('writes go on', ({ host }) => (host?.ledger.acknowledged ?? 0) > before + 200)
}

async function makeWhole(client: LabClient): Promise<LabSnapshot> {
  await client.command('make-whole')
  const made = await client.until('it is whole', ({ makingWhole }) => makingWhole?.state !== 'running', 60_000)
  expect(made.makingWhole).toMatchObject({ state: 'done' })
  expect(made.missing).toBeUndefined()
  return made
}

async function expectRead(client: LabClient): Promise<void> {
  await client.command('stop-workload')
  await expectNothingLost(client, lab.events)
}

/** What a program finds that connects and says something: what it is answered, or why it could not connect. */
function answerAt(address: string): Promise<string> {
  const [host = '', port] = address.split(':')
  return new Promise((resolve) => {
    const socket = createConnection({ host, port: Number(port) })
    let answer = ''
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString('latin1')))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    socket.on('close', () => resolve(answer))
    socket.write('GET / HTTP/1.1\r\n\r\n')
  })
}

function loginAt(snapshot: LabSnapshot, id: 'a' | 'b', closed?: () => void): Promise<OutsideSession | undefined> {
  const options = { target: snapshot.lab.targetName, initiatorName: 'iqn.2026-11.test:outside', isid: '80000000aa01' }
  return OutsideSession.open({ ...options, portal: snapshot.controllers[id].portalAddress, ...(closed === undefined ? {} : { closed }) })
}

describe('a portal that is unplugged', () => {
  it('cuts its hosts, who go on at the other one, lets nobody in, and leaves the controller and its management alone', async () => {
    const client = await startWithWrites()
    const before = await client.snapshot()
    let isCut = false
    const session = await loginAt(before, 'a', () => (isCut = true))
    expect(session).toBeDefined()
    await client.command('unplug-portal', { controller: 'a' })
    const gone = await client.until('the host has lost a path', ({ host }) => host?.paths.some(({ state }) => state === 'down') === true)
    expect(gone.controllers.a).toMatchObject({ state: 'running', phase: 'serving', faults: { unplugged: ['portal'] } })
    expect(gone.missing).toEqual({ name: 'plug-in-portal', controller: 'a' })
    expect(isCut).toBe(true)
    expect(await loginAt(before, 'a')).toBeUndefined()
    expect(await answerAt(before.controllers.a.portalAddress)).toBe('ECONNREFUSED')
    expect(await client.service('a', 'get-event-log')).toMatchObject({ receivedBy: 'a', servedBy: 'a' })
    const other = await loginAt(before, 'b')
    expect(other).toBeDefined()
    other?.socket.destroy()
    const later = await untilMoreWrites(client)
    expect(later.takeovers).toEqual([])
    await expect(client.command('unplug-portal', { controller: 'a' })).rejects.toThrow(/409.*already unplugged/)
    await client.command('plug-in-portal', { controller: 'a' })
    await client.until('the path is back', ({ host }) => host?.paths.every(({ state }) => state === 'up') === true)
    await expectRead(client)
  })

  it('is the plug of that controller: what it takes over nobody reaches there either', async () => {
    const client = await startWithWrites()
    await client.command('unplug-portal', { controller: 'b' })
    await client.command('kill', { controller: 'a' })
    const over = await client.until('B has taken over', ({ controllers }) => controllers.a.portalServedBy === 'b')
    for (const id of ['a', 'b'] as const) expect(await answerAt(over.controllers[id].portalAddress)).toBe('ECONNREFUSED')
    expect(await client.service('a', 'get-event-log')).toMatchObject({ receivedBy: 'b' })
    const outage = await client.until('the outage is told', ({ host }) => host?.outages.longest?.cause !== undefined)
    expect(outage.host?.outages.longest?.cause?.kind).toMatch(/crash|portal-lost/)
    await makeWhole(client)
    await untilMoreWrites(client)
    await expectRead(client)
  })
})

describe('a management port that is unplugged', () => {
  it('refuses requests, which the partner answers, and leaves I/O alone', async () => {
    const client = await startWithWrites()
    await client.command('unplug-management', { controller: 'a' })
    const { host } = new URL((await client.snapshot()).controllers.a.managementUrl)
    expect(await answerAt(host)).toBe('ECONNREFUSED')
    await expect(client.service('a', 'get-event-log')).rejects.toThrow(/ECONNREFUSED/)
    expect(await client.service('b', 'get-event-log')).toMatchObject({ receivedBy: 'b' })
    const now = await untilMoreWrites(client)
    expect(now.host?.paths.every(({ state }) => state === 'up')).toBe(true)
    await makeWhole(client)
    expect(await client.service('a', 'get-event-log')).toMatchObject({ receivedBy: 'a' })
  })
})

describe('an address that another device has', () => {
  it('answers nonsense there, which the host leaves for the other portal; the controller notices; it gets the address back', async () => {
    const client = await startWithWrites()
    const { timeMs, controllers } = await client.snapshot()
    await client.command('steal-address', { controller: 'a', address: 'portal' })
    const noted = await lab.events.first('security.noted', timeMs, { place: 'controller-a' })
    expect(noted.data).toMatchObject({ what: 'address-stolen', remote: controllers.a.portalAddress })
    await client.until('the host has lost a path', ({ host }) => host?.paths.some(({ state }) => state !== 'up') === true)
    expect(await answerAt(controllers.a.portalAddress)).toMatch(/^220 another device/)
    expect(await loginAt(await client.snapshot(), 'a').catch(() => undefined)).toBeUndefined()
    await untilMoreWrites(client)
    await client.command('steal-address', { controller: 'b', address: 'management' })
    await makeWhole(client)
    expect(await client.service('b', 'get-event-log')).toMatchObject({ receivedBy: 'b' })
    await expectRead(client)
  })
})

describe('a slow interconnect', () => {
  it('makes each message take longer, and what goes through the other controller with it', async () => {
    const client = await lab.start('--drive-mib', '64')
    const askedOfOther = async (): Promise<number> => {
      const owner = (await client.snapshot()).array?.serviceOwner ?? 'a'
      const from = performance.now()
      await client.service(owner === 'a' ? 'b' : 'a', 'get-event-log')
      return performance.now() - from
    }
    await client.service('a', 'set-dispatch-scheme', { scheme: 'forward-to-owner' })
    await askedOfOther()
    const usual = Math.min(await askedOfOther(), await askedOfOther())
    await client.command('slow-interconnect', { extraLatencyMs: 120 })
    const slow = await askedOfOther()
    expect(slow).toBeGreaterThan(240)
    expect(usual).toBeLessThan(200)
    const now = await client.snapshot()
    expect(now.interconnect).toMatchObject({ state: 'up', extraLatencyMs: 120 })
    expect(isWhole(now)).toBe(true)
    expect(now.takeovers).toEqual([])
    await expect(client.command('slow-interconnect', { extraLatencyMs: 501 })).rejects.toThrow(/400.*at most 500/)
    await makeWhole(client)
    expect((await client.snapshot()).interconnect.extraLatencyMs).toBeUndefined()
    expect(await askedOfOther()).toBeLessThan(200)
  })
})

describe('an NVRAM without its battery', () => {
  const noBattery = (id: 'a' | 'b'): string => path.join(lab.folder, 'nvram', `slot-${id}.no-battery`)
  const isErased = (id: 'a' | 'b'): boolean => {
    const bytes = fs.readFileSync(path.join(lab.folder, 'nvram', `slot-${id}`))
    return bytes.subarray(NVRAM_HEADER_BYTES).equals(Buffer.alloc(bytes.length - NVRAM_HEADER_BYTES))
  }

  it('is empty when its controller has died, and the mirror of the other one has what was acknowledged', async () => {
    const client = await startWithWrites()
    await client.until('both mirrors are in step', ({ controllers }) =>
      [controllers.a, controllers.b].every(({ nvram }) => nvram?.mirror === 'in-step'),
    )
    await client.command('remove-battery', { controller: 'a' })
    expect(isErased('a')).toBe(false)
    const { timeMs } = await client.snapshot()
    await client.command('kill', { controller: 'a' })
    await lab.events.first('midplane.nvram-erased', timeMs)
    expect(isErased('a')).toBe(true)
    expect(isErased('b')).toBe(false)
    await client.until('B has taken over', ({ takeovers }) => takeovers.at(-1)?.phases.at(-1)?.phase === 'serve')
    await untilMoreWrites(client)
    await makeWhole(client)
    await expectRead(client)
  })

  it.each(['a', 'b'] as const)('is empty after the application was killed, when the lab is opened again: that of %s', async (id) => {
    const client = await startWithWrites()
    await client.until('both mirrors are in step', ({ controllers }) =>
      [controllers.a, controllers.b].every(({ nvram }) => nvram?.mirror === 'in-step'),
    )
    await client.command('remove-battery', { controller: id })
    // What the ledger knows was acknowledged before it was saved.
    const ledger = path.join(lab.folder, 'host-ledger')
    await client.until('the ledger is saved', () => (fs.statSync(ledger, { throwIfNoEntry: false })?.size ?? 0) > 1000)
    await lab.kill()
    expect(fs.existsSync(noBattery(id))).toBe(true)
    const again = await lab.start()
    expect(fs.existsSync(noBattery(id))).toBe(false)
    await again.until('it is whole', (snapshot) => isWhole(snapshot) && snapshot.missing === undefined, 60_000)
    expect((await again.snapshot()).controllers[id].faults).toBeUndefined()
    await expectRead(again)
  })

  it('is as it was after the lab was closed in good order', async () => {
    const client = await startWithWrites()
    await client.command('remove-battery', { controller: 'a' })
    await lab.stop()
    expect(fs.existsSync(noBattery('a'))).toBe(false)
    expect(isErased('a')).toBe(false)
    const again = await lab.start()
    await again.until('it is whole', (snapshot) => isWhole(snapshot) && snapshot.missing === undefined, 60_000)
    await expectRead(again)
  })
})

describe('a surprise', () => {
  /** In a lab of six drives, the first seed that unplugs the portal of A. */
  const SEED = Array.from({ length: 1000 }, (_, seed) => seed).find((seed) => {
    const [first] = drawSurprise(seed, 6).faults
    return first?.command === 'unplug-portal' && first.parameters['controller'] === 'a'
  })

  it('strikes in the thing itself, is told to nobody before it is revealed, and is in the recording', async () => {
    const client = await startWithWrites()
    const { timeMs } = await client.snapshot()
    await client.command('surprise', { seed: SEED })
    await expect(client.command('surprise')).rejects.toThrow(/409.*already/)
    await client.until('it has struck', ({ surprise }) => surprise?.state === 'struck')
    const struck = await client.until('a path is down', ({ host }) => host?.paths.some(({ state }) => state === 'down') === true)
    expect(await answerAt(struck.controllers.a.portalAddress)).toBe('ECONNREFUSED')
    expect(struck.controllers.a.faults).toBeUndefined()
    expect(struck.surprise).toEqual({ seed: SEED, state: 'struck' })
    expect(struck.missing).toEqual({ name: 'end-surprise' })
    const masked = await lab.events.first('lab.surprise-struck', timeMs)
    expect(masked).not.toHaveProperty('to')
    await expect(lab.events.first('midplane.portal-unplugged', timeMs, { timeoutMs: 300 })).rejects.toThrow(/no midplane/)
    await client.command('reveal-surprise')
    const revealed = await client.snapshot()
    expect(revealed.surprise?.what).toEqual({ command: 'unplug-portal', parameters: { controller: 'a' } })
    expect(revealed.controllers.a.faults).toMatchObject({ unplugged: ['portal'] })
    await makeWhole(client)
    await expectRead(client)
    await lab.stop()
    const folder = path.join(lab.folder, 'trace')
    const recorded = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
    expect(recorded.join('')).toContain(`"id":${masked.id},`)
    expect(recorded.join('')).toContain('"kind":"midplane.portal-unplugged"')
    expect(recorded.join('')).not.toContain('lab.surprise-struck')
  })
})
