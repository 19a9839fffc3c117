import { describe, expect, it } from 'vitest'
import { SIMULATION_BOUNDS, type SimulationOutline } from '../../../src-main/contract/simulation'
import { formatFineTime } from '../../../src-renderer/i18n/format'
import { currentMark, latestMark, markNear, marksOf, neighbour, tickMs } from '../../../src-renderer/model/run-marks'
import { parseOperations, parseSeed, randomSeed, simulatorCommand, speedIndex, SPEEDS } from '../../../src-renderer/model/run-order'
import { createPlayedClock } from '../../../src-renderer/model/stage-clock'

const OUTLINE: SimulationOutline = {
  run: { kind: 'seed', seed: 7, operations: 1000 },
  start: { event: 0, atMs: 0 },
  end: { event: 1000, atMs: 10_000 },
  world: { hash: '0', hosts: 1, stations: 1 },
  faults: [
    { event: 100, atMs: 1000, name: 'crash', hits: [] },
    { event: 600, atMs: 6000, name: 'cut', hits: [] },
  ],
  takeovers: [{ event: 150, atMs: 1500, survivor: 'b', reason: 'crash' }],
  violations: [{ event: 600, atMs: 6000, checker: 'blocks', sentence: 'x', place: 'host' }],
}

describe('marks of a run', () => {
  const marks = marksOf(OUTLINE)

  it('are in the order of their events, the graver one last', () => {
    expect(marks.map(({ kind, event }) => `${kind} ${event}`)).toEqual(['fault 100', 'takeover 150', 'fault 600', 'violation 600'])
  })

  it('are jumped to in both directions, of one kind or any, never to the one that is shown', () => {
    const from = (event: number, forward: boolean, kind?: 'fault' | 'takeover' | 'violation') =>
      neighbour(marks, { event, forward, ...(kind === undefined ? {} : { kind }) })?.key
    expect(from(0, true)).toBe('fault-0')
    expect(from(100, true)).toBe('takeover-0')
    expect(from(100, true, 'fault')).toBe('fault-1')
    expect(from(600, false, 'violation')).toBeUndefined()
    expect(from(1000, false, 'violation')).toBe('violation-0')
    expect(from(100, false)).toBeUndefined()
  })

  it('are found near a point of the time line, of equally near ones the gravest', () => {
    expect(markNear(marks, 6010, 20)?.kind).toBe('violation')
    expect(markNear(marks, 1200, 20)).toBeUndefined()
    expect(latestMark(marks, 599)?.kind).toBe('takeover')
    expect(latestMark(marks, 99)).toBeUndefined()
  })

  it('of one event are each current when they are chosen, and else the gravest is', () => {
    expect(currentMark(marks, 600, undefined)?.key).toBe('violation-0')
    expect(currentMark(marks, 600, 'fault-1')?.key).toBe('fault-1')
    expect(currentMark(marks, 600, 'violation-0')?.key).toBe('violation-0')
    expect(currentMark(marks, 700, 'fault-1')?.key).toBe('violation-0')
    expect(currentMark(marks, 300, 'fault-1')?.key).toBe('takeover-0')
  })
})

describe('the time line', () => {
  it.each([
    [10_000, 1000, 1000],
    [40_000, 1000, 5000],
    [1, 1000, 0.1],
    [12_345, 300, 5000],
  ])('of %d ms on %d pixels has a tick every %d ms', (spanMs, pixels, every) => {
    expect(tickMs(spanMs, pixels)).toBeCloseTo(every, 6)
  })

  it('tells virtual time to the microsecond', () => {
    expect(formatFineTime(61_234.567)).toBe('01:01.234.567')
    expect(formatFineTime(0.9996)).toBe('00:00.001.000')
  })
})

describe('what is typed', () => {
  it.each([
    ['0', 0],
    [' 42 ', 42],
    ['9,007,199,254,740,991', Number.MAX_SAFE_INTEGER],
  ])('as the seed %j is %d', (text, seed) => expect(parseSeed(text)).toEqual({ ok: true, value: seed }))

  it.each([
    ['', 'missing'],
    ['-1', 'not-whole'],
    ['1.5', 'not-whole'],
    ['1e3', 'not-whole'],
    ['0x10', 'not-whole'],
    ['9007199254740992', 'too-large'],
  ])('as the seed %j is refused: %s', (text, error) => expect(parseSeed(text)).toEqual({ ok: false, error }))

  it('as a number of operations stays within the bounds of the contract', () => {
    const { minOperations, maxOperations } = SIMULATION_BOUNDS
    for (const operations of [minOperations, maxOperations])
      expect(parseOperations(String(operations))).toEqual({ ok: true, value: operations })
    for (const operations of [minOperations - 1, maxOperations + 1])
      expect(parseOperations(String(operations))).toEqual({ ok: false, error: 'out-of-bounds' })
  })

  it('gives the command that runs the same world', () => {
    expect(simulatorCommand({ seed: 7, operations: 600 })).toBe('npm run sim -- --seed 7 --operations 600')
    expect(Number.isSafeInteger(randomSeed())).toBe(true)
  })
})

describe('speeds', () => {
  it('lie in ascending order within the bounds of the contract', () => {
    expect([...SPEEDS].sort((x, y) => x - y)).toEqual(SPEEDS)
    expect(SPEEDS[0]).toBeGreaterThanOrEqual(SIMULATION_BOUNDS.minSpeed)
    expect(SPEEDS.at(-1)).toBe(SIMULATION_BOUNDS.maxSpeed)
    expect(SPEEDS).toEqual(expect.arrayContaining([0.001, 1]))
    for (const [index, speed] of SPEEDS.entries()) expect(speedIndex(speed)).toBe(index)
  })
})

describe('the clock by which requests move', () => {
  it('stands while it is paused, and goes on for a step as far as its hops need', () => {
    let realMs = 0
    const clock = createPlayedClock(() => realMs)
    realMs = 1000
    expect([clock.nowMs(), clock.isRunning()]).toEqual([0, false])
    clock.runUntil(400)
    realMs = 1200
    expect([clock.nowMs(), clock.isRunning()]).toEqual([200, true])
    realMs = 5000
    expect([clock.nowMs(), clock.isRunning()]).toEqual([400, false])
    clock.runUntil(4000)
    realMs = 5500
    expect(clock.nowMs()).toBe(4000)
  })

  it('goes with real time while it plays, slower only where virtual time is very slow', () => {
    let realMs = 0
    const clock = createPlayedClock(() => realMs)
    let woken = 0
    clock.onRun(() => woken++)
    clock.play(10)
    expect(clock.isCloseUp()).toBe(false)
    realMs = 100
    expect(clock.nowMs()).toBe(100)
    clock.play(0.0005)
    expect(clock.isCloseUp()).toBe(true)
    realMs = 200
    expect(clock.nowMs()).toBe(150)
    clock.runUntil(10_000)
    clock.pause()
    realMs = 300
    expect([clock.nowMs(), clock.isRunning(), woken]).toEqual([150, false, 2])
  })
})
