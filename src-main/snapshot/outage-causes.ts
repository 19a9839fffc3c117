import { peerOf, type ControllerId } from '../contract/controller-id'
import type { Outage, OutageCause, OutageReport } from '../contract/host'
import type { TraceEvent } from '../contract/trace'

/** A time in which outages have a cause. `untilMs` is undefined as long as it goes on. */
interface Episode {
  readonly cause: OutageCause
  readonly fromMs: number
  untilMs: number | undefined
}

/** What explains an outage best comes first. */
const KINDS: readonly OutageCause['kind'][] = ['both-down', 'panic', 'crash', 'hang', 'cut', 'stop', 'giveback', 'drive', 'start', 'move']
/** Over as soon as a controller serves for the other one. */
const FAILURES: readonly OutageCause['kind'][] = ['both-down', 'panic', 'crash', 'hang', 'cut', 'stop']
const MAX_EPISODES = 256
/** An outage that begins later than this after what caused others has another cause. */
const SETTLES_MS = 1000

type FailureOfOne = Extract<OutageCause, { readonly controller: ControllerId }>

/** Names the cause of an outage from the trace: what was done to the pair, or by it, at the time. */
export class OutageCauses {
  #episodes: readonly Episode[] = []
  readonly #isOut: Record<ControllerId, boolean> = { a: false, b: false }

  /** Returns whether it is a fault: from there on outages are counted anew. */
  take(event: TraceEvent): boolean {
    const { kind, timeMs, data } = event
    const id = data?.['controller'] === 'a' ? 'a' : 'b'
    switch (kind) {
      case 'midplane.controller-killed':
        return this.#failed({ kind: 'crash', controller: id }, timeMs)
      case 'midplane.controller-hung':
        return this.#failed({ kind: 'hang', controller: id }, timeMs)
      case 'midplane.panic-asked':
        return this.#failed({ kind: 'panic', controller: id }, timeMs)
      case 'midplane.controller-exited':
        return this.#exited(id, event)
      case 'midplane.controller-started':
        this.#begin({ kind: 'start', controller: id }, timeMs)
        return false
      case 'midplane.interconnect-cut':
        this.#begin({ kind: 'cut' }, timeMs)
        return true
      case 'midplane.interconnect-mended':
        this.#end('cut', timeMs)
        return false
      case 'drive.failed':
        this.#happened({ kind: 'drive', drive: Number(data?.['drive']) }, timeMs)
        return true
      default:
        this.#takeFromPair(event)
        return false
    }
  }

  /** The report with the causes of all outages that it tells of. */
  explain(report: OutageReport): OutageReport {
    const { longest, luns } = report
    return {
      ...report,
      ...(longest === undefined ? {} : { longest: this.#explained(longest) }),
      luns: luns.map((lun) => (lun.longest === undefined ? lun : { ...lun, longest: this.#explained(lun.longest) })),
    }
  }

  #takeFromPair({ kind, timeMs, place, data }: TraceEvent): void {
    const self = place === 'controller-a' ? 'a' : 'b'
    switch (kind) {
      case 'takeover.serving':
      case 'controller.serving':
        this.#isOut[self] = false
        for (const failure of FAILURES) this.#end(failure, timeMs)
        if (kind === 'controller.serving') this.#end('start', timeMs)
        break
      case 'giveback.started':
        this.#begin({ kind: 'giveback', controller: data?.['to'] === 'a' ? 'a' : 'b' }, timeMs)
        break
      case 'giveback.completed':
      case 'giveback.refused':
        this.#end('giveback', timeMs)
        break
      case 'volume.quiesced':
      case 'volume.owner-changed':
        this.#happened({ kind: 'move' }, timeMs)
        break
      default:
        break
    }
  }

  #explained(outage: Outage): Outage {
    const cause = this.#causeOf(outage)
    return cause === undefined ? outage : { ...outage, cause }
  }

  /** Undefined: nothing is known that would explain it. */
  #causeOf({ startedAtMs, durationMs }: Outage): OutageCause | undefined {
    const endedAtMs = startedAtMs + durationMs
    let best: Episode | undefined
    for (const episode of this.#episodes) {
      if (episode.fromMs > endedAtMs || (episode.untilMs ?? endedAtMs) + SETTLES_MS < startedAtMs) continue
      if (best === undefined || KINDS.indexOf(episode.cause.kind) <= KINDS.indexOf(best.cause.kind)) best = episode
    }
    return best?.cause
  }

  /** The cause of its end is known. Otherwise it was stopped on purpose, or had an error of its own. */
  #exited(controller: ControllerId, { timeMs, cause, data }: TraceEvent): boolean {
    if (cause !== undefined || this.#isOut[controller]) {
      this.#isOut[controller] = true
      return false
    }
    return this.#failed({ kind: data?.['message'] === undefined ? 'stop' : 'panic', controller }, timeMs)
  }

  #failed(cause: FailureOfOne, atMs: number): true {
    this.#isOut[cause.controller] = true
    this.#begin(cause, atMs)
    if (this.#isOut[peerOf(cause.controller)]) this.#begin({ kind: 'both-down' }, atMs)
    return true
  }

  #begin(cause: OutageCause, fromMs: number): void {
    if (this.#episodes.some(({ cause: { kind }, untilMs }) => kind === cause.kind && untilMs === undefined)) return
    this.#episodes = [...this.#episodes, { cause, fromMs, untilMs: undefined }].slice(-MAX_EPISODES)
  }

  /** It takes no time itself. */
  #happened(cause: OutageCause, atMs: number): void {
    this.#begin(cause, atMs)
    this.#end(cause.kind, atMs)
  }

  #end(kind: OutageCause['kind'], atMs: number): void {
    for (const episode of this.#episodes) if (episode.cause.kind === kind) episode.untilMs ??= atMs
  }
}
