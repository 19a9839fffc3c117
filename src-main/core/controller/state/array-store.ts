import type { ArrayState } from '../../../contract/array-state'
import { Signal } from '../peer/signal'
import { assertFollows } from './array-changes'

/** The array state as this controller knows it. */
export class ArrayStore {
  /** A new state, and the one before it. */
  readonly installed = new Signal<[state: ArrayState, previous: ArrayState | undefined]>()
  #state: ArrayState | undefined

  get state(): ArrayState | undefined {
    return this.#state
  }

  install(state: ArrayState): void {
    const previous = this.#state
    if (previous?.generation === state.generation && previous.serviceEpoch === state.serviceEpoch) return
    assertFollows(state, previous)
    this.#state = state
    this.installed.tell(state, previous)
  }
}
