import { peerOf, type ControllerId } from '../contract/controller-id'
import type { Outage, OutageCause, OutageReport } from '../contract/host'
import { LIMITS } from '../contract/limits'
import type { TraceEvent } from '../contract/trace'

/** A time in which outages have a cause. `untilMs` is undefined as long as it goes on. */
interface Episode {
  readonly cause: OutageCause
  readonly fromMs: number
  untilMs: number | undefined
}

/** What explains an outage best comes first. */
const KINDS: readonly OutageCause['kind'][] = [
  ...(['both-down', 'panic', 'crash', 'hang', 'cut', 'stop', 'portal-lost', 'address-stolen'] as const),
  ...(['giveback', 'drive', 'bad-sector', 'start', 'slow-drive', 'slow-link', 'move'] as const),
]
/** Over as soon as a controller serves for the other one. */
const FAILURES: readonly OutageCause['kind'][] = ['both-down', 'panic', 'crash', 'hang', 'cut', 'stop']
const MAX_EPISODES = LIMITS.outageEpisodes
/** An outage that begins later than this after what caused others has another cause. */
const SETTLES_MS = 1000

type FailureOfOne = Extract<OutageCause, { readonly controller: ControllerId }>

/** Names the cause of an outage from the trace: what was done to the pair, or by it, at the time. */
export class OutageCauses {
  #episodes: readonly Episode[] = []
  readonly #isOut: Record<ControllerId, boolean> = { a: false, b: false }
  /** Drives that somebody gave a bad sector: an error of theirs that follows comes of it. */
  readonly #spoilt = new Set<number>()

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
        // Whoever gives back and dies never says that it is over.
        this.#end('giveback', timeMs)
        return this.#exited(id, event)
      case 'midplane.controller-started':
        this.#begin({ kind: 'start', controller: id }, timeMs)
        return false
      case 'midplane.interconnect-cut':
        return this.#begin({ kind: 'cut' }, timeMs)
      case 'midplane.interconnect-mended':
        return this.#end('cut', timeMs)
      case 'midplane.portal-unplugged':
        return this.#begin({ kind: 'portal-lost', controller: id }, timeMs)
      case 'midplane.portal-plugged-in':
        return this.#end('portal-lost', timeMs, id)
      case 'midplane.address-stolen':
        return data?.['address'] === 'portal' && this.#begin({ kind: 'address-stolen', controller: id }, timeMs)
      case 'midplane.address-given-back':
        return data?.['address'] === 'portal' && this.#end('address-stolen', timeMs, id)
      case 'midplane.interconnect-slowed':
        return data?.['extraLatencyMs'] === 0 ? this.#end('slow-link', timeMs) : this.#begin({ kind: 'slow-link' }, timeMs)
      default:
        this.#takeFromPair(event)
        return this.#takeOfDrive(event)
    }
  }

  /** A bit that is flipped makes nobody wait, but what was read back before may be wrong now. */
  #takeOfDrive({ kind, timeMs, place, data }: TraceEvent): boolean {
    const drive = Number(data?.['drive'] ?? place.replace('drive-', ''))
    switch (kind) {
      case 'drive.failed':
        return this.#happened({ kind: 'drive', drive }, timeMs)
      case 'drive.slowed':
        return data?.['extraLatencyMs'] === 0 ? this.#end('slow-drive', timeMs, drive) : this.#begin({ kind: 'slow-drive', drive }, timeMs)
      case 'drive.sector-spoilt':
        this.#spoilt.add(drive)
        return true
      case 'drive.error':
        if (this.#spoilt.has(drive)) this.#happened({ kind: 'bad-sector', drive }, timeMs)
        return false
      case 'drive.replaced':
        this.#spoilt.delete(drive)
        return this.#end('slow-drive', timeMs, drive)
      case 'drive.bit-flipped':
        return true
      default:
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

  #begin(cause: OutageCause, fromMs: number): true {
    const isSame = ({ cause: other, untilMs }: Episode): boolean =>
      untilMs === undefined && other.kind === cause.kind && whereOf(other) === whereOf(cause)
    if (!this.#episodes.some(isSame)) this.#episodes = [...this.#episodes, { cause, fromMs, untilMs: undefined }].slice(-MAX_EPISODES)
    return true
  }

  /** It takes no time itself. */
  #happened(cause: OutageCause, atMs: number): true {
    this.#begin(cause, atMs)
    this.#end(cause.kind, atMs)
    return true
  }

  /** `where`: only what is about that controller or drive. */
  #end(kind: OutageCause['kind'], atMs: number, where?: ControllerId | number): false {
    for (const episode of this.#episodes) {
      const { cause } = episode
      if (cause.kind === kind && (where === undefined || whereOf(cause) === where)) episode.untilMs ??= atMs
    }
    return false
  }
}

/** Of what several may have at the same time, each told of by itself: which controller or drive has it. */
function whereOf(cause: OutageCause): ControllerId | number | undefined {
  if (cause.kind === 'portal-lost' || cause.kind === 'address-stolen') return cause.controller
  return 'drive' in cause ? cause.drive : undefined
}
