import { CONTROLLER_IDS } from '../contract/controller-id'
import type { TraceEvent, TraceKind } from '../contract/trace'
import type { World } from './world'

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

const GIVEBACK_ENDS: readonly TraceKind[] = ['giveback.completed', 'giveback.refused', 'takeover.detected', 'midplane.controller-exited']
const MOVES_END: readonly TraceKind[] = ['takeover.detected', 'midplane.controller-exited']

/** Says what the pair of a world is doing. It only watches. */
export class PairPhases {
  readonly #world: World
  /** What only the trace says: givebacks and moves that have begun and not ended. */
  #isGivingBack = false
  readonly #moving = new Set<string>()

  constructor(world: World) {
    this.#world = world
    world.trace.onEvent((event) => this.#look(event))
  }

  /** Idle, if nothing else. */
  now(): readonly PairPhase[] {
    const controllers = CONTROLLER_IDS.flatMap((id) => this.#world.controller(id) ?? [])
    const phases = new Set(controllers.map(({ phase }) => phase))
    const states = controllers.flatMap(({ state }) => state ?? [])
    const state = states.sort((one, other) => other.generation - one.generation)[0]
    const { ownership = [], failedMembers = [], operations = [] } = state ?? {}
    const is: Readonly<Record<Exclude<PairPhase, 'idle'>, boolean>> = {
      start: phases.has('booting') || phases.has('waiting'),
      joining: phases.has('joining'),
      takeover: phases.has('taking-over'),
      giveback: this.#isGivingBack,
      move: this.#moving.size > 0,
      'one alone': controllers.length < CONTROLLER_IDS.length,
      'mirror resync': controllers.some((controller) => controller.nvram().mirror === 'resyncing'),
      'held volume': ownership.some(({ heldBy }) => heldBy !== undefined),
      degraded: failedMembers.some(({ rebuild }) => rebuild === undefined),
      rebuild: failedMembers.some(({ rebuild }) => rebuild !== undefined),
      verification: ownership.some(({ unverified }) => unverified !== undefined),
      operation: operations.some(({ state: operation }) => operation === 'running'),
    }
    const met = PHASES.filter((phase) => phase !== 'idle' && is[phase])
    return met.length === 0 ? ['idle'] : met
  }

  #look({ kind, data }: Pick<TraceEvent, 'kind' | 'data'>): void {
    if (kind === 'giveback.started') this.#isGivingBack = true
    else if (GIVEBACK_ENDS.includes(kind)) this.#isGivingBack = false
    const volume = String(data?.['volumeId'])
    if (kind === 'volume.quiesced') this.#moving.add(volume)
    else if (kind === 'volume.owner-changed') this.#moving.delete(volume)
    else if (MOVES_END.includes(kind)) this.#moving.clear()
  }
}
