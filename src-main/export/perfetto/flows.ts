import { LIMITS } from '../../contract/limits'
import type { TraceEvent, TraceId } from '../../contract/trace'

/** What belongs together has one number: the events of a request, or an event and what it caused. */
export class Flows {
  #last = 0
  readonly #requests = new Recent<string>()
  readonly #events = new Recent<TraceId>()

  of({ id, kind, request, cause }: TraceEvent): number {
    // With a command, its name begins anew: it may have been that of another one.
    const ofRequest = request === undefined || kind === 'host.command' ? undefined : this.#requests.get(request)
    const flow = ofRequest ?? (cause === undefined ? undefined : this.#events.get(cause)) ?? ++this.#last
    if (request !== undefined) this.#requests.set(request, flow)
    this.#events.set(id, flow)
    return flow
  }
}

/** Forgets the older half when there is too much. A cause is hardly ever that far away. */
class Recent<K> {
  #newer = new Map<K, number>()
  #older = new Map<K, number>()

  get(key: K): number | undefined {
    return this.#newer.get(key) ?? this.#older.get(key)
  }

  set(key: K, value: number): void {
    this.#newer.set(key, value)
    if (this.#newer.size < LIMITS.exportCauses) return
    this.#older = this.#newer
    this.#newer = new Map()
  }
}
