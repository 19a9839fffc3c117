import type { ArrayState } from '../../../contract/array-state'
import { assertFollows } from './array-changes'

/** The array state as this controller knows it, and those who act on every new one, in a fixed order. */
export class ArrayStore {
  readonly #listeners: ((state: ArrayState, previous: ArrayState | undefined) => void)[] = []
  #state: ArrayState | undefined

  get state(): ArrayState | undefined {
    return this.#state
  }

  onInstalled(listener: (state: ArrayState, previous: ArrayState | undefined) => void): void {
    this.#listeners.push(listener)
  }

  install(state: ArrayState): void {
    const previous = this.#state
    if (previous?.generation === state.generation && previous.serviceEpoch === state.serviceEpoch) return
    assertFollows(state, previous)
    this.#state = state
    for (const listener of this.#listeners) listener(state, previous)
  }
}
