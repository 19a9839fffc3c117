import { Prng } from '../../base/prng'
import { present } from '../../base/assert'
import type { ControllerId } from '../../contract/controller-id'
import type { ForkChange, RunFork } from '../../contract/run-fork'
import type { ForkParting, SimulationMoment } from '../../contract/simulation'
import { ALL_FAULTS } from '../faults/all-faults'
import type { Fault } from '../faults/fault'

/** A fault that the plan of the world does not have. Its random numbers are its own, so those of the plan stay what they are. */
export interface ForkedFault {
  readonly fault: Fault
  readonly random: Prng
  /** Undefined: one that is alive. */
  readonly controller: ControllerId | undefined
}

/** What becomes of a fault of the plan that does not strike. */
export interface LeftOut {
  /** Random numbers that it would have drawn. */
  readonly draws: number
  readonly instead: ForkedFault | undefined
}

/** The changes by which a run parts from that of its seed, each after its event. */
export class Forks {
  readonly #forks: readonly RunFork[]
  readonly #seed: number
  readonly #now: () => SimulationMoment
  /** Those before it have come, or never will. */
  #next = 0
  /** Their events have come, and they wait for the fault that they leave out. */
  #waiting: readonly RunFork[] = []
  #parted: ForkParting | undefined

  constructor(forks: readonly RunFork[], { seed, now }: { readonly seed: number; readonly now: () => SimulationMoment }) {
    this.#forks = forks
    this.#seed = seed
    this.#now = now
  }

  /** Where the last change came about, if it did. */
  get parted(): ForkParting | undefined {
    return this.#parted
  }

  /** What is to be done now, after the event that ran last. Each once; call until there is none. */
  takeDue(): Extract<ForkChange, { readonly kind: 'policy' }> | ForkedFault | undefined {
    const { event } = this.#now()
    for (let fork = this.#forks[this.#next]; fork !== undefined && fork.event <= event; fork = this.#forks[this.#next]) {
      this.#next++
      const { change } = fork
      if ('fault' in change) this.#waiting = [...this.#waiting, fork]
      // It was due before there were faults, which is too early.
      if ('fault' in change || fork.event < event) continue
      this.#came(fork)
      return change.kind === 'policy' ? change : this.#faultOf(fork, change)
    }
    return undefined
  }

  /** What becomes of the fault that is about to strike, by its number in the run and its name. Undefined: it strikes. */
  insteadOf(number: number, leftOut: string): LeftOut | undefined {
    const fork = this.#waiting.find(({ change }) => 'fault' in change && change.fault === number)
    if (fork === undefined) return undefined
    this.#waiting = this.#waiting.filter((one) => one !== fork)
    this.#came(fork, { leftOut })
    const { change } = fork
    const draws = 'draws' in change ? (change.draws ?? 0) : 0
    return { draws, instead: change.kind === 'instead' ? this.#faultOf(fork, change) : undefined }
  }

  #came(fork: RunFork, left: Pick<ForkParting, 'leftOut'> = {}): void {
    if (fork === this.#forks.at(-1)) this.#parted = { ...this.#now(), ...left }
  }

  #faultOf(fork: RunFork, { name, controller }: { readonly name: string; readonly controller?: ControllerId | undefined }): ForkedFault {
    const fault = present(faultNamed(name), `the fault ${name}`)
    return { fault, random: new Prng(this.#seed + fork.event + this.#forks.indexOf(fork)).fork(), controller }
  }
}

export function faultNamed(name: string): Fault | undefined {
  return ALL_FAULTS.find((fault) => fault.name === name)
}
