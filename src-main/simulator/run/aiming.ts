import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS, peerOf } from '../../contract/controller-id'
import type { JsonObject } from '../../contract/json'
import type { Aim, AimCause } from '../faults/aims'
import { PairPhases } from '../pair-phases'
import type { World } from '../world'
import type { Strikes } from './strikes'

export interface AimingParts {
  readonly world: World
  readonly strikes: Strikes
  /** Faults have stopped. */
  readonly isOver: () => boolean
  /** The source of what an aim draws. */
  readonly randomOf: (aim: Aim) => Prng
  /** Hosts get this much to do. */
  readonly burst: (commandsPerClient: number) => void
}

/** Waits for the pair to be in a phase, and lets faults strike there. */
export class Aiming {
  readonly #parts: AimingParts
  readonly #phases: PairPhases
  #waiting: readonly { readonly aim: Aim; readonly random: Prng }[] = []
  #willLook = false
  #requests = 0

  constructor(parts: AimingParts) {
    const { world } = parts
    this.#parts = parts
    this.#phases = new PairPhases(world)
    world.trace.onEvent(() => this.#lookSoon())
    world.stateListeners.push(() => this.#lookSoon())
  }

  schedule(aims: readonly Aim[]): void {
    for (const aim of aims) {
      this.#parts.world.clock.after(aim.atMs, () => {
        const random = this.#parts.randomOf(aim)
        this.#cause(aim.cause, random)
        this.#waiting = [...this.#waiting, { aim, random }]
        this.#lookSoon()
      })
    }
  }

  /** Not in the middle of what a controller does. */
  #lookSoon(): void {
    if (this.#willLook || this.#waiting.length === 0 || this.#parts.isOver()) return
    this.#willLook = true
    this.#parts.world.clock.after(0, () => this.#look())
  }

  #look(): void {
    this.#willLook = false
    const phases = this.#phases.now()
    const met = this.#waiting.filter(({ aim }) => phases.includes(aim.phase))
    this.#waiting = this.#waiting.filter((one) => !met.includes(one))
    for (const { aim, random } of met) {
      if (aim.commandsPerClient > 0) this.#parts.burst(aim.commandsPerClient)
      this.#parts.world.clock.after(aim.delayMs, () => {
        if (!this.#parts.isOver()) this.#parts.strikes.strike(aim.fault, random, true)
      })
    }
  }

  #cause(cause: AimCause, random: Prng): void {
    if (this.#parts.isOver()) return
    if (!('request' in cause)) this.#parts.strikes.strike(cause, random, true)
    else {
      const { world } = this.#parts
      const request = { id: `aim.${++this.#requests}`, name: cause.request, params: this.#paramsOf(cause.request, random) }
      world.request(this.#parts.strikes.drawAlive(random), request, () => undefined)
    }
  }

  #paramsOf(name: Exclude<AimCause, { readonly name: string }>['request'], random: Prng): JsonObject {
    if (name === 'move-volume') return this.#anyMove(random)
    const controller = this.#parts.strikes.drawAlive(random)
    if (name === 'restart-controller') return { controller }
    if (name === 'take-over') return { of: controller }
    return { drive: this.#parts.strikes.drawSparable() ?? -1, force: true }
  }

  /** Of a volume to where it is not. */
  #anyMove(random: Prng): JsonObject {
    const state = CONTROLLER_IDS.flatMap((id) => this.#parts.world.controller(id)?.state ?? [])[0]
    const moved = random.pick(state?.ownership ?? [{ volumeId: 0, owner: 'a' as const, epoch: 0 }])
    return { volume: moved.volumeId, to: peerOf(moved.owner) }
  }
}
