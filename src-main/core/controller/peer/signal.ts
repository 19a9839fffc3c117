import { assert } from '../../../base/assert'

/** Notifies parts in higher rooms. The sender does not know them; the assembly lists them in order. */
export class Signal<Args extends readonly unknown[] = []> {
  #hearers: readonly ((...args: Args) => void)[] | undefined

  /** Takes all hearers in one call. */
  heardBy(...hearers: readonly ((...args: Args) => void)[]): void {
    assert(this.#hearers === undefined, 'who hears a signal is said once')
    this.#hearers = hearers
  }

  tell(...args: Args): void {
    for (const hear of this.#hearers ?? []) hear(...args)
  }
}
