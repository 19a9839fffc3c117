import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { failure, ok } from '../../../src-main/base/result'
import type { PlayerOrder, SimulationPush, SimulationState } from '../../../src-main/contract/simulation'
import { Player } from '../../../src-main/player/player'
import { Playback } from '../../../src-main/simulator/playback/playback'
import { seedStage } from '../../../src-main/simulator/playback/seed-stage'

const always = (): boolean => true
const OPEN: Extract<PlayerOrder, { readonly order: 'open' }> = { order: 'open', seed: 1, operations: 100 }
const RUN = { kind: 'seed', seed: 1, operations: 100 }

let pushes: SimulationPush[]
let player: Player

beforeEach(() => {
  pushes = []
  player = new Player((push) => pushes.push(push), {
    seed: ({ seed, operations }) => ok(new Playback(seedStage({ seed, operations }))),
    recording: () => failure('there is none'),
  })
})

function obey(order: PlayerOrder): void {
  expect(player.order(order)).toEqual({ ok: true, value: null })
}

/** Turns until it waits for an order. */
function settle(): void {
  while (player.turn(0, always) !== undefined);
}

/** Until it has begun to play at that real time. */
function settleAt(realMs: number): void {
  while (player.turn(realMs, always) === 0);
}

function open(): void {
  obey(OPEN)
  settle()
}

function outline(): Extract<SimulationPush, { readonly type: 'outline' }>['outline'] {
  return present(pushes.flatMap((push) => (push.type === 'outline' ? [push.outline] : [])).at(-1), 'outline')
}

function lastPushed(): SimulationState {
  return present(pushes.flatMap((push) => (push.type === 'state' ? [push.state] : [])).at(-1), 'state')
}

