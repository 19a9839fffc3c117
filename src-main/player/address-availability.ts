import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import { SIMULATION_BOUNDS, type LaneSpan } from '../contract/simulation'
import type { LabSnapshot } from '../contract/snapshot'
import type { TraceEvent } from '../contract/trace'
import type { TimeSpan } from './time-spans'

type Server = ControllerId | undefined

/**
 * Who answers at the addresses of each controller: whoever opened them, as long as it lives and does not hang, whatever it would say of
 * itself. An address and its portal are opened and closed together. Nobody answers at a management address whose plug is out, or where
 * another device is.
 */
export class AddressAvailability {
  readonly #open: Record<ControllerId, Server> = { a: undefined, b: undefined }
  /** Since when a controller hangs. */
  readonly #silentSinceMs: Record<ControllerId, number | undefined> = { a: undefined, b: undefined }
  readonly #changes: Record<ControllerId, { readonly atMs: number; readonly by: Server }[]> = { a: [], b: [] }
  /** Controllers whose management plugs are out, and controllers whose management addresses another device has. */
  readonly #unplugged = new Set<ControllerId>()
  readonly #stolen = new Set<ControllerId>()
  #isKnown = false

  /** How things stood at the beginning. Later pictures say nothing that events do not. */
  begin({ controllers }: LabSnapshot, atMs: number): void {
    if (this.#isKnown) return
    this.#isKnown = true
    for (const id of CONTROLLER_IDS) {
      this.#open[id] = controllers[id].portalServedBy
      if (controllers[id].state === 'hung') this.#silentSinceMs[id] = atMs
      if (controllers[id].faults?.unplugged.includes('management') === true) this.#unplugged.add(id)
      if (controllers[id].faults?.stolen.includes('management') === true) this.#stolen.add(id)
    }
    this.#note(atMs)
  }

  take(event: TraceEvent, atMs: number): void {
    const { kind, place, to, data } = event
    const self = place === 'controller-a' ? 'a' : place === 'controller-b' ? 'b' : undefined
    if (self !== undefined) this.#lives(self, event.timeMs, atMs)
    if (kind === 'portal.opened' && self !== undefined) this.#open[to === 'portal-a' ? 'a' : 'b'] = self
    else if (kind === 'portal.closed') this.#open[to === 'portal-a' ? 'a' : 'b'] = undefined
    else if (kind === 'midplane.controller-hung') this.#silentSinceMs[controllerIn(data)] = event.timeMs
    else if (kind === 'midplane.controller-killed' || kind === 'midplane.controller-exited') this.#end(controllerIn(data))
    else if (kind === 'midplane.management-unplugged') this.#unplugged.add(controllerIn(data))
    else if (kind === 'midplane.management-plugged-in') this.#unplugged.delete(controllerIn(data))
    else if (kind === 'midplane.address-stolen' && data?.['address'] === 'management') this.#stolen.add(controllerIn(data))
    else if (kind === 'midplane.address-given-back' && data?.['address'] === 'management') this.#stolen.delete(controllerIn(data))
    else return
    this.#note(atMs)
  }

  spans(of: ControllerId, run: TimeSpan): readonly LaneSpan[] {
    const changes = this.#changes[of]
    const spans = changes.map(({ atMs, by }, index): LaneSpan => {
      const stretch = { fromMs: Math.max(run.fromMs, atMs), toMs: changes[index + 1]?.atMs ?? run.toMs }
      return by === undefined ? { ...stretch, state: 'unanswered' } : { ...stretch, state: 'answered', by }
    })
    return spans.filter(({ fromMs, toMs }) => toMs > fromMs).slice(0, SIMULATION_BOUNDS.maxSpans)
  }

  /** One that hung goes on. What it said before may come late, because each thread writes its own events. */
  #lives(controller: ControllerId, saidAtMs: number, atMs: number): void {
    const sinceMs = this.#silentSinceMs[controller]
    if (sinceMs === undefined || saidAtMs <= sinceMs) return
    this.#silentSinceMs[controller] = undefined
    this.#note(atMs)
  }

  /** Nothing of it answers any more. */
  #end(controller: ControllerId): void {
    this.#silentSinceMs[controller] = undefined
    for (const of of CONTROLLER_IDS) if (this.#open[of] === controller) this.#open[of] = undefined
  }

  #note(atMs: number): void {
    for (const of of CONTROLLER_IDS) {
      const open = this.#open[of]
      const isReached = open !== undefined && !this.#unplugged.has(open) && !this.#stolen.has(of)
      const by = isReached && this.#silentSinceMs[open] === undefined ? open : undefined
      const last = this.#changes[of].at(-1)
      if (last === undefined || last.by !== by) this.#changes[of].push({ atMs, by })
    }
  }
}

function controllerIn(data: TraceEvent['data']): ControllerId {
  return data?.['controller'] === 'a' ? 'a' : 'b'
}
