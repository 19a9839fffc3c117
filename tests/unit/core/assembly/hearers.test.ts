/** Who hears a signal before whom. Only orders that something depends on are looked at. */
import { beforeEach, expect, it } from 'vitest'
import type { AllParts } from '../../../../src-main/core/assembly/all-parts'
import { connect } from '../../../../src-main/core/assembly/hearers'
import { Signal } from '../../../../src-main/core/controller/peer/signal'
import { DriveMedium } from '../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../src-main/simulator/first-state'

const SIGNALS = [
  'changed',
  'claimLost',
  'driveSuspected',
  'holdsChanged',
  'peerJoined',
  'peerLost',
  'replayed',
  'takenOver',
  'transferEnded',
]

const STATE = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))

let calls: string[]
let signals: Readonly<Record<string, Signal<readonly unknown[]>>>

/** Has every method, and notes each call of one. */
function partNamed(name: string): unknown {
  return new Proxy(
    {},
    {
      get: (_, method) => () => {
        calls.push(`${name}.${String(method)}`)
        return undefined
      },
    },
  )
}

beforeEach(() => {
  calls = []
  const installed = new Signal<readonly unknown[]>()
  signals = { installed, ...Object.fromEntries(SIGNALS.map((name) => [name, new Signal<readonly unknown[]>()])) }
  const given: Readonly<Record<string, unknown>> = {
    ...signals,
    self: 'a',
    standing: { peerIsMember: true },
    store: { installed, state: STATE },
  }
  const parts = new Proxy({}, { get: (_, name) => given[String(name)] ?? partNamed(String(name)) })
  connect(parts as AllParts)
  calls = []
})

function expectOrder(first: string, ...others: readonly string[]): void {
  expect(calls.filter((call) => call === first)).toHaveLength(1)
  for (const other of others) {
    expect(calls, `${first} before ${other}`).toContain(other)
    expect(calls.indexOf(first), `${first} before ${other}`).toBeLessThan(calls.indexOf(other))
  }
}

it('a state is known to drives that failed or came back before anything does I/O by it', () => {
  signals['installed']?.tell(STATE, undefined)
  for (const part of ['returned', 'failures', 'rebuild'])
    expectOrder(`${part}.installed`, 'operations.installed', 'transfer.installed', 'cache.installed', 'volumes.install')
})

it('a state is known to the cache before the volumes send it I/O', () => {
  signals['installed']?.tell(STATE, undefined)
  expectOrder('cache.installed', 'volumes.install')
})

it('holds are reviewed by a state that the volumes have', () => {
  signals['installed']?.tell(STATE, undefined)
  expectOrder('volumes.install', 'holds.review')
})

it('a giveback hears first that its receiver is gone', () => {
  signals['peerLost']?.tell()
  expectOrder('giveback.peerLost', ...calls.filter((call) => call !== 'giveback.peerLost'))
  expect(calls).toHaveLength(13)
})

it('hosts are told of a closed path once everything else knows that the peer is gone', () => {
  signals['peerLost']?.tell()
  expect(calls.at(-1)).toBe('access.review')
})

it('a loss of the peer is known to the cache before the committer and the volumes', () => {
  signals['peerLost']?.tell()
  expectOrder('cache.peerLost', 'committer.peerLost', 'volumes.peerLost', 'forwarder.peerLost')
})

it('holds are reviewed before a giveback that waits for them', () => {
  signals['holdsChanged']?.tell()
  expect(calls).toEqual(['holds.review', 'giveback.review'])
})
