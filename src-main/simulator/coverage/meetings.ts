import { ALL_FAULTS } from '../faults/all-faults'
import { PairPhases, PHASES, type PairPhase } from '../pair-phases'
import { WorldRun, type WorldResult, type WorldRunOptions } from '../run/run-world'

/** Which faults struck in which phases of the pair. */
export class Meetings {
  readonly #counts = new Map<string, Map<PairPhase, number>>(ALL_FAULTS.map(({ name }) => [name, new Map()]))

  /** Runs a world and notes what met in it. The world is the same without that. */
  run(options: WorldRunOptions): WorldResult {
    const run: WorldRun = new WorldRun(options, {
      faultStruck: (name) => {
        for (const phase of phases.now()) this.#note(name, phase)
        return undefined
      },
    })
    const phases = new PairPhases(run.world)
    while (run.step());
    return run.result()
  }

  /** Each fault with how often it struck in each phase. */
  rows(): { readonly fault: string; readonly counts: readonly number[] }[] {
    return [...this.#counts].map(([fault, counts]) => ({ fault, counts: PHASES.map((phase) => counts.get(phase) ?? 0) }))
  }

  #note(fault: string, phase: PairPhase): void {
    const counts = this.#counts.get(fault) ?? new Map<PairPhase, number>()
    this.#counts.set(fault, counts.set(phase, (counts.get(phase) ?? 0) + 1))
  }
}
