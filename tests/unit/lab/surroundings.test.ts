import * as fs from 'node:fs'
import { createConnection, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { SocketAddress } from '../../../src-main/contract/midplane'
import { Batteries } from '../../../src-main/lab/batteries'
import { Surroundings } from '../../../src-main/lab/surroundings'
import { probePort } from '../../../src-main/platform/listener'
import { NetworkFaultTable } from '../../../src-main/platform/network-fault-table'
import { createNvramFile, eraseWithoutBattery, withoutBatteryFile } from '../../../src-main/platform/nvram-file'

const HEADER_BYTES = 4096
let folder: string
let files: Readonly<Record<ControllerId, string>>
const closing: (() => unknown)[] = []

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'surroundings-'))
  files = { a: path.join(folder, 'slot-a'), b: path.join(folder, 'slot-b') }
  for (const controller of ['a', 'b'] as const) {
    createNvramFile({ file: files[controller], labId: 'lab-000000000000', controller })
    const fd = fs.openSync(files[controller], 'r+')
    fs.writeSync(fd, Buffer.from('a record'), 0, 8, HEADER_BYTES + 70_000)
    fs.closeSync(fd)
  }
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  fs.rmSync(folder, { recursive: true })
})

const freeAddress = async (): Promise<SocketAddress> => ({
  host: '127.0.0.1',
  port: (await probePort({ host: '127.0.0.1', port: 0 })) ?? 0,
})
const memoryOf = (id: ControllerId): Buffer => fs.readFileSync(files[id]).subarray(HEADER_BYTES)
const isErased = (id: ControllerId): boolean => memoryOf(id).equals(Buffer.alloc(memoryOf(id).length))

async function bench({ isUp = true }: { readonly isUp?: boolean } = {}) {
  const events: string[] = []
  let looks = 0
  const trace = {
    record: ({ kind, to, data }: { readonly kind: string; readonly to?: string; readonly data?: object }) =>
      events.push(`${kind} ${to} ${JSON.stringify(data)}`),
  } as never
  const batteries = new Batteries({ files, trace })
  const pair = async () => ({ portal: await freeAddress(), management: await freeAddress() })
  const addresses = { a: await pair(), b: await pair() }
  const made = new Surroundings({
    addresses,
    batteries,
    isUp: () => isUp,
    trace,
    networkChanged: () => looks++,
    changed: () => undefined,
  })
  closing.push(() => made.close())
  return { made, batteries, addresses, events, looks: () => looks, table: new NetworkFaultTable(made.memory) }
}

const refused = (message: RegExp) => ({ ok: false, error: { code: 'not-possible-now', message: expect.stringMatching(message) as string } })

function answerAt({ host, port }: SocketAddress): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ host, port })
    let answer = ''
    socket.on('data', (bytes: Buffer) => (answer += bytes.toString()))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
    socket.on('close', () => resolve(answer))
    socket.write('hello')
  })
}

