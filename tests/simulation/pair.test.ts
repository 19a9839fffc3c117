import { describe, expect, it } from 'vitest'
import { World } from '../../src-main/simulator/world'

describe('the pair', () => {
  it('starts', () => {
    const world = new World({ seed: 1 })
    world.start()
    const ok = world.runUntil(() => world.isSettled(), 5000)
    if (!ok) console.log(world.trace.events.map((e) => `${e.timeMs.toFixed(2)} ${e.place} ${e.kind} ${JSON.stringify(e.data ?? {})}`).join('\n'))
    expect(ok).toBe(true)
    console.log(world.clock.nowMs(), world.answerTo('a', { name: 'get-array-status' }))
    world.midplane.kill('a')
    expect(world.runUntil(() => world.network.listenerOf('a')?.controller === 'b', 5000)).toBe(true)
    console.log(JSON.stringify(world.controller('b')?.report().takeovers, null, 1))
    world.midplane.start('a')
    const back = world.runUntil(() => world.isSettled(), 5000)
    console.log(world.trace.events.map((e) => `${e.timeMs.toFixed(2)} ${e.place} ${e.kind} ${JSON.stringify(e.data ?? {})}`).join('\n'))
    expect(back).toBe(true)
    expect(world.writers.violations).toEqual([])
  })
})
