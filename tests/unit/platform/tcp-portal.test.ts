import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { serviceHandler } from '../../support/service-handler'
import { LIMITS } from '../../../src-main/contract/limits'
import type { ControllerAddresses } from '../../../src-main/contract/midplane'
import type { ConnectionHandler, ConnectionPort } from '../../../src-main/core/ports'
import { probePort } from '../../../src-main/platform/listener'
import { NetworkFaultTable } from '../../../src-main/platform/network-fault-table'
import { Reactor } from '../../../src-main/platform/reactor'
import { createTcpNetwork, createTcpPortals, type TcpPortals } from '../../../src-main/platform/tcp-portal'

const host = '127.0.0.1'
/** What a busy machine may be late. */
const BUSY_MS = 8000
const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function freeAddress() {
  return { host, port: (await probePort({ host, port: 0 })) ?? 0 }
}

/** What the controller's side does with a connection. */
type Accept = (port: ConnectionPort) => ConnectionHandler

async function openPortal(
  accept: Accept,
  network?: NetworkFaultTable,
): Promise<{ address: ControllerAddresses; portals: TcpPortals; accepted: string[]; stolen: string[] }> {
  const address = { portal: await freeAddress(), management: await freeAddress() }
  const accepted: string[] = []
  const stolen: string[] = []
  const portals = createTcpPortals({
    addresses: { a: address, b: { portal: await freeAddress(), management: await freeAddress() } },
    token: 'token',
    reactor: new Reactor(),
    accept(of, connection) {
      accepted.push(of)
      return accept(connection)
    },
    service: serviceHandler(),
    network,
    stolen: (of, kind) => stolen.push(`${kind}-${of}`),
  })
  const error = await new Promise<string | undefined>((resolve) => portals.open('a', resolve))
  if (error !== undefined) throw new Error(error)
  closing.push(() => new Promise<void>((resolve) => portals.close('a', resolve)))
  return { address, portals, accepted, stolen }
}

const echo: Accept = (port) => ({ onData: (bytes) => port.send([bytes]), onDrained: () => undefined, onClosed: () => undefined })

function received(socket: Socket, byteCount: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const all = Buffer.concat(chunks)
      if (all.length >= byteCount) resolve(all)
    })
  })
}

