/**
 * One load on several targets, turn by turn in each of five rounds, since a machine's speed changes from minute to minute:
 * what is compared was measured within seconds of each other. `BENCH_ROUNDS` in the environment: how many rounds.
 */
import { countOf, load as loadText, machine, median } from '../support/machine'
import type { Load } from './outside-loads'
import type { Targets } from './targets'

const ROUNDS = countOf('BENCH_ROUNDS', 5)
const SECONDS = 2
const WARM_UP_SECONDS = 1

export interface Measured {
  readonly perSecond: number
  /** Processor time of one operation in microseconds, by thread where threads have names. */
  readonly cpuUs: Readonly<Record<string, number>>
}

/** Medians of each way, and what is printed of all rounds. */
export async function measureInTurn<W extends string>(options: {
  readonly what: string
  readonly targets: Omit<Targets<W>, 'stop'>
  readonly load: Load
  readonly ways: readonly W[]
}): Promise<Record<W, Measured>> {
  const { what, targets, load, ways } = options
  const all = new Map<W, Measured[]>(ways.map((way) => [way, []]))
  for (const way of ways) await load(targets.url(way), WARM_UP_SECONDS)
  const lines = [`${what}: ${ROUNDS} rounds of ${SECONDS} s; ${machine()}, ${loadText()}`]
  for (let round = 1; round <= ROUNDS; round++) {
    for (const way of ways) all.get(way)?.push(await measure(targets, way, load, SECONDS))
    lines.push(`  round ${round}: ${ways.map((way) => `${way} ${all.get(way)?.at(-1)?.perSecond.toFixed(0)}`).join(', ')} a second`)
  }
  const medians = Object.fromEntries([...all].map(([way, measured]) => [way, middleOf(measured)])) as Record<W, Measured>
  for (const way of ways) lines.push(`  median: ${text(way, medians[way])}`)
  console.log(lines.join('\n'))
  return medians
}

export async function measure<W extends string>(targets: Omit<Targets<W>, 'stop'>, way: W, load: Load, seconds: number): Promise<Measured> {
  const before = targets.cpuSeconds(way)
  const { perSecond, count } = await load(targets.url(way), seconds)
  const after = targets.cpuSeconds(way)
  const cpuUs = Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, ((seconds - (before[name] ?? 0)) * 1e6) / count]))
  return { perSecond, cpuUs }
}

function middleOf(measured: readonly Measured[]): Measured {
  const names = Object.keys(measured[0]?.cpuUs ?? {})
  return {
    perSecond: median(measured.map(({ perSecond }) => perSecond)),
    cpuUs: Object.fromEntries(names.map((name) => [name, median(measured.map(({ cpuUs }) => cpuUs[name] ?? Number.NaN))])),
  }
}

function text(way: string, { perSecond, cpuUs }: Measured): string {
  const parts = Object.entries(cpuUs).map(([name, us]) => `${name} ${us.toFixed(1)}`)
  return `${way} ${perSecond.toFixed(0)} a second; processor time of one in us: ${parts.join(', ')}`
}