describe('player of a simulation', () => {
  it('surveys a seed and waits at its beginning', () => {
    obey(OPEN)
    expect(lastPushed()).toMatchObject({ phase: 'scanning', run: RUN, scanned: { done: 0, of: 100 } })
    for (let turns = 0; turns < 60; turns++) expect(player.turn(turns * 10, () => false)).toBe(0)
    expect(lastPushed()).toMatchObject({ phase: 'scanning' })
    expect(lastPushed().scanned.done).toBeGreaterThan(0)
    settle()
    expect(lastPushed()).toMatchObject({ phase: 'paused', now: { event: 0, atMs: 0 } })
    expect(outline().run).toEqual(RUN)
  })

  it('opens another seed while one is surveyed', () => {
    obey(OPEN)
    expect(player.turn(0, () => false)).toBe(0)
    obey({ ...OPEN, seed: 2 })
    settle()
    expect(outline().run).toEqual({ ...RUN, seed: 2 })
    expect(pushes.filter(({ type }) => type === 'outline')).toHaveLength(1)
  })

  it('plays until a time of the run, and on from there', () => {
    open()
    obey({ order: 'seek-time', atMs: 20 })
    obey({ order: 'play', speed: 0.5, untilMs: 60 })
    settleAt(1000)
    player.turn(1040, always)
    expect(lastPushed()).toMatchObject({ phase: 'playing', now: { atMs: 40 } })
    expect(player.turn(9000, always)).toBeUndefined()
    expect(lastPushed()).toMatchObject({ phase: 'paused', now: { atMs: 60 } })
    obey({ order: 'play', speed: 1 })
    player.turn(9100, always)
    player.turn(9150, always)
    expect(lastPushed()).toMatchObject({ phase: 'playing', now: { atMs: 110 } })
  })

  it('plays as fast as it is told to', () => {
    open()
    obey({ order: 'play', speed: 0.5 })
    player.turn(1000, always)
    expect(player.turn(1100, always)).toBeGreaterThan(0)
    const { phase, now, speed } = lastPushed()
    expect({ phase, atMs: now.atMs, speed }).toEqual({ phase: 'playing', atMs: 50, speed: 0.5 })
    obey({ order: 'pause' })
    expect(player.turn(5000, always)).toBeUndefined()
    expect(lastPushed()).toMatchObject({ phase: 'paused', now })
    obey({ order: 'play', speed: 2 })
    player.turn(6000, always)
    player.turn(6040, always)
    expect(lastPushed().now.atMs).toBe(130)
    expect(lastPushed().now.event).toBeGreaterThan(now.event)
  })

  it('goes on from where it got to when it cannot keep up', () => {
    open()
    obey({ order: 'play', speed: 1000 })
    player.turn(0, always)
    expect(player.turn(20, () => false)).toBe(0)
    const { now } = player.state
    expect(now.event).toBeGreaterThan(0)
    expect(now.atMs).toBeLessThan(20_000)
    player.turn(20, () => false)
    expect(player.state.now.atMs).toBeGreaterThanOrEqual(now.atMs)
    expect(player.state.now.atMs).toBeLessThan(20_000)
  })

  it('ends with the run, and then begins again', () => {
    open()
    const { end } = outline()
    obey({ order: 'seek', event: end.event - 10 })
    settle()
    expect(lastPushed()).toMatchObject({ phase: 'paused' })
    obey({ order: 'play', speed: 1000 })
    player.turn(0, always)
    expect(player.turn(1000, always)).toBeUndefined()
    expect(lastPushed()).toMatchObject({ phase: 'ended', now: end })
    obey({ order: 'play', speed: 1 })
    expect(player.turn(2000, always)).toBe(0)
    expect(lastPushed()).toMatchObject({ phase: 'playing', now: { event: 0, atMs: 0 } })
  })

  it('steps and seeks, and adds up steps that are asked for while one is under way', () => {
    open()
    obey({ order: 'step', events: 100 })
    obey({ order: 'step', events: -1 })
    obey({ order: 'step', events: -1 })
    settle()
    const at98 = lastPushed()
    expect(at98).toMatchObject({ phase: 'paused', now: { event: 98 } })
    obey({ order: 'step', events: -10_000 })
    settle()
    expect(lastPushed()).toMatchObject({ now: { event: 0, atMs: 0 } })
    obey({ order: 'seek-time', atMs: at98.now.atMs })
    settle()
    expect(lastPushed().now.event).toBeGreaterThanOrEqual(98)
    obey({ order: 'seek', event: 98 })
    settle()
    expect(lastPushed()).toEqual(at98)
    obey({ order: 'step', events: 10_000 })
    settle()
    expect(lastPushed().now.event).toBe(Math.min(10_098, outline().end.event))
  })

  it('shows a time between two events, and the end after the last one', () => {
    open()
    const { end } = outline()
    obey({ order: 'seek-time', atMs: end.atMs })
    settle()
    expect(lastPushed()).toMatchObject({ phase: 'ended', now: end })
    obey({ order: 'seek-time', atMs: 0.01 })
    settle()
    expect(lastPushed().now.atMs).toBe(0.01)
  })

  it.each<[string, PlayerOrder, object]>([
    ['an event after the end', { order: 'seek', event: 10_000_000 }, { code: 'bad-command', field: 'event' }],
    ['a time after the end', { order: 'seek-time', atMs: 10_000_000 }, { code: 'bad-command', field: 'atMs' }],
  ])('refuses %s and changes nothing', (_, order, error) => {
    open()
    obey({ order: 'seek', event: 500 })
    settle()
    const { state } = player
    const pushed = pushes.length
    expect(player.order(order)).toMatchObject({ ok: false, error })
    expect(player.turn(0, always)).toBeUndefined()
    expect(player.state).toEqual(state)
    expect(pushes).toHaveLength(pushed)
  })

  it.each<PlayerOrder>([
    { order: 'play', speed: 1 },
    { order: 'pause' },
    { order: 'step', events: 1 },
    { order: 'seek', event: 0 },
    { order: 'seek-time', atMs: 0 },
  ])('has nothing to $order before a seed was surveyed', (order) => {
    expect(player.order(order)).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
    obey(OPEN)
    expect(player.order(order)).toMatchObject({ ok: false, error: { code: 'not-possible-now' } })
    expect(player.state.phase).toBe('scanning')
  })

  it('forgets everything when it is closed', () => {
    open()
    obey({ order: 'close' })
    expect(lastPushed()).toMatchObject({ phase: 'none' })
    expect(player.turn(0, always)).toBeUndefined()
  })
})