describe('TCP portal', () => {
  it('sends short and long pieces of one turn in their order', async () => {
    const pieces = [
      Buffer.from('BHS'),
      Buffer.alloc(100_000, 1),
      Buffer.alloc(0),
      Buffer.from('a'),
      Buffer.from('b'),
      Buffer.alloc(20_000, 2),
    ]
    const { address, accepted } = await openPortal((port) => ({
      onData: () => {
        port.send(pieces.slice(0, 3))
        port.send(pieces.slice(3))
        port.close()
        port.send([Buffer.from('too late')])
      },
      onDrained: () => undefined,
      onClosed: () => undefined,
    }))
    const socket = createConnection(address.portal)
    const ended = new Promise((resolve) => socket.once('end', resolve))
    const whole = Buffer.concat(pieces)
    const got = received(socket, whole.length)
    socket.write('go')
    expect((await got).equals(whole)).toBe(true)
    await ended
    expect(accepted).toEqual(['a'])
  })

  it('stops reading while paused', async () => {
    let resume: () => void = () => undefined
    const { address } = await openPortal((port) => {
      port.pause()
      resume = () => port.resume()
      return echo(port)
    })
    const socket = createConnection(address.portal)
    const got = received(socket, 4)
    socket.write('data')
    await new Promise((resolve) => socket.once('connect', resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(socket.bytesRead).toBe(0)
    resume()
    expect((await got).toString()).toBe('data')
    socket.destroy()
  })

  it('tells how much is queued, and when it is gone after it was too much', async () => {
    let port: ConnectionPort | undefined
    let drained: () => void = () => undefined
    const whenDrained = new Promise<void>((resolve) => (drained = resolve))
    const { address } = await openPortal((given) => {
      port = given
      return { onData: () => undefined, onDrained: drained, onClosed: () => undefined }
    })
    const socket = createConnection(address.portal)
    await new Promise((resolve) => socket.once('connect', resolve))
    socket.pause()
    socket.write('x')
    await expect.poll(() => port).toBeDefined()
    port?.send(Array.from({ length: 20 }, () => Buffer.alloc(1024 * 1024)))
    expect(port?.queuedBytes).toBe(20 * 1024 * 1024)
    socket.resume()
    await whenDrained
    expect(port?.queuedBytes).toBe(0)
    socket.destroy()
  })

  it('ends its connections when it is closed, and can be opened again at once', async () => {
    const closed: string[] = []
    const { address, portals } = await openPortal((port) => ({ ...echo(port), onClosed: () => closed.push(port.remote) }))
    const socket = createConnection(address.portal)
    const got = received(socket, 1)
    socket.write('x')
    await got
    const ended = new Promise((resolve) => socket.once('close', resolve))
    await new Promise<void>((resolve) => portals.close('a', resolve))
    await ended
    expect(closed).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+$/)])
    expect(await new Promise((resolve) => portals.open('a', resolve))).toBeUndefined()
  })

  /** Connections whose initiator leaves its half open for ever. */
  function connectHalfOpen(address: ControllerAddresses): Promise<Socket> {
    const socket = createConnection({ ...address.portal, allowHalfOpen: true })
    socket.on('error', () => undefined)
    return new Promise((resolve) => socket.once('connect', () => resolve(socket)))
  }

  it.each([
    ['does not close its half', (socket: Socket) => void socket.resume()],
    ['does not take what is queued', () => undefined],
    ['has closed its half and does not take what is queued', (socket: Socket) => void socket.end()],
  ])('cuts a connection that is ending whose initiator %s', { timeout: 20_000 }, async (_, then) => {
    let closed = false
    const { address } = await openPortal((port) => ({
      onData: () => {
        port.send([Buffer.alloc(20 * 1024 * 1024)])
        port.close()
      },
      onDrained: () => undefined,
      onClosed: () => (closed = true),
    }))
    const socket = await connectHalfOpen(address)
    socket.write('x')
    then(socket)
    await expect.poll(() => closed, { timeout: LIMITS.closeWithinMs + BUSY_MS }).toBe(true)
    socket.destroy()
  })

  it('has room for the next connection, however many are ending', async () => {
    let isClosing = true
    const { address } = await openPortal((port) => {
      if (isClosing) port.close()
      return echo(port)
    })
    const ending = await Promise.all(Array.from({ length: LIMITS.portalConnections + 20 }, () => connectHalfOpen(address)))
    isClosing = false
    const socket = createConnection(address.portal)
    const got = received(socket, 1)
    socket.write('x')
    expect((await got).toString()).toBe('x')
    for (const one of [socket, ...ending]) one.destroy()
  })

  describe('on a network that does not let all through', () => {
    const makeTable = () => new NetworkFaultTable(NetworkFaultTable.createMemory())
    const codeAt = (where: { readonly host: string; readonly port: number }) =>
      new Promise<string>((resolve) => {
        const socket = createConnection(where)
        socket.once('connect', () => {
          socket.destroy()
          resolve('connected')
        })
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
      })

    it('cuts what has come in by a plug that is pulled, lets nobody in, and listens again once it is in', async () => {
      const table = makeTable()
      const closed: string[] = []
      const { address, portals } = await openPortal((port) => ({ ...echo(port), onClosed: () => closed.push('closed') }), table)
      const socket = createConnection(address.portal)
      socket.on('error', () => undefined)
      const got = received(socket, 1)
      socket.write('x')
      await got
      const ended = new Promise((resolve) => socket.once('close', resolve))
      table.setUnplugged('a', 'portal', true)
      portals.networkChanged()
      await ended
      expect(closed).toEqual(['closed'])
      expect(await codeAt(address.portal)).toBe('ECONNREFUSED')
      expect(await codeAt(address.management)).toBe('connected')
      table.setUnplugged('a', 'portal', false)
      portals.networkChanged()
      await expect.poll(() => codeAt(address.portal)).toBe('connected')
    })

    it('has an address whose plug is out, and listens there as soon as it is in', async () => {
      const table = makeTable()
      table.setUnplugged('a', 'management', true)
      const { address, portals } = await openPortal(echo, table)
      expect(await codeAt(address.management)).toBe('ECONNREFUSED')
      expect(await codeAt(address.portal)).toBe('connected')
      table.setUnplugged('a', 'management', false)
      portals.networkChanged()
      await expect.poll(() => codeAt(address.management)).toBe('connected')
    })

    it('does not listen any more at an address that it gave up while its plug was out', async () => {
      const table = makeTable()
      table.setUnplugged('a', 'portal', true)
      const { address, portals } = await openPortal(echo, table)
      await new Promise<void>((resolve) => portals.close('a', resolve))
      table.setUnplugged('a', 'portal', false)
      portals.networkChanged()
      expect(await codeAt(address.portal)).toBe('ECONNREFUSED')
    })

    it('minds only its own plugs', async () => {
      const table = makeTable()
      table.setUnplugged('b', 'portal', true)
      const { address } = await openPortal(echo, table)
      expect(await codeAt(address.portal)).toBe('connected')
    })

    it('lets go of an address that another device has, tells of it once, and takes it again when that is gone', async () => {
      const table = makeTable()
      const { address, portals, stolen } = await openPortal(echo, table)
      table.setStolen('a', 'portal', true)
      portals.networkChanged()
      portals.networkChanged()
      const other = createServer((socket) => socket.end('other'))
      await expect.poll(() => codeAt(address.portal)).toBe('ECONNREFUSED')
      await new Promise<void>((resolve) => other.listen(address.portal, resolve))
      expect(stolen).toEqual(['portal-a'])
      // The other device may be a little slow to go.
      table.setStolen('a', 'portal', false)
      portals.networkChanged()
      setTimeout(() => other.close(), 100)
      const answered = async () => {
        const socket = createConnection(address.portal)
        socket.on('error', () => undefined)
        socket.write('echo')
        const got = await Promise.race([received(socket, 4), new Promise((resolve) => socket.once('close', resolve))])
        socket.destroy()
        return String(got)
      }
      await expect.poll(answered, { timeout: 4000 }).toBe('echo')
    })
  })

  it('waits for an address that is still taken', async () => {
    const { address, portals } = await openPortal(echo)
    await new Promise<void>((resolve) => portals.close('a', resolve))
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(address.portal, resolve))
    let answer: string | undefined = 'not yet'
    const opened = new Promise<void>((resolve) =>
      portals.open('a', (error) => {
        answer = error
        resolve()
      }),
    )
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(answer).toBe('not yet')
    other.close()
    await opened
    expect(answer).toBeUndefined()
  })
})

describe('TCP network', () => {
  it('connects, and says why it cannot', async () => {
    const { address } = await openPortal(echo)
    const network = createTcpNetwork(new Reactor())
    const text = await new Promise((resolve, reject) =>
      network.connect(address.portal, {
        failed: reject,
        opened(connection) {
          connection.send([Buffer.from('hello')])
          return { onData: (bytes) => resolve(Buffer.from(bytes).toString()), onDrained: () => undefined, onClosed: () => undefined }
        },
      }),
    )
    expect(text).toBe('hello')
    const reason = await new Promise((resolve) => {
      void freeAddress().then((nobody) => network.connect(nobody, { failed: resolve, opened: () => expect.unreachable() }))
    })
    expect(reason).toContain('ECONNREFUSED')
  })
})

it('probes ports', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen({ host, port: 0 }, resolve))
  expect(await probePort({ host, port: (server.address() as AddressInfo).port })).toBeUndefined()
  server.close()
})
