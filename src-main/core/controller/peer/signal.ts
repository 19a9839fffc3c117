import { assert } from '../../../base/assert'

/** Tells parts higher up of something. The part that tells it does not know them: the assembly lists them, in their order. */
export class Signal<Args extends readonly unknown[] = []> {
  #hearers: readonly ((...args: Args) => void)[] | undefined

  /** All of them at once. */
  heardBy(...hearers: readonly ((...args: Args) => void)[]): void {
    assert(this.#hearers === undefined, 'who hears a signal is said once')
    this.#hearers = hearers
  }

  tell(...args: Args): void {
    for (const hear of this.#hearers ?? []) hear(...args)
  }
}
