import {
  SIMULATION_BOUNDS,
  type FaultHit,
  type SimulatedFault,
  type SimulatedViolation,
  type SimulationMoment,
  type SimulationOutline,
} from '../contract/simulation'
import type { Place, TraceEvent, TraceKind } from '../contract/trace'

type Marks = Pick<SimulationOutline, 'faults' | 'takeovers' | 'violations'>
type Takeover = SimulationOutline['takeovers'][number]

/** What people and the lab did to the pair, by the event that tells of it. The names are those of the simulator's faults. */
const FAULTS: Partial<Readonly<Record<TraceKind, string>>> = {
  'midplane.controller-killed': 'crash',
  'midplane.controller-hung': 'hang',
  'midplane.panic-asked': 'panic',
  'midplane.interconnect-cut': 'cut',
  'drive.pulled': 'drive-pulled',
  'drive.died': 'drive-failure',
  'drive.replaced': 'drive-replaced',
  'drive.slowed': 'slow-drive',
  'drive.sector-spoilt': 'latent-error',
  'drive.bit-flipped': 'silent-corruption',
}

/** What ends the effect of a fault on a place. Others are over at once. */
const ENDS: Partial<Readonly<Record<TraceKind, readonly string[]>>> = {
  'midplane.controller-started': ['crash', 'hang', 'panic'],
  'midplane.interconnect-mended': ['cut'],
  'drive.put-back': ['drive-pulled'],
  'drive.replaced': ['drive-pulled', 'drive-failure', 'slow-drive'],
}
const LASTING: readonly string[] = Object.values(ENDS).flat()

/** Finds faults, takeovers and losses in the events of a recording. */
export class RecordedMarks {
  readonly #faults: (Omit<SimulatedFault, 'hits'> & { readonly hit: FaultHit; untilMs: number | undefined })[] = []
  readonly #takeovers: Takeover[] = []
  readonly #violations: SimulatedViolation[] = []

  take(event: TraceEvent, moment: SimulationMoment): void {
    const place = event.to ?? event.place
    const over = ENDS[event.kind]
    if (over !== undefined) this.#endAt(place, over, moment.atMs)
    const name = faultOf(event)
    if (name !== undefined) add(this.#faults, { name, ...moment, hit: { place, atMs: moment.atMs }, untilMs: undefined })
    if (event.kind === 'takeover.detected') {
      const reason = typeof event.data?.['reason'] === 'string' ? event.data['reason'] : 'crash'
      add(this.#takeovers, { ...moment, survivor: event.place === 'controller-a' ? 'a' : 'b', reason })
    }
    if (event.kind === 'host.block-lost') {
      const sentence = `Block ${String(event.data?.['block'])} of LUN ${String(event.data?.['lun'])} was acknowledged and is lost.`
      add(this.#violations, { checker: 'ledger', sentence, place: 'host', ...moment })
    }
  }

  /** Once all events were taken. Where nothing ended a fault, it lasts up to the end. */
  upTo(endMs: number): Marks {
    const faults = this.#faults.map(({ hit, untilMs, ...fault }): SimulatedFault => {
      const isLasting = LASTING.includes(fault.name)
      return { ...fault, hits: [isLasting ? { ...hit, untilMs: untilMs ?? endMs } : hit] }
    })
    return { faults, takeovers: this.#takeovers, violations: this.#violations }
  }

  #endAt(place: Place, names: readonly string[], atMs: number): void {
    for (const fault of this.#faults) {
      if (fault.untilMs === undefined && fault.hit.place === place && names.includes(fault.name)) fault.untilMs = atMs
    }
  }
}

function add<T>(marks: T[], mark: T): void {
  if (marks.length < SIMULATION_BOUNDS.maxRecordedMarks) marks.push(mark)
}

/** A drive that is as fast as before is not slowed. */
function faultOf({ kind, data }: TraceEvent): string | undefined {
  return kind === 'drive.slowed' && data?.['extraLatencyMs'] === 0 ? undefined : FAULTS[kind]
}
