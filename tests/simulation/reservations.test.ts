/** Reservations are one committed state of the pair: whoever dies, and when, what was answered counts for every host. */
import { describe, expect, it } from 'vitest'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import { RESERVATION_TYPE } from '../../src-main/contract/reservations'
import type { World } from '../../src-main/simulator/world'
import { ReservingHost, type Word } from '../support/reserving-host'
import { servingWorld, settle } from '../support/simulation'

const { writeExclusive, exclusiveAccess, exclusiveAccessRegistrantsOnly } = RESERVATION_TYPE
const APTPL = 0x01

function hostsOf(world: World, portal: ControllerId): readonly [here: ReservingHost, there: ReservingHost] {
  return [new ReservingHost(world, portal, 1), new ReservingHost(world, peerOf(portal), 2)]
}

/** Takes exclusive access for a host. */
function fence(host: ReservingHost, flags = 0): void {
  expect(host.out('register', { serviceKey: host.key, flags })).toBe('good')
  expect(host.out('reserve', { key: host.key, type: exclusiveAccess })).toBe('good')
}

function takenOver(world: World, dead: ControllerId): void {
  expect(world.runUntil(() => world.network.listenerOf(dead)?.controller === peerOf(dead))).toBe(true)
}

describe.each(CONTROLLER_IDS)('through the address of %s', (portal) => {
  it('a reservation counts at both controllers at once, and after the death of either', () => {
    for (const dead of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 70 })
      const [here, there] = hostsOf(world, portal)
      expect(there.write()).toBe('good')
      fence(here)
      expect([there.write(), there.read(), here.write()]).toEqual(['conflict', 'conflict', 'good'])
      world.midplane.kill(dead)
      takenOver(world, dead)
      expect([there.write(), there.read(), here.write()]).toEqual(['conflict', 'conflict', 'good'])
      settle(world)
      expect([there.write(), here.write()]).toEqual(['conflict', 'good'])
      expect(there.status()).toEqual({ keys: 1, isReserved: true })
    }
  })

  it('a reservation whose controller dies right behind its answer is known to the survivor', () => {
    for (const action of ['reserve', 'reserve6'] as const) {
      const world = servingWorld({ seed: 71 })
      const [here, there] = hostsOf(world, portal)
      there.ready()
      here.ready()
      if (action === 'reserve') expect(here.out('register', { serviceKey: here.key })).toBe('good')
      let word: Word | undefined
      const kill = (answer: Word): void => {
        word = answer
        world.midplane.kill(portal)
      }
      if (action === 'reserve') here.beginOut('reserve', { key: here.key, type: exclusiveAccess }, kill)
      else here.begin(Uint8Array.of(0x16, 0, 0, 0, 0, 0), undefined, kill)
      expect(world.runUntil(() => word !== undefined)).toBe(true)
      expect(word).toBe('good')
      takenOver(world, portal)
      expect([there.write(), here.write()]).toEqual(['conflict', 'good'])
    }
  })

  it('whenever a controller dies, a change that was answered counts, and one that was not counts for both or for none', () => {
    const outcomes = new Set<string>()
    for (const dead of CONTROLLER_IDS)
      for (let afterMs = 0; afterMs < 2; afterMs += 0.1) {
        const world = servingWorld({ seed: 72 })
        const [here, there] = hostsOf(world, portal)
        there.ready()
        expect(here.out('register', { serviceKey: here.key })).toBe('good')
        let word: Word | undefined
        here.beginOut('reserve', { key: here.key, type: writeExclusive }, (answer) => (word = answer))
        world.run(afterMs)
        world.midplane.kill(dead)
        expect(world.runUntil(() => word !== undefined)).toBe(true)
        takenOver(world, dead)
        const { isReserved, keys } = there.status()
        expect([keys, here.status()]).toEqual([1, { keys, isReserved }])
        expect(there.write()).toBe(isReserved ? 'conflict' : 'good')
        expect(['good', 'lost']).toContain(word)
        if (word === 'good') expect(isReserved).toBe(true)
        outcomes.add(`${word} ${isReserved}`)
        settle(world)
        expect(there.write()).toBe(isReserved ? 'conflict' : 'good')
      }
    expect([...outcomes].sort()).toEqual(expect.arrayContaining(['good true', 'lost false']))
  })

  it('others are told of what they lost, each once', () => {
    const world = servingWorld({ seed: 73 })
    const [here, there] = hostsOf(world, portal)
    const third = new ReservingHost(world, portal, 3)
    for (const host of [here, there, third]) expect(host.out('register', { serviceKey: host.key })).toBe('good')
    expect(here.out('reserve', { key: here.key, type: exclusiveAccessRegistrantsOnly })).toBe('good')
    expect(there.out('preempt', { key: there.key, serviceKey: here.key, type: exclusiveAccess })).toBe('good')
    for (const host of [here, there, third]) {
      host.ready()
      host.ready()
    }
    expect([here.attentions, there.attentions, third.attentions]).toEqual([['2a05'], [], ['2a04']])
    expect(third.out('clear', { key: third.key })).toBe('good')
    for (const host of [here, there, third]) host.ready()
    expect([here.attentions, there.attentions, third.attentions]).toEqual([['2a05'], ['2a03'], ['2a04']])
    expect(here.write()).toBe('good')
  })

  it('PREEMPT AND ABORT is answered when the tasks of the other host have ended, at whichever controller they are', () => {
    const world = servingWorld({ seed: 74 })
    const [here, there] = hostsOf(world, portal)
    for (const host of [here, there]) expect(host.out('register', { serviceKey: host.key })).toBe('good')
    expect(there.out('reserve', { key: there.key, type: exclusiveAccess })).toBe('good')
    const answers: Word[] = []
    for (let i = 0; i < 8; i++)
      there.begin(Uint8Array.of(0x2a, 0, 0, 0, 0, 8 + i, 0, 0, 1, 0), new Uint8Array(512), (word) => answers.push(word))
    let preempted: Word | undefined
    here.beginOut('preemptAndAbort', { key: here.key, serviceKey: there.key, type: exclusiveAccess }, (word) => (preempted = word))
    expect(world.runUntil(() => preempted !== undefined)).toBe(true)
    expect(preempted).toBe('good')
    const before = answers.length
    world.run(500)
    expect(answers.slice(before).filter((word) => word === 'good')).toEqual([])
    expect([here.write(), there.write()]).toEqual(['good', 'conflict'])
  })

  it('PREEMPT AND ABORT ends no task of anybody else, at whichever controller it is', () => {
    const world = servingWorld({ seed: 79 })
    const [here, there] = hostsOf(world, portal)
    const others = CONTROLLER_IDS.map((id, index) => new ReservingHost(world, id, 3 + index))
    for (const host of [here, there, ...others]) expect(host.out('register', { serviceKey: host.key })).toBe('good')
    let open = 0
    let isOver = false
    const write = (host: ReservingHost, block: number): void => {
      open++
      host.begin(Uint8Array.of(0x2a, 0, 0, 0, 0, block, 0, 0, 1, 0), new Uint8Array(512), (word) => {
        open--
        expect(word).toBe('good')
        if (!isOver) write(host, block)
      })
    }
    others.forEach((host, index) => {
      for (let block = 0; block < 8; block++) write(host, 16 * (index + 1) + block)
    })
    here.beginOut('preemptAndAbort', { key: here.key, serviceKey: there.key }, (word) => {
      expect([word, open]).toEqual(['good', 16])
      isOver = true
    })
    expect(world.runUntil(() => isOver && open === 0)).toBe(true)
  })

  it('RESERVE(6) outlives a takeover and the return of the address, and ends with its session', () => {
    const world = servingWorld({ seed: 75 })
    const [here, there] = hostsOf(world, portal)
    expect(here.reserve6()).toBe('good')
    expect(there.write()).toBe('conflict')
    world.midplane.kill(portal)
    takenOver(world, portal)
    expect([there.write(), here.write()]).toEqual(['conflict', 'good'])
    settle(world)
    expect(there.write()).toBe('conflict')
    expect(here.write()).toBe('good')
    here.logout()
    world.run(50)
    expect(there.write()).toBe('good')
  })
})

