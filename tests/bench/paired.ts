/**
 * Two ways that are close to each other, told apart in spite of a machine whose speed changes: short slices side by side, each round
 * in another order, and a ratio for each round. A third lab, set up like the second, says how far apart two equal ones are.
 */
import { countOf, load as loadText, machine, median } from '../support/machine'
import { measure, type Measured } from './rounds'
import type { Load } from './outside-loads'
import type { Targets } from './targets'

export type PairedWay = 'with' | 'without' | 'alike'
const WAYS = ['with', 'without', 'alike'] as const
const ROUNDS = countOf('BENCH_ROUNDS', 9)
const SLICE_SECONDS = 1

/** Of the ratios of all rounds: the middle, and where the middle half of them is. */
export interface Spread {
  readonly median: number
  readonly from: number
  readonly to: number
}

export interface PairedOutcome {
  readonly perSecond: Readonly<Record<PairedWay, number>>
  /** How many times as fast as without. */
  readonly speed: Spread
  /** How many times as much processor time of the controllers' threads an operation takes without. */
  readonly cpu: Spread
  /** The same two of the lab that is set up alike: what is nearer to 1 than this is not told from nothing. */
  readonly alike: { readonly speed: Spread; readonly cpu: Spread }
}

export async function measurePaired(options: {
  readonly what: string
  readonly targets: Omit<Targets<PairedWay>, 'stop'>
  readonly load: Load
}): Promise<PairedOutcome> {
  const { what, targets, load } = options
  for (const way of WAYS) await load(targets.url(way), SLICE_SECONDS)
  const rounds: Record<PairedWay, Measured>[] = []
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measureRound(round))
  const outcome: PairedOutcome = {
    perSecond: { with: speedOf('with'), without: speedOf('without'), alike: speedOf('alike') },
    speed: spreadOf(rounds.map((measured) => measured.with.perSecond / measured.without.perSecond)),
    cpu: spreadOf(rounds.map((measured) => cpuOf(measured.without) / cpuOf(measured.with))),
    alike: {
      speed: spreadOf(rounds.map((measured) => measured.alike.perSecond / measured.without.perSecond)),
      cpu: spreadOf(rounds.map((measured) => cpuOf(measured.without) / cpuOf(measured.alike))),
    },
  }
  console.log(
    [
      `${what}: ${ROUNDS} rounds of ${SLICE_SECONDS} s; ${machine()}, ${loadText()}`,
      ...rounds.map((measured, at) => `  round ${at + 1}: ${WAYS.map((way) => roundText(way, measured[way])).join('; ')}`),
      `  speed ${spreadText(outcome.speed)}, of two alike ${spreadText(outcome.alike.speed)}`,
      `  processor time ${spreadText(outcome.cpu)}, of two alike ${spreadText(outcome.alike.cpu)}`,
    ].join('\n'),
  )
  return outcome

  /** None is always first, or always after the same one. */
  async function measureRound(round: number): Promise<Record<PairedWay, Measured>> {
    const first = round % WAYS.length
    const turned = [...WAYS.slice(first), ...WAYS.slice(0, first)]
    const order = round % 2 === 0 ? turned : turned.reverse()
    const measured: Partial<Record<PairedWay, Measured>> = {}
    for (const way of order) measured[way] = await measure(targets, way, load, SLICE_SECONDS)
    return measured as Record<PairedWay, Measured>
  }

  function speedOf(way: PairedWay): number {
    return median(rounds.map((measured) => measured[way].perSecond))
  }
}

export function spreadText({ median: middle, from, to }: Spread): string {
  return `${middle.toFixed(3)} (${from.toFixed(3)} to ${to.toFixed(3)})`
}

function spreadOf(ratios: readonly number[]): Spread {
  const sorted = [...ratios].sort((one, other) => one - other)
  const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN
  return { median: median(ratios), from: at(0.25), to: at(0.75) }
}

/** Of both controllers' threads, for one operation. */
function cpuOf({ cpuUs }: Measured): number {
  return (cpuUs.a ?? Number.NaN) + (cpuUs.b ?? Number.NaN)
}

function roundText(way: PairedWay, measured: Measured): string {
  return `${way} ${measured.perSecond.toFixed(0)} a second, ${cpuOf(measured).toFixed(1)} us each`
}