describe('what is around the controllers', () => {
  it('has plugs that are pulled and put back, one by one, and says when that makes no sense', async () => {
    const { made, table, events, looks } = await bench()
    expect(made.plugIn('a', 'portal')).toMatchObject(refused(/portal of controller A is plugged in/))
    expect(made.unplug('a', 'portal').ok).toBe(true)
    expect(made.unplug('a', 'portal')).toMatchObject(refused(/already unplugged/))
    expect(made.faultsOf('a')).toEqual({ unplugged: ['portal'], stolen: [], battery: 'present' })
    expect(made.faultsOf('b')).toBeUndefined()
    expect([table.isUnplugged('a', 'portal'), table.isUnplugged('a', 'management'), table.isUnplugged('b', 'portal')]).toEqual([
      true,
      false,
      false,
    ])
    expect(made.unplug('b', 'management').ok).toBe(true)
    expect(made.plugIn('a', 'portal').ok).toBe(true)
    expect(made.faultsOf('a')).toBeUndefined()
    expect(events).toEqual([
      'midplane.portal-unplugged portal-a {"controller":"a"}',
      'midplane.management-unplugged management-b {"controller":"b"}',
      'midplane.portal-plugged-in portal-a {"controller":"a"}',
    ])
    expect(looks()).toBe(3)
  })

  it('has another device at an address as soon as that is free, and until it is given back', async () => {
    const { made, addresses, table } = await bench()
    const own: Server = createServer()
    await new Promise<void>((resolve) => own.listen(addresses.b.portal, resolve))
    expect(made.steal('b', 'portal').ok).toBe(true)
    expect(table.isStolen('b', 'portal')).toBe(true)
    expect(made.faultsOf('b')).toEqual({ unplugged: [], stolen: ['portal'], battery: 'present' })
    expect(made.steal('b', 'portal')).toMatchObject(refused(/Another device already answers/))
    await new Promise((resolve) => own.close(resolve))
    await expect.poll(() => answerAt(addresses.b.portal)).toMatch(/^220 another device/)
    expect(await answerAt(addresses.b.management)).toBe('ECONNREFUSED')
    expect(made.giveBack('b', 'portal').ok).toBe(true)
    expect(made.giveBack('b', 'portal')).toMatchObject(refused(/No other device/))
    await expect.poll(() => answerAt(addresses.b.portal)).toBe('ECONNREFUSED')
    expect(made.faultsOf('b')).toBeUndefined()
  })

  it('has other devices that are gone when the lab closes', async () => {
    const { made, addresses } = await bench()
    made.steal('a', 'management')
    await expect.poll(() => answerAt(addresses.a.management)).toMatch(/^220/)
    await made.close()
    expect(await answerAt(addresses.a.management)).toBe('ECONNREFUSED')
  })
})

describe('an NVRAM without a battery', () => {
  it('loses what is in it when its controller ends, and no other one does', async () => {
    const { made, batteries, events } = await bench()
    expect(made.putBatteryBack('a')).toMatchObject(refused(/has its battery/))
    expect(made.removeBattery('a').ok).toBe(true)
    expect(made.removeBattery('a')).toMatchObject(refused(/already gone/))
    expect(made.faultsOf('a')).toEqual({ unplugged: [], stolen: [], battery: 'gone' })
    const header = fs.readFileSync(files.a).subarray(0, HEADER_BYTES)
    expect(isErased('a')).toBe(false)
    batteries.controllerEnded('a')
    batteries.controllerEnded('b')
    await expect.poll(() => isErased('a')).toBe(true)
    expect(fs.readFileSync(files.a).subarray(0, HEADER_BYTES).equals(header)).toBe(true)
    expect(isErased('b')).toBe(false)
    expect(events).toEqual([
      'midplane.battery-removed controller-a {"controller":"a"}',
      'midplane.nvram-erased controller-a {"controller":"a"}',
    ])
  })

  it('has lost it before its controller starts again, and keeps what it writes then', () => {
    return bench().then(({ made, batteries }) => {
      made.removeBattery('a')
      batteries.controllerEnded('a')
      batteries.controllerStarts('a')
      expect(isErased('a')).toBe(true)
      fs.writeFileSync(files.a, Buffer.concat([fs.readFileSync(files.a).subarray(0, HEADER_BYTES), Buffer.alloc(100, 7)]))
      batteries.controllerStarts('a')
      expect(memoryOf('a').equals(Buffer.alloc(100, 7))).toBe(true)
    })
  })

  it('loses it at once when its controller is down', async () => {
    const { made } = await bench({ isUp: false })
    made.removeBattery('b')
    await expect.poll(() => isErased('b')).toBe(true)
  })

  it('keeps it with a battery, and when the lab closes in good order', async () => {
    const { made, batteries } = await bench()
    made.removeBattery('a')
    made.putBatteryBack('a')
    made.removeBattery('b')
    batteries.close()
    for (const id of ['a', 'b'] as const) {
      batteries.controllerEnded(id)
      batteries.controllerStarts(id)
      expect(isErased(id)).toBe(false)
      expect(eraseWithoutBattery(files[id])).toBe(false)
    }
  })

  it('has lost it when the application was killed, once', async () => {
    const { made } = await bench()
    made.removeBattery('a')
    expect(fs.existsSync(withoutBatteryFile(files.a))).toBe(true)
    expect(eraseWithoutBattery(files.a)).toBe(true)
    expect(isErased('a')).toBe(true)
    expect(eraseWithoutBattery(files.a)).toBe(false)
    expect(eraseWithoutBattery(files.b)).toBe(false)
    expect(isErased('b')).toBe(false)
  })
})