describe('a start after both controllers were down', () => {
  it.each([
    { flags: APTPL, keys: 1, isReserved: true, word: 'conflict' },
    { flags: 0, keys: 0, isReserved: false, word: 'good' },
  ])('keeps what was reserved with APTPL, and nothing else: $flags', ({ flags, word, ...status }) => {
    for (const first of CONTROLLER_IDS) {
      const world = servingWorld({ seed: 76 })
      const [here, there] = hostsOf(world, 'a')
      fence(here, flags)
      for (const id of CONTROLLER_IDS) world.midplane.kill(id)
      world.run(20)
      world.midplane.start(first)
      world.run(30)
      settle(world)
      expect(there.status()).toEqual(status)
      expect([there.write(), here.write()]).toEqual([word, 'good'])
    }
  })

  it('ends RESERVE(6)', () => {
    const world = servingWorld({ seed: 77 })
    const [here, there] = hostsOf(world, 'a')
    expect(here.reserve6()).toBe('good')
    for (const id of CONTROLLER_IDS) world.midplane.kill(id)
    settle(world)
    expect(there.write()).toBe('good')
  })
})

it('a volume that is deleted takes its reservations with it', () => {
  const world = servingWorld({ seed: 78 })
  const [here] = hostsOf(world, 'a')
  fence(here, APTPL)
  const volume = world
    .controller('a')
    ?.state?.configuration.volumes.find(({ id }) => id === world.controller('a')?.state?.reservations?.[0]?.volumeId)
  expect(world.answerTo('a', { name: 'unmap-lun', params: { lun: 0 } })).toHaveProperty('result')
  expect(world.answerTo('a', { name: 'delete-volume', params: { volume: volume?.name ?? '' } })).toHaveProperty('result')
  expect(world.controller('b')?.state?.reservations).toEqual([])
})
