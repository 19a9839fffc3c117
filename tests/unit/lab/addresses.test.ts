import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { chooseAddresses } from '../../../src-main/lab/addresses'

const USUAL = { portalPorts: { a: undefined, b: undefined }, managementPorts: { a: undefined, b: undefined } }
const ANY = { portalPorts: { a: 0, b: 0 }, managementPorts: { a: 0, b: 0 } }
const taken: Server[] = []

afterEach(async () => {
  for (const server of taken.splice(0)) {
    if (!server.listening) continue
    server.close()
    await once(server, 'close')
  }
})

/** Takes the port, unless another program has it already: that is just as well. */
async function occupy(port: number): Promise<number> {
  const server = createServer()
  taken.push(server)
  const isTaken = new Promise<void>((resolve, reject) => {
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve() : reject(error)))
    server.listen(port, '127.0.0.1', resolve)
  })
  await isTaken
  return server.listening ? (server.address() as AddressInfo).port : port
}

describe('A usual port that is in use', () => {
  it.each([
    [3260, 'portal of controller A', 'a', 'portal'],
    [3261, 'portal of controller B', 'b', 'portal'],
    [8081, 'management port of controller A', 'a', 'management'],
    [8082, 'management port of controller B', 'b', 'management'],
  ] as const)('gives way to another one, with a sentence: %i', async (usual, name, id, what) => {
    await occupy(usual)
    const { addresses, notices } = await chooseAddresses(USUAL)
    const { host, port } = addresses[id][what]
    expect(host).toBe('127.0.0.1')
    expect(port).not.toBe(usual)
    expect(notices).toContain(`Port ${usual} is in use by another program. The ${name} is ${port}.`)
    const all = [addresses.a, addresses.b].flatMap(({ portal, management }) => [portal.port, management.port])
    expect(new Set(all).size).toBe(4)
    // What was chosen can be used.
    expect(await occupy(port)).toBe(port)
  })

  it('is no reason to take another one where it was asked for', async () => {
    const port = await occupy(0)
    await expect(chooseAddresses({ ...ANY, portalPorts: { a: 0, b: port } })).rejects.toThrow(
      `Port ${port} for the portal of controller B is in use by another program. ` +
        'Choose another port with --portal-b, or 0 for any free port.',
    )
    await expect(chooseAddresses({ ...ANY, managementPorts: { a: port, b: 0 } })).rejects.toThrow('--management-a')
  })

  it('may be in use by the lab itself', async () => {
    const free = await occupy(0)
    taken.pop()?.close()
    await expect(chooseAddresses({ ...ANY, portalPorts: { a: free, b: free } })).rejects.toThrow(
      `Port ${free} for the portal of controller B`,
    )
  })
})

it('Any free ports are four different ones, and nothing is said of them', async () => {
  const { addresses, notices } = await chooseAddresses(ANY)
  const all = [addresses.a, addresses.b].flatMap(({ portal, management }) => [portal.port, management.port])
  expect(new Set(all).size).toBe(4)
  expect(notices).toEqual([])
})
