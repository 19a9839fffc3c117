import { beforeEach, describe, expect, it } from 'vitest'
import { Violations } from '../../../../src-main/simulator/checkers/checker'
import { ReservationCheck } from '../../../../src-main/simulator/checkers/reservation-check'
import type { ReservationAct } from '../../../../src-main/simulator/checkers/reservation-model'
import { VirtualClock } from '../../../../src-main/simulator/virtual-clock'

const K1 = '0000000000000001'
const K2 = '0000000000000002'
const NO_KEY = '0000000000000000'
const REGISTER_1: ReservationAct = { kind: 'register', key: NO_KEY, serviceKey: K1, ignores: false, persists: false }
const REGISTER_2: ReservationAct = { ...REGISTER_1, serviceKey: K2 }
const RESERVE_1: ReservationAct = { kind: 'reserve', key: K1, type: 3 }
const READ: ReservationAct = { kind: 'read' }
const WRITE: ReservationAct = { kind: 'write' }

let violations: Violations
let nowMs: number
let check: ReservationCheck

beforeEach(() => {
  nowMs = 0
  violations = new Violations(new VirtualClock())
  check = new ReservationCheck(violations, () => nowMs)
})

function ask(by: 'one' | 'two', act: ReservationAct, answer: 'good' | 'conflict' | 'refused', text?: string): ReadonlyMap<string, number> {
  const portal = by === 'one' ? 'a' : 'b'
  return check.answered(check.begins(by, portal, act), answer, text)
}

function fence(): void {
  ask('one', REGISTER_1, 'good')
  ask('one', RESERVE_1, 'good')
}

function wrong(): string[] {
  return violations.found.map(({ sentence }) => sentence)
}

describe('ReservationCheck', () => {
  it('takes answers that go together', () => {
    ask('two', WRITE, 'good')
    fence()
    ask('two', WRITE, 'conflict')
    ask('one', WRITE, 'good')
    ask('two', REGISTER_2, 'good')
    const told = ask('two', { kind: 'preempt', key: K2, serviceKey: K1, type: 1, aborts: false }, 'good')
    expect([...told]).toEqual([['one', 0x2a05]])
    ask('one', WRITE, 'conflict')
    ask('one', READ, 'good')
    ask('one', { kind: 'read-keys' }, 'good', `generation 3, keys ${K2}`)
    ask('one', { kind: 'read-reservation' }, 'good', `generation 3, type 1 with key ${K2}`)
    ask('two', { kind: 'release', key: K2, type: 3 }, 'refused')
    expect(wrong()).toEqual([])
  })

  it.each([WRITE, READ])('finds that a host without access is served: $kind', (act) => {
    fence()
    ask('two', act, 'good')
    expect(wrong()).toEqual([expect.stringContaining('nothing explains')])
  })

  it('finds a conflict where nothing is reserved', () => {
    ask('one', REGISTER_1, 'good')
    ask('two', WRITE, 'conflict')
    expect(wrong()).toHaveLength(1)
  })

  it('finds a change that was answered and is gone', () => {
    ask('one', REGISTER_1, 'good')
    ask('one', { kind: 'read-keys' }, 'good', 'generation 0, keys ')
    expect(wrong()).toHaveLength(1)
  })

  it('finds a change that was made twice', () => {
    ask('one', { ...REGISTER_1, ignores: true }, 'good')
    ask('one', { kind: 'read-keys' }, 'good', `generation 2, keys ${K1}`)
    expect(wrong()).toHaveLength(1)
  })

  it('finds that a change counts that was refused for something else', () => {
    check.didNothing(check.begins('one', 'a', REGISTER_1))
    ask('one', { kind: 'read-keys' }, 'good', `generation 1, keys ${K1}`)
    expect(wrong()).toHaveLength(1)
  })

  it('lets a change count sooner at one address, but not at one address back and forth', () => {
    ask('one', REGISTER_1, 'good')
    const reserving = check.begins('one', 'a', RESERVE_1)
    ask('two', WRITE, 'conflict')
    ask('one', { kind: 'read-reservation' }, 'good', 'generation 1, none')
    expect(wrong()).toEqual([])
    ask('two', WRITE, 'good')
    expect(wrong()).toHaveLength(1)
    expect(check.answered(reserving, 'good', undefined).size).toBe(0)
  })

  it('lets what was lost come about, or not, until nothing can wait any more', () => {
    for (const comesAbout of [true, false]) {
      check.isLost(check.begins('one', 'a', REGISTER_1))
      ask('two', { kind: 'read-keys' }, 'good', comesAbout ? `generation 1, keys ${K1}` : 'generation 0, keys ')
      expect(wrong()).toEqual([])
      check = new ReservationCheck(violations, () => nowMs)
    }
    check.isLost(check.begins('one', 'a', REGISTER_1))
    nowMs = 100
    check.isQuietSince(50)
    ask('two', { kind: 'read-keys' }, 'good', 'generation 0, keys ')
    ask('two', { kind: 'read-keys' }, 'good', `generation 1, keys ${K1}`)
    expect(wrong()).toHaveLength(1)
  })

  it.each([true, false])('lets a power loss end what need not outlive it, with APTPL %s', (persists) => {
    ask('one', { ...REGISTER_1, persists }, 'good')
    ask('one', RESERVE_1, 'good')
    check.mayHappen({ kind: 'power-loss' })
    ask('two', WRITE, 'good')
    expect(wrong()).toHaveLength(persists ? 1 : 0)
  })

  it('requires that RESERVE(6) has ended once all sessions have', () => {
    ask('one', { kind: 'reserve-6' }, 'good')
    check.mayHappen({ kind: 'nexus-lost', nexus: 'one' })
    ask('two', WRITE, 'conflict')
    nowMs = 100
    check.allHaveLeftSince(50)
    ask('one', WRITE, 'good')
    expect(wrong()).toEqual([])
    ask('two', WRITE, 'conflict')
    expect(wrong()).toHaveLength(1)
  })

  it('lets RESERVE(6) end with its nexus, and with no other', () => {
    ask('one', { kind: 'reserve-6' }, 'good')
    check.mayHappen({ kind: 'nexus-lost', nexus: 'two' })
    ask('two', { kind: 'reserve-6' }, 'conflict')
    nowMs = 100
    check.isQuietSince(50)
    check.mayHappen({ kind: 'nexus-lost', nexus: 'one' })
    ask('two', { kind: 'reserve-6' }, 'good')
    expect(wrong()).toEqual([])
    ask('one', { kind: 'release-6' }, 'good')
    ask('one', WRITE, 'good')
    expect(wrong()).toHaveLength(1)
  })
})
