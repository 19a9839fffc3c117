import { beforeEach, describe, expect, it } from 'vitest'
import type { ControllerId } from '../../../../../src-main/contract/controller-id'
import { EventLog } from '../../../../../src-main/core/controller/peer/event-log'
import { PeerSession } from '../../../../../src-main/core/controller/peer/peer-session'
import { Signal } from '../../../../../src-main/core/controller/peer/signal'
import { PairStanding, type Standing } from '../../../../../src-main/core/controller/peer/standing'
import { DEFAULT_TIMINGS } from '../../../../../src-main/core/controller/peer/timings'
import { Portals } from '../../../../../src-main/core/controller/pair/portals'
import { TraceLog } from '../../../../../src-main/simulator/trace-log'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'

let clock: VirtualClock
let log: EventLog
let standing: Standing
let portals: Portals
let opening: { readonly of: ControllerId; readonly done: (error: string | undefined) => void }[]
let quiescing: { readonly of: ControllerId; readonly done: () => void }[]
let resumed: ControllerId[]
let closing: { readonly of: ControllerId; readonly done: () => void }[]

beforeEach(() => {
  clock = new VirtualClock()
  log = new EventLog(clock)
  opening = []
  quiescing = []
  resumed = []
  closing = []
  const port = {
    open: (of: ControllerId, done: (error: string | undefined) => void) => void opening.push({ of, done }),
    close: (of: ControllerId, done: () => void) => void closing.push({ of, done }),
  }
  const trace = new TraceLog(clock).port()
  const changed = new Signal()
  const session = new PeerSession({ clock, port: { send: () => undefined }, incarnation: 1, timings: DEFAULT_TIMINGS })
  const pair = new PairStanding({ self: 'a', trace, log, session, changed })
  standing = pair
  portals = new Portals({
    self: 'a',
    ports: { portals: port },
    clock,
    trace,
    log,
    timings: { retryMs: 200 },
    standing: pair,
    changed,
    iscsi: { quiesce: (of, done) => void quiescing.push({ of, done }), resume: (of) => void resumed.push(of) },
  })
})

describe('the addresses of a controller', () => {
  it('are open when the port says so', () => {
    let opened = 0
    portals.openFor('a', () => opened++)
    portals.openFor('a', () => opened++)
    expect(opening.map(({ of }) => of)).toEqual(['a'])
    expect(standing.portals).toEqual([])
    opening[0]?.done(undefined)
    expect(standing.portals).toEqual(['a'])
    expect(opened).toBe(2)
    portals.openFor('a', () => opened++)
    expect(opened).toBe(3)
  })

  it('are tried again while they are taken, with one complaint', () => {
    let opened = 0
    portals.openFor('b', () => opened++)
    opening[0]?.done('in use')
    clock.runUntil(200)
    opening[1]?.done('in use')
    clock.runUntil(400)
    opening[2]?.done(undefined)
    expect(opened).toBe(1)
    expect(log.newest(10).map(({ text }) => text)).toEqual([
      'The addresses of controller B cannot be opened: in use. The controller tries again.',
    ])
  })

  it('that are not wanted any more while they open are closed again', () => {
    let closed = 0
    portals.openFor('b', () => undefined)
    portals.closeFor('b', () => closed++)
    opening[0]?.done(undefined)
    quiescing[0]?.done()
    expect(closing.map(({ of }) => of)).toEqual(['b'])
    expect(resumed).toEqual([])
    closing[0]?.done()
    expect(closed).toBe(1)
    expect(resumed).toEqual(['b'])
    expect(standing.portals).toEqual([])
  })

  it('are closed when what came by them is answered, and are not shown as open meanwhile', () => {
    portals.openFor('b', () => undefined)
    opening[0]?.done(undefined)
    portals.closeFor('b', () => undefined)
    expect(quiescing.map(({ of }) => of)).toEqual(['b'])
    expect([standing.portals, closing]).toEqual([[], []])
    quiescing[0]?.done()
    expect(closing.map(({ of }) => of)).toEqual(['b'])
  })

  it('that are wanted again while they close are opened again', () => {
    portals.openFor('b', () => undefined)
    opening[0]?.done(undefined)
    portals.closeFor('b', () => undefined)
    let opened = 0
    portals.openFor('b', () => opened++)
    quiescing[0]?.done()
    closing[0]?.done()
    opening[1]?.done(undefined)
    expect(opened).toBe(1)
    expect(standing.portals).toEqual(['b'])
  })

  it('are not tried again once nobody wants them', () => {
    portals.openFor('b', () => undefined)
    opening[0]?.done('in use')
    let closed = 0
    portals.closeFor('b', () => closed++)
    clock.runUntil(1000)
    expect(closed).toBe(1)
    expect(opening).toHaveLength(1)
  })
})
