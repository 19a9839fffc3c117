import { describe, expect, it } from 'vitest'
import { runSeeds } from '../../src-main/simulator/run/run-seeds'
import { runWorld } from '../../src-main/simulator/run/run-world'
import { runSimulator } from '../support/planted-simulator'

const OPERATIONS = 400

describe('a seed', () => {
  it('is the same world again, also after others', () => {
    const first = runWorld({ seed: 7, operations: OPERATIONS })
    for (let seed = 20; seed < 26; seed++) runWorld({ seed, operations: OPERATIONS })
    const again = runWorld({ seed: 7, operations: OPERATIONS })
    expect(again).toEqual(first)
  })

  it('is another world than the next', () => {
    const hashes = [1, 2, 3, 4].map((seed) => runWorld({ seed, operations: 100 }).hash)
    expect(new Set(hashes).size).toBe(4)
  })

  it('is the same world in another process', async () => {
    const worlds: string[] = []
    const { hash, faults, virtualSeconds } = runSeeds({
      firstSeed: 30,
      operations: OPERATIONS,
      goesOn: (count) => count < 5,
      ran: (world) => worlds.push(world.hash),
    })
    const { exitCode, sum } = await runSimulator({ args: ['--seed', '30', '--seeds', '5', '--operations', String(OPERATIONS)] })
    expect(exitCode).toBe(0)
    expect(sum).toMatchObject({ seed: 30, seeds: 5, hash, faults, virtualSeconds, violations: 0 })
  })

  it('is the same world in a thread beside others, and comes in its turn', async () => {
    const args = ['--seed', '40', '--seeds', '7', '--operations', String(OPERATIONS)]
    const { wallSeconds: _one, ...one } = (await runSimulator({ args })).sum
    const { wallSeconds: _three, ...three } = (await runSimulator({ args: [...args, '--jobs', '3'] })).sum
    expect(three).toEqual(one)
  })
})
