import type { ControllerId } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
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
  'midplane.interconnect-slowed': 'slow-interconnect',
  'midplane.portal-unplugged': 'portal-lost',
  'midplane.management-unplugged': 'management-lost',
  'midplane.address-stolen': 'address-stolen',
  'midplane.battery-removed': 'battery-gone',
  'midplane.nvram-erased': 'nvram-lost',
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
  'midplane.interconnect-slowed': ['slow-interconnect'],
  'midplane.portal-plugged-in': ['portal-lost'],
  'midplane.management-plugged-in': ['management-lost'],
  'midplane.address-given-back': ['address-stolen'],
  'midplane.battery-put-back': ['battery-gone'],
  'drive.put-back': ['drive-pulled'],
  'drive.replaced': ['drive-pulled', 'drive-failure', 'slow-drive'],
  'drive.slowed': ['slow-drive'],
}
const LASTING: readonly string[] = Object.values(ENDS).flat()

/** Finds faults, takeovers and losses in the events of a recording. */
export class RecordedMarks {
  readonly #faults: (Omit<SimulatedFault, 'hits'> & { readonly hit: FaultHit; untilMs: number | undefined })[] = []
  readonly #takeovers: Takeover[] = []
  readonly #violations: SimulatedViolation[] = []
  /** Takeovers that have begun and are not over, by who takes over. */
  readonly #underWay = new Map<ControllerId, Takeover>()
  /** Blocks that were found lost, each once, however often they were. */
  readonly #lost = new Set<string>()
  /** The most that one verification found. Of many lost blocks, not each has an event. */
  #mostLost = 0

  take(event: TraceEvent, moment: SimulationMoment): void {
    const place = event.to ?? event.place
    const over = ENDS[event.kind]
    if (over !== undefined) this.#endAt(place, over, moment.atMs)
    const name = faultOf(event)
    if (name !== undefined) add(this.#faults, { name, ...moment, hit: { place, atMs: moment.atMs }, untilMs: undefined })
    this.#takeTakeover(event, moment)
    if (event.kind === 'host.verification-finished') this.#mostLost = Math.max(this.#mostLost, countOf(event.data?.['lost']))
    if (event.kind === 'host.block-lost') {
      if (this.#lost.size < SIMULATION_BOUNDS.maxRecordedMarks)
        this.#lost.add(`${numberOf(event.data?.['lun'])} ${numberOf(event.data?.['block'])}`)
      const sentence = `Block ${numberOf(event.data?.['block'])} of LUN ${numberOf(event.data?.['lun'])} was acknowledged and is lost.`
      add(this.#violations, { checker: 'ledger', sentence, place: 'host', ...moment })
    }
  }

  get isTakingOver(): boolean {
    return this.#underWay.size > 0
  }

  get lostBlocks(): number {
    return Math.max(this.#lost.size, this.#mostLost)
  }

  /** Once all events were taken. Where nothing ended a fault, it lasts up to the end. */
  upTo(endMs: number): Marks {
    const faults = this.#faults.map(({ hit, untilMs, ...fault }): SimulatedFault => {
      const isLasting = LASTING.includes(fault.name)
      return { ...fault, hits: [isLasting ? { ...hit, untilMs: untilMs ?? endMs } : hit] }
    })
    return { faults, takeovers: this.#takeovers, violations: this.#violations }
  }

  /** Where both notice the other's silence, as of a cut, both begin. Only one gets the fence, and only then takes over. */
  #takeTakeover({ kind, place, to, data }: TraceEvent, moment: SimulationMoment): void {
    const survivor = (kind === 'midplane.controller-exited' ? to : place) === 'controller-a' ? 'a' : 'b'
    const underWay = this.#underWay.get(survivor)
    if (kind === 'takeover.detected') this.#underWay.set(survivor, { ...moment, survivor, reason: textOf(data?.['reason']) ?? 'crash' })
    if (kind === 'takeover.fenced' && underWay !== undefined) add(this.#takeovers, underWay)
    if (kind === 'takeover.serving' || kind === 'midplane.controller-exited') this.#underWay.delete(survivor)
  }

  #endAt(place: Place, names: readonly string[], atMs: number): void {
    for (const fault of this.#faults) {
      if (fault.untilMs === undefined && fault.hit.place === place && names.includes(fault.name)) fault.untilMs = atMs
    }
  }
}

/** Somebody may have edited the recording. Not all that JSON can say has a text of its own. */
function numberOf(value: unknown): string {
  return typeof value === 'number' ? String(value) : '?'
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, LIMITS.recordedReasonLength) : undefined
}

function add<T>(marks: T[], mark: T): void {
  if (marks.length < SIMULATION_BOUNDS.maxRecordedMarks) marks.push(mark)
}

/** What is as fast as before is not slowed. */
function faultOf({ kind, data }: TraceEvent): string | undefined {
  const isSlowed = kind === 'drive.slowed' || kind === 'midplane.interconnect-slowed'
  return isSlowed && data?.['extraLatencyMs'] === 0 ? undefined : FAULTS[kind]
}
