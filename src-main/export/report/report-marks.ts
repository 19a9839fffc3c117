import type { Json } from '../../contract/json'
import { LIMITS } from '../../contract/limits'
import type { SimulationOutline } from '../../contract/simulation'
import type { Place, TraceEvent, TraceKind } from '../../contract/trace'
import { named, placeName, type Speech } from './speech'

export type ReportMarkKind = 'fault' | 'act' | 'takeover' | 'violation'

export interface ReportMark {
  readonly kind: ReportMarkKind
  readonly atMs: number
  readonly what: string
  /** What a checker said of it. */
  readonly sentence?: string
  readonly where: string
  /** The lab command that does the same. */
  readonly command?: string
}

/** Finds what was done to the pair besides faults, and how it can be done again. */
export class ReportActs {
  readonly #speech: Speech
  readonly #marks: ReportMark[] = []
  readonly #commands: { readonly atMs: number; readonly command: string }[] = []
  /** Acts beyond those that are kept. */
  #more = 0
  #moreCommands = 0

  constructor(speech: Speech) {
    this.#speech = speech
  }

  take(event: TraceEvent, atMs: number): void {
    const acts: Partial<Readonly<Record<TraceKind, string>>> = this.#speech.words.acts
    const what = acts[event.kind]
    const command = commandOf(event)
    if (command !== undefined && this.#commands.length < LIMITS.exportActs) this.#commands.push({ atMs, command })
    else if (command !== undefined) this.#moreCommands++
    if (what === undefined) return
    if (this.#marks.length < LIMITS.exportActs)
      this.#marks.push({ kind: 'act', atMs, what, where: placeName(this.#speech, event.to ?? event.place) })
    else this.#more++
  }

  get marks(): readonly ReportMark[] {
    return this.#marks
  }

  get commands(): readonly { readonly atMs: number; readonly command: string }[] {
    return this.#commands
  }

  get more(): number {
    return this.#more
  }

  /** Commands beyond those that are kept. */
  get moreCommands(): number {
    return this.#moreCommands
  }
}

/** Faults, takeovers and violations as the player knows them, with the acts among them, in the order of time. */
export function allMarks(
  speech: Speech,
  { faults, takeovers, violations }: SimulationOutline,
  acts: readonly ReportMark[],
): readonly ReportMark[] {
  const { words } = speech
  const marks: ReportMark[] = [
    ...faults.map(({ name, atMs, hits }) => ({
      kind: 'fault' as const,
      atMs,
      what: named(words.faults, name),
      where: placesOf(speech, hits),
    })),
    ...takeovers.map(({ atMs, survivor, reason }) => ({
      kind: 'takeover' as const,
      atMs,
      what: words.marks.takeover(survivor.toUpperCase(), survivor === 'a' ? 'B' : 'A', named(words.takeovers.reason, reason)),
      where: placeName(speech, `controller-${survivor}`),
    })),
    ...violations.map(({ checker, sentence, atMs, place }) => ({
      kind: 'violation' as const,
      atMs,
      what: checker,
      sentence,
      where: place === undefined ? words.marks.wholePair : placeName(speech, place),
    })),
    ...acts,
  ]
  return marks.sort((one, other) => one.atMs - other.atMs)
}

function placesOf(speech: Speech, hits: readonly { readonly place: Place }[]): string {
  if (hits.length === 0) return speech.words.marks.hitNothing
  return [...new Set(hits.map(({ place }) => placeName(speech, place)))].join(', ')
}

const CONTROLLER_COMMANDS: Partial<Readonly<Record<TraceKind, string>>> = {
  'midplane.controller-killed': 'kill',
  'midplane.controller-hung': 'hang',
  'midplane.panic-asked': 'panic',
  'midplane.portal-unplugged': 'unplug-portal',
  'midplane.portal-plugged-in': 'plug-in-portal',
  'midplane.management-unplugged': 'unplug-management',
  'midplane.management-plugged-in': 'plug-in-management',
  'midplane.battery-removed': 'remove-battery',
  'midplane.battery-put-back': 'put-battery-back',
}
const ADDRESS_COMMANDS: Partial<Readonly<Record<TraceKind, string>>> = {
  'midplane.address-stolen': 'steal-address',
  'midplane.address-given-back': 'give-address-back',
}
const DRIVE_COMMANDS: Partial<Readonly<Record<TraceKind, string>>> = {
  'drive.pulled': 'pull-drive',
  'drive.put-back': 'put-drive-back',
  'drive.died': 'fail-drive',
  'drive.replaced': 'replace-drive',
}
const PLAIN_COMMANDS: Partial<Readonly<Record<TraceKind, string>>> = {
  'midplane.interconnect-cut': 'cut-interconnect',
  'midplane.interconnect-mended': 'mend-interconnect',
  'host.workload-stopped': 'stop-workload',
  'host.verification-started': 'verify-ledger',
}

/** As `POST /api/lab/…` takes it. */
function commandOf({ kind, to, data = {} }: TraceEvent): string | undefined {
  const which = (to ?? '').split('-')[1] ?? ''
  const ofController = CONTROLLER_COMMANDS[kind]
  if (ofController !== undefined) return written(ofController, { controller: which })
  const ofAddress = ADDRESS_COMMANDS[kind]
  if (ofAddress !== undefined) return written(ofAddress, { controller: which, address: (to ?? '').split('-')[0] })
  if (kind === 'midplane.interconnect-slowed') return written('slow-interconnect', { extraLatencyMs: data['extraLatencyMs'] })
  // The first start of a controller is that of the lab.
  if (kind === 'midplane.controller-started') return data['incarnation'] === 1 ? undefined : written('restart', { controller: which })
  const drive = Number(which)
  const ofDrive = DRIVE_COMMANDS[kind]
  if (ofDrive !== undefined) return written(ofDrive, { drive })
  if (kind === 'drive.slowed') return written('slow-drive', { drive, extraLatencyMs: data['extraLatencyMs'] })
  if (kind === 'drive.sector-spoilt') return written('spoil-sector', { drive, block: data['block'] })
  if (kind === 'drive.bit-flipped') return written('flip-bit', { drive, block: data['block'] })
  if (kind === 'host.workload-started') return written('start-workload', { workload: data })
  const plain = PLAIN_COMMANDS[kind]
  return plain === undefined ? undefined : written(plain, {})
}

function written(command: string, parameters: { readonly [key: string]: Json | undefined }): string {
  return `${command} ${JSON.stringify(parameters)}`
}
