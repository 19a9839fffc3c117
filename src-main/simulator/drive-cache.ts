import { present } from '../base/assert'
import type { Prng } from '../base/prng'

/** By sector: what was there before. */
type Before = Map<number, Uint8Array>

/** How often a sector keeps what the drive has taken although nobody flushed it. */
const KEEPS_SHARE = 0.4

/**
 * A drive's volatile write cache, as a list of what a loss of power would bring back. Each flush begins a new part of the list, and
 * once it has ended well, the parts before it are gone.
 */
export class DriveCache {
  #parts: { readonly number: number; readonly before: Before }[] = [{ number: 0, before: new Map() }]

  /** Before a sector is written. */
  note(block: number, read: () => Uint8Array): void {
    const { before } = this.#newest
    if (!before.has(block)) before.set(block, read())
  }

  /** What has been written so far is on stable storage as soon as the result is called. */
  flushBegins(): () => void {
    const number = this.#newest.number + 1
    this.#parts.push({ number, before: new Map() })
    return () => (this.#parts = this.#parts.filter((part) => part.number >= number))
  }

  /** The power is gone. Returns the sectors that lose what was written, and what they hold now. */
  lose(random: Prng): ReadonlyMap<number, Uint8Array> {
    const lost = new Map<number, Uint8Array>()
    const keeps = new Set<number>()
    // From the newest part on: a sector that keeps a part keeps all before it.
    for (const { before } of this.#parts.reverse()) {
      for (const [block, bytes] of before) {
        if (keeps.has(block)) continue
        if (random.chance(KEEPS_SHARE)) keeps.add(block)
        else lost.set(block, bytes)
      }
    }
    this.#parts = [{ number: 0, before: new Map() }]
    return lost
  }

  get #newest(): { readonly number: number; readonly before: Before } {
    return present(this.#parts.at(-1), 'the newest part')
  }
}
