import type { Prng } from '../../base/prng'
import { CONTROLLER_IDS, type ControllerId } from '../../contract/controller-id'
import type { World } from '../world'

const LOOK_EVERY_MS = 50

/** Starts controllers that are down, and has failed drives rebuilt, some of them with another drive in their place. */
export class Operator {
  readonly #world: World
  readonly #random: Prng
  readonly #restartAfterMs: number
  readonly #rebuildAfterMs: number | undefined
  readonly #isStarting: Record<ControllerId, boolean> = { a: false, b: false }
  readonly #seenTo = new Set<number>()
  #requests = 0

  /** Both times are means. Without `rebuildAfterMs` drives that have failed stay out. */
  constructor(parts: {
    readonly world: World
    readonly random: Prng
    readonly restartAfterMs: number
    readonly rebuildAfterMs: number | undefined
  }) {
    this.#world = parts.world
    this.#random = parts.random
    this.#restartAfterMs = parts.restartAfterMs
    this.#rebuildAfterMs = parts.rebuildAfterMs
  }

  watch(): void {
    this.#startControllers()
    if (this.#rebuildAfterMs !== undefined) this.#seeToDrives(this.#rebuildAfterMs)
    this.#world.clock.after(LOOK_EVERY_MS, () => this.watch())
  }

  #startControllers(): void {
    const { clock, midplane } = this.#world
    for (const id of CONTROLLER_IDS) {
      if (midplane.occupant(id) !== undefined || this.#isStarting[id]) continue
      this.#isStarting[id] = true
      clock.after(this.#random.fraction() * 2 * this.#restartAfterMs, () => {
        this.#isStarting[id] = false
        if (midplane.occupant(id) === undefined) midplane.start(id)
      })
    }
  }

  #seeToDrives(afterMs: number): void {
    for (const drive of this.#drivesOut()) {
      if (this.#seenTo.has(drive)) continue
      this.#seenTo.add(drive)
      this.#world.clock.after(this.#random.fraction() * 2 * afterMs, () => this.#rebuild(drive))
    }
  }

  /** If the drive is still out after this, the operator tries again. */
  #rebuild(drive: number): void {
    const medium = this.#world.media[drive]
    this.#world.clock.after(LOOK_EVERY_MS, () => this.#seenTo.delete(drive))
    // Another rebuild may have brought it back, and a drive in use must not be pulled.
    if (!this.#drivesOut().includes(drive)) return
    if (medium?.isFailed === true || medium?.isCut === true || this.#random.chance(0.5)) medium?.replace()
    this.#world.request(
      this.#random.pick(CONTROLLER_IDS),
      { id: `operator.${++this.#requests}`, name: 'rebuild-drive', params: { drive } },
      () => undefined,
    )
  }

  /** As the controller with the newer state knows it. The other one may be hung. */
  #drivesOut(): readonly number[] {
    const states = CONTROLLER_IDS.flatMap((id) => this.#world.controller(id)?.state ?? [])
    const [newest] = states.sort((one, other) => other.generation - one.generation)
    return (newest?.failedMembers ?? []).filter(({ rebuild }) => rebuild === undefined).map(({ drive }) => drive)
  }
}
