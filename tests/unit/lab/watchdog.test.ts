import { describe, expect, it } from 'vitest'
import type { ControllerId } from '../../../src-main/contract/controller-id'
import { SIGN_OF_LIFE_MS, START_WATCHDOG_MS, WATCHDOG_MS } from '../../../src-main/contract/midplane'
import type { ControllerState } from '../../../src-main/contract/snapshot'
import { Watchdog } from '../../../src-main/lab/watchdog'

function createBench() {
  const slot = () => ({ isPresent: true, isEnding: false, state: 'running' as ControllerState })
  const slots = { a: slot(), b: slot() }
  const fired: { id: ControllerId; silentMs: number }[] = []
  const watchdog = new Watchdog(slots, (id, silentMs) => fired.push({ id, silentMs }))
  /** `alive` gives its sign before every tick. */
  const pass = (ms: number, ...alive: readonly ControllerId[]) => {
    for (let passed = 0; passed < ms; passed += SIGN_OF_LIFE_MS) {
      for (const id of alive) watchdog.signOfLife(id)
      watchdog.tick()
    }
  }
  return { slots, fired, pass }
}

describe('the watchdog', () => {
  it('ends a controller that gives no sign of life, and not the other one', () => {
    const { fired, pass } = createBench()
    pass(WATCHDOG_MS - SIGN_OF_LIFE_MS, 'a')
    expect(fired).toEqual([])
    pass(SIGN_OF_LIFE_MS, 'a')
    expect(fired).toEqual([{ id: 'b', silentMs: WATCHDOG_MS }])
  })

  it('starts counting again with every sign, and after it has fired', () => {
    const { fired, pass } = createBench()
    pass(WATCHDOG_MS - SIGN_OF_LIFE_MS, 'a')
    pass(SIGN_OF_LIFE_MS, 'a', 'b')
    pass(WATCHDOG_MS - 2 * SIGN_OF_LIFE_MS, 'a')
    expect(fired).toEqual([])
    pass(2 * WATCHDOG_MS, 'a')
    expect(fired.map(({ id }) => id)).toEqual(['b', 'b'])
  })

  it('gives one that starts more time', () => {
    const { slots, fired, pass } = createBench()
    slots.b.state = 'starting'
    pass(START_WATCHDOG_MS - SIGN_OF_LIFE_MS, 'a')
    expect(fired).toEqual([])
    pass(SIGN_OF_LIFE_MS, 'a')
    expect(fired).toEqual([{ id: 'b', silentMs: START_WATCHDOG_MS }])
  })

  it.each(['isPresent', 'isEnding'] as const)('leaves alone what is down or already ending (%s), and then counts from zero', (key) => {
    const { slots, fired, pass } = createBench()
    pass(WATCHDOG_MS - SIGN_OF_LIFE_MS, 'a')
    slots.b[key] = key === 'isEnding'
    pass(2 * START_WATCHDOG_MS, 'a')
    slots.b[key] = key === 'isPresent'
    pass(WATCHDOG_MS - SIGN_OF_LIFE_MS, 'a')
    expect(fired).toEqual([])
  })
})
