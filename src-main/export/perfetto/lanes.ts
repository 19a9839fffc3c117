import { LIMITS } from '../../contract/limits'
import type { TracePackets } from './trace-packets'

/**
 * The tracks of things that go on at the same time in one place. On one track, slices must lie within each other; so each gets a track
 * that is free, and all of them look like one.
 */
export class Lanes {
  readonly #packets: TracePackets
  readonly #name: string
  readonly #parent: number
  readonly #free: number[] = []
  readonly #taken = new Map<string, number>()

  constructor(packets: TracePackets, of: { readonly name: string; readonly parent: number }) {
    this.#packets = packets
    this.#name = of.name
    this.#parent = of.parent
  }

  /** A track for what has this key. Undefined if something with it goes on, or too much does, as where many were never answered. */
  begin(key: string): number | undefined {
    if (this.#taken.has(key) || this.#taken.size >= LIMITS.exportLanes) return undefined
    const track = this.#free.pop() ?? this.#packets.track(this.#name, this.#parent)
    this.#taken.set(key, track)
    return track
  }

  /** The track of what has ended. Undefined if nothing with this key went on. */
  end(key: string): number | undefined {
    const track = this.#taken.get(key)
    if (track === undefined) return undefined
    this.#taken.delete(key)
    this.#free.push(track)
    return track
  }

  /** What still goes on. */
  get open(): readonly string[] {
    return [...this.#taken.keys()]
  }
}
