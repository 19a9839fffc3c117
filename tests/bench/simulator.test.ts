/** How many worlds the simulator runs in a second of one core's time, and how much faster than real time it is. */
import { loadavg } from 'node:os'
import { expect, it } from 'vitest'
import { runSimulator } from '../support/planted-simulator'
import { machine, median } from '../support/machine'
import { noteAtLeast } from './figures'

const FIRST_SEED = 1000
const ROUNDS = 3

it.each([
  { what: 'under load', operations: 10_000, seeds: 40, goal: 60_000 },
  { what: 'hardly any commands of hosts', operations: 1, seeds: 100 },
])('$what: worlds of $operations operations', async ({ what, operations, seeds, goal }) => {
  const rounds: { readonly seeds: number; readonly operations: number; readonly timesRealTime: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { output, sum } = await runSimulator({
      args: ['--seed', String(FIRST_SEED), '--seeds', String(seeds), '--operations', String(operations)],
    })
    expect(sum.violations, output).toBe(0)
    const told = /\(([\d.]+) seeds and (\d+) operations per second of one core, (\d+) times real time\)/.exec(output)
    rounds.push({ seeds: Number(told?.[1]), operations: Number(told?.[2]), timesRealTime: Number(told?.[3]) })
  }
  const of = (figure: 'seeds' | 'operations' | 'timesRealTime'): number => median(rounds.map((round) => round[figure]))
  expect(of('seeds')).toBeGreaterThan(0)
  const perSecond = `${of('seeds').toFixed(1)} seeds and ${of('operations')} operations per second of one core`
  const speed = `${perSecond}, ${of('timesRealTime')} times real time`
  console.log(
    `${machine()}, load ${loadavg()[0]?.toFixed(1)}\n` +
      `simulator, ${what}: ${seeds} seeds of ${operations} operations, median of ${ROUNDS}: ${speed}`,
  )
  if (goal !== undefined) noteAtLeast('simulator, operations of one core', { perSecond: of('operations'), goal })
})
