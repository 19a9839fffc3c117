import { describe, expect, it } from 'vitest'
import { Prng } from '../../../../src-main/base/prng'
import { DEFAULT_TIMINGS } from '../../../../src-main/core/controller/peer/timings'
import { drawSwarm } from '../../../../src-main/simulator/faults/swarm'
import { parseKept, reduced, tellKept, type Kept } from '../../../../src-main/simulator/run/kept'
import { timingsOf } from '../../../../src-main/simulator/run/timings'
import { runWorld } from '../../../../src-main/simulator/run/run-world'

const swarm = drawSwarm(new Prng(1), 2000)

describe('what is kept of a world', () => {
  it('is read as it is told', () => {
    const kept: Kept = { faults: [3, 5], aims: [1], bursts: [], clients: [1, 0], luns: [0], commands: 4, stations: 0, gap: 50, shake: 2 }
    expect(tellKept(kept)).toBe('faults=3+5,aims=1,bursts=none,clients=1+0,luns=0,commands=4,stations=0,gap=50,shake=2')
    expect(parseKept(tellKept(kept))).toEqual({ ok: true, value: kept })
  })

  it.each(['', 'faults', 'faults=', 'faults=x', 'faults=1+-2', 'commands=none', 'commands=1+2', 'speed=3'])('is refused: %s', (text) => {
    expect(parseKept(text).ok).toBe(false)
  })

  it('is all of it if nothing is named', () => {
    expect(reduced(swarm, {})).toEqual(swarm)
  })

  it('leaves out the rest', () => {
    const { faults, bursts, hosts, stations, hasLedgerHost, rebuildAfterMs } = reduced(swarm, {
      faults: [0],
      bursts: [1],
      clients: swarm.hosts.map(() => 1),
      commands: 2,
      stations: 0,
      ledger: 0,
      rebuild: 0,
    })
    expect(faults).toEqual(swarm.faults.slice(0, 1))
    expect(bursts).toEqual([{ atMs: swarm.bursts[1]?.atMs, commandsPerClient: 2 }])
    expect(hosts.map(({ clients }) => clients)).toEqual(swarm.hosts.map(() => 1))
    expect({ stations, hasLedgerHost, rebuildAfterMs }).toEqual({ stations: 0, hasLedgerHost: false, rebuildAfterMs: undefined })
  })

  it('leaves out aims', () => {
    const aimed = Array.from({ length: 20 }, (_, seed) => drawSwarm(new Prng(seed), 2000)).filter(({ aims }) => aims.length > 1)
    expect(aimed.length).toBeGreaterThan(2)
    for (const one of aimed) {
      expect(reduced(one, { aims: [1] })).toEqual({ ...one, aims: one.aims.slice(1, 2) })
      expect(one.aims.map(({ atMs }) => atMs)).toEqual(one.aims.map(({ atMs }) => atMs).toSorted((a, b) => a - b))
    }
  })

  it('leaves out checkpoints that are near, and times are the ones of the lab', () => {
    const drawn = Array.from({ length: 20 }, (_, seed) => drawSwarm(new Prng(seed), 2000))
    const near = drawn.filter(({ checkpointStripes }) => checkpointStripes !== undefined)
    expect(near.length).toBeGreaterThan(2)
    expect(near.length).toBeLessThan(12)
    for (const one of near) {
      const { checkpointStripes } = one
      expect(timingsOf(one)).toMatchObject({ rebuild: { checkpointStripes }, verification: { checkpointStripes } })
      expect(reduced(one, { checkpoints: 0 })).toEqual({ ...one, checkpointStripes: undefined })
      expect(timingsOf(reduced(one, { checkpoints: 0, load: 0 }))).toEqual(DEFAULT_TIMINGS)
    }
  })

  it('leaves out moves by load that are sooner than in the lab', () => {
    const drawn = Array.from({ length: 40 }, (_, seed) => drawSwarm(new Prng(seed), 2000)).filter(({ load }) => load !== undefined)
    expect(drawn.length).toBeGreaterThan(4)
    expect(drawn.length).toBeLessThan(20)
    for (const one of drawn) {
      const { windowMs, holdDownMs, pauseMs } = DEFAULT_TIMINGS.load
      expect(timingsOf(one).load).toBe(one.load)
      expect(one.load?.windowMs).toBeLessThan(windowMs / 10)
      expect(one.load?.holdDownMs).toBeLessThan(holdDownMs / 10)
      expect(one.load?.pauseMs).toBeLessThan(pauseMs / 10)
      expect(reduced(one, { load: 0 })).toEqual({ ...one, load: undefined })
      expect(timingsOf(reduced(one, { load: 0 })).load).toEqual(DEFAULT_TIMINGS.load)
    }
  })

  it('leaves out that held writes are discarded', () => {
    const drawn = Array.from({ length: 40 }, (_, seed) => drawSwarm(new Prng(seed), 2000))
    const discarding = drawn.filter(({ discardAfterMs }) => discardAfterMs !== undefined)
    expect(discarding.length).toBeGreaterThan(2)
    expect(discarding.length).toBeLessThan(20)
    for (const one of discarding) {
      expect(one).toMatchObject({ hasLedgerHost: false, hasScsiHost: false })
      expect(reduced(one, { discards: 0 })).toEqual({ ...one, discardAfterMs: undefined })
    }
  })

  it('keeps the order and short times when long ones are cut', () => {
    const two = { ...swarm, durationMs: 9000, aims: [], faults: swarm.faults.slice(0, 1).map((one) => ({ ...one, atMs: 5000 })) }
    const squeezed = reduced({ ...two, bursts: [{ atMs: 5003, commandsPerClient: 1 }] }, { gap: 100 })
    expect([...squeezed.faults, ...squeezed.bursts].map(({ atMs }) => atMs)).toEqual([100, 103])
    expect(squeezed.durationMs).toBe(203)
  })

  it('makes a world that is the same each time, and another one when shaken', () => {
    const hash = (kept: Kept): string => runWorld({ seed: 3, operations: 50, kept }).hash
    expect(hash({ gap: 50, luns: [0] })).toBe(hash({ gap: 50, luns: [0] }))
    expect(hash({ gap: 50, luns: [0], shake: 1 })).not.toBe(hash({ gap: 50, luns: [0] }))
  })
})
