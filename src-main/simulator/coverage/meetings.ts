import { CONTROLLER_IDS } from '../../contract/controller-id'
import type { TraceEvent, TraceKind } from '../../contract/trace'
import { FAULTS } from '../faults/faults'
import { WorldRun, type WorldResult, type WorldRunOptions } from '../run/run-world'
import type { World } from '../world'

/** What a pair may be doing when a fault strikes. It may do several of these at once. */
export const PHASES = [
  'idle',
  'start',
  'joining',
  'takeover',
  'giveback',
  'move',
  'one alone',
  'mirror resync',
  'held volume',
  'degraded',
  'rebuild',
  'verification',
  'operation',
] as const
export type PairPhase = (typeof PHASES)[number]

/** Which faults struck in which phases of the pair. */
export class Meetings {
  readonly #counts = new Map<string, Map<PairPhase, number>>(FAULTS.map(({ name }) => [name, new Map()]))

  /** Runs a world and notes what met in it. The world is the same without that. */
  run(options: WorldRunOptions): WorldResult {
    const moves = new MovesUnderWay()
    const run: WorldRun = new WorldRun(options, {
      faultStruck: (name) => {
        for (const phase of phasesOf(run.world, moves)) this.#note(name, phase)
        return undefined
      },
    })
    run.world.trace.onEvent((event) => moves.look(event))
    while (run.step());
    return run.result()
  }

  /** The faults that were or could have been met, each with how often it struck in each phase. */
  rows(): { readonly fault: string; readonly counts: readonly number[] }[] {
    return [...this.#counts].map(([fault, counts]) => ({ fault, counts: PHASES.map((phase) => counts.get(phase) ?? 0) }))
  }

  #note(fault: string, phase: PairPhase): void {
    const counts = this.#counts.get(fault) ?? new Map<PairPhase, number>()
    this.#counts.set(fault, counts.set(phase, (counts.get(phase) ?? 0) + 1))
  }
}

/** What only the trace says: givebacks and moves that have begun and not ended. */
class MovesUnderWay {
  isGivingBack = false
  readonly moving = new Set<string>()

  look({ kind, data }: Pick<TraceEvent, 'kind' | 'data'>): void {
    if (kind === 'giveback.started') this.isGivingBack = true
    else if (GIVEBACK_ENDS.includes(kind)) this.isGivingBack = false
    const volume = String(data?.['volumeId'])
    if (kind === 'volume.quiesced') this.moving.add(volume)
    else if (kind === 'volume.owner-changed') this.moving.delete(volume)
    else if (MOVES_END.includes(kind)) this.moving.clear()
  }
}

const GIVEBACK_ENDS: readonly TraceKind[] = ['giveback.completed', 'giveback.refused', 'takeover.detected', 'midplane.controller-exited']
const MOVES_END: readonly TraceKind[] = ['takeover.detected', 'midplane.controller-exited']

function phasesOf(world: World, moves: MovesUnderWay): readonly PairPhase[] {
  const reports = CONTROLLER_IDS.flatMap((id) => world.controller(id)?.report() ?? [])
  const controllers = new Set(reports.map(({ phase }) => phase))
  const states = CONTROLLER_IDS.flatMap((id) => world.controller(id)?.state ?? [])
  const state = states.sort((one, other) => other.generation - one.generation)[0]
  const { ownership = [], failedMembers = [], operations = [] } = state ?? {}
  const is: Readonly<Record<Exclude<PairPhase, 'idle'>, boolean>> = {
    start: controllers.has('booting') || controllers.has('waiting'),
    joining: controllers.has('joining'),
    takeover: controllers.has('taking-over'),
    giveback: moves.isGivingBack,
    move: moves.moving.size > 0,
    'one alone': reports.length < CONTROLLER_IDS.length,
    'mirror resync': reports.some(({ nvram }) => nvram?.mirror === 'resyncing'),
    'held volume': ownership.some(({ heldBy }) => heldBy !== undefined),
    degraded: failedMembers.some(({ rebuild }) => rebuild === undefined),
    rebuild: failedMembers.some(({ rebuild }) => rebuild !== undefined),
    verification: ownership.some(({ unverified }) => unverified !== undefined),
    operation: operations.some(({ state: operation }) => operation === 'running'),
  }
  const met = PHASES.filter((phase) => phase !== 'idle' && is[phase])
  return met.length === 0 ? ['idle'] : met
}
