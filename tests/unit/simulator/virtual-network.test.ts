import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { Prng } from '../../../src-main/base/prng'
import { LIMITS } from '../../../src-main/contract/limits'
import type { ConnectionHandler, ConnectionPort } from '../../../src-main/core/ports'
import { Incarnation } from '../../../src-main/simulator/incarnation'
import type { SlowTaking } from '../../../src-main/simulator/send-queue'
import { VirtualClock } from '../../../src-main/simulator/virtual-clock'
import { VirtualNetwork } from '../../../src-main/simulator/virtual-network'

const SLOW: SlowTaking = { bytesPerMs: 100, fullBytes: 1024 }

interface Side {
  port: ConnectionPort | undefined
  readonly got: number[]
  drained: number
  closed: number
}

function side(): Side & { readonly handler: ConnectionHandler } {
  const one: Side = { port: undefined, got: [], drained: 0, closed: 0 }
  const handler: ConnectionHandler = {
    onData: (bytes) => one.got.push(...bytes),
    onDrained: () => one.drained++,
    onClosed: () => one.closed++,
  }
  return Object.assign(one, { handler })
}

/** A connection from a host to controller A. */
function connected(taking?: SlowTaking) {
  const clock = new VirtualClock()
  const network = new VirtualNetwork(clock, taking)
  const incarnation = new Incarnation('a', 1, { clock, random: new Prng(1) })
  const [host, target] = [side(), side()]
  const portals = network.portals(incarnation, (connection) => {
    target.port = connection
    return target.handler
  })
  portals.open('a', () => undefined)
  clock.runUntil(1)
  const opened = (connection: ConnectionPort): ConnectionHandler => {
    host.port = connection
    return host.handler
  }
  network.network().connect(network.addressOf('a'), { opened, failed: (reason) => expect.unreachable(reason) })
  clock.runUntil(2)
  const run = (ms: number): void => clock.runUntil(clock.nowMs() + ms)
  return { host, target, run, toHost: present(target.port, 'the target'), toTarget: present(host.port, 'the host') }
}

const bytes = (first: number, count: number): Uint8Array => Uint8Array.from({ length: count }, (_, index) => (first + index) % 251)

describe('a connection', () => {
  it('gives what waited while it was paused before what came later', () => {
    const { target, toHost, toTarget, run } = connected()
    toHost.pause()
    toTarget.send([bytes(0, 10)])
    run(1)
    expect(target.got).toEqual([])
    toTarget.send([bytes(10, 10)])
    toHost.resume()
    toTarget.send([bytes(20, 10)])
    run(1)
    expect(target.got).toEqual([...bytes(0, 30)])
  })

  it('takes everything at once where hosts are not slow', () => {
    const { host, toHost, run } = connected()
    toHost.send([new Uint8Array(10_000)])
    expect(toHost.queuedBytes).toBe(0)
    run(0.1)
    expect(host.got).toHaveLength(10_000)
    expect(host.drained).toBe(0)
  })
})

describe('a slow host', () => {
  it('takes what it is sent in order, at its pace', () => {
    const { host, toHost, run } = connected(SLOW)
    toHost.send([bytes(0, 100), bytes(100, 100)])
    toHost.send([bytes(200, 100)])
    run(1.5)
    expect(host.got).toEqual([])
    run(1)
    expect(host.got).toEqual([...bytes(0, 200)])
    run(1)
    expect(host.got).toEqual([...bytes(0, 300)])
  })

  it('fills the queue, and the sender is told once when nothing is left of it', () => {
    const { target, toHost, run } = connected(SLOW)
    toHost.send([new Uint8Array(1024)])
    expect(toHost.queuedBytes).toBe(LIMITS.connectionQueueBytes)
    toHost.send([new Uint8Array(1)])
    expect(toHost.queuedBytes).toBeGreaterThan(LIMITS.connectionQueueBytes)
    run(10.2)
    expect(target.drained).toBe(0)
    run(1)
    expect(toHost.queuedBytes).toBe(0)
    expect(target.drained).toBe(1)
    toHost.send([new Uint8Array(100)])
    run(10)
    expect(target.drained).toBe(1)
  })

  it('gets what is queued before the end of a connection', () => {
    const { host, target, toHost, run } = connected(SLOW)
    toHost.send([bytes(0, 500)])
    toHost.close()
    run(4)
    expect(host.closed).toBe(0)
    run(2)
    expect(host.got).toHaveLength(500)
    expect(host.closed).toBe(1)
    expect(target.drained).toBe(0)
  })
})
