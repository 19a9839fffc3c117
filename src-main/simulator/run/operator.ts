import type { Prng } from '../../base/prng'
import type { ArrayState } from '../../contract/array-state'
import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../contract/controller-id'
import type { Checks } from '../checkers/checks'
import type { World } from '../world'

const LOOK_EVERY_MS = 50
/** In the answer to a discard that names another loss. */
const CONFIRMED = /"losingUpToMegabytes": (\d+)/

/**
 * Starts controllers that are down, and has failed drives rebuilt, some of them with another drive in their place. In some worlds, gives
 * up writes that only a controller has which is away.
 */
export class Operator {
  readonly #world: World
  readonly #random: Prng
  readonly #restartAfterMs: number
  readonly #rebuildAfterMs: number | undefined
  readonly #discardAfterMs: number | undefined
  readonly #checks: Checks
  readonly #isStarting: Record<ControllerId, boolean> = { a: false, b: false }
  readonly #seenTo = new Set<number>()
  readonly #losingPatience = new Set<number>()
  #requests = 0

  /** All times are means. Without `rebuildAfterMs` drives that have failed stay out. Without `discardAfterMs` volumes wait. */
  constructor(parts: {
    readonly world: World
    readonly random: Prng
    readonly restartAfterMs: number
    readonly rebuildAfterMs: number | undefined
    readonly discardAfterMs: number | undefined
    readonly checks: Checks
  }) {
    this.#world = parts.world
    this.#random = parts.random
    this.#restartAfterMs = parts.restartAfterMs
    this.#rebuildAfterMs = parts.rebuildAfterMs
    this.#discardAfterMs = parts.discardAfterMs
    this.#checks = parts.checks
  }

  watch(): void {
    this.#startControllers()
    if (this.#rebuildAfterMs !== undefined) this.#seeToDrives(this.#rebuildAfterMs)
    if (this.#discardAfterMs !== undefined) this.#seeToHeldVolumes(this.#discardAfterMs)
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

  /** The operator does not trust this drive, which is in use. */
  rebuildAnyway(drive: number | undefined): void {
    if (drive === undefined) return
    const portal = CONTROLLER_IDS.find((id) => this.#world.isServing(id)) ?? 'a'
    const request = { id: `operator.${++this.#requests}`, name: 'rebuild-drive', params: { drive, force: true } }
    this.#world.request(portal, request, () => undefined)
  }

  #seeToHeldVolumes(afterMs: number): void {
    for (const volumeId of this.#waitingVolumes()) {
      if (this.#losingPatience.has(volumeId)) continue
      this.#losingPatience.add(volumeId)
      this.#world.clock.after(this.#random.fraction() * 2 * afterMs, () => {
        this.#losingPatience.delete(volumeId)
        this.#discard(volumeId)
      })
    }
  }

  /** The first answer says how much can be lost, and that is what the operator confirms. */
  #discard(volumeId: number): void {
    const volume = this.#newest()?.configuration.volumes.find(({ id }) => id === volumeId)
    const holder = this.#newest()?.ownership.find((one) => one.volumeId === volumeId)?.heldBy
    if (volume === undefined || holder === undefined || !this.#waitingVolumes().includes(volumeId)) return
    const id = `operator.${++this.#requests}`
    const ask = (losingUpToMegabytes: number): void => {
      const params = { volume: volume.name, losingUpToMegabytes }
      this.#world.request(peerOf(holder), { id, name: 'discard-held-writes', params }, (answer) => {
        const right = 'error' in answer && answer.error.code === 'bad-parameter' ? CONFIRMED.exec(answer.error.message)?.[1] : undefined
        if (right !== undefined && Number(right) !== losingUpToMegabytes) ask(Number(right))
      })
    }
    this.#checks.mayDiscard(id, volumeId)
    ask(1)
  }

  /** Held by a controller that is not there, while the other one serves. */
  #waitingVolumes(): readonly number[] {
    return (this.#newest()?.ownership ?? []).flatMap(({ volumeId, heldBy }) => {
      if (heldBy === undefined || this.#world.midplane.occupant(heldBy) !== undefined) return []
      return this.#world.isServing(peerOf(heldBy)) ? [volumeId] : []
    })
  }

  #drivesOut(): readonly number[] {
    const newest = this.#newest()
    return (newest?.failedMembers ?? []).filter(({ rebuild }) => rebuild === undefined).map(({ drive }) => drive)
  }

  /** As the controller with the newer state knows it. The other one may be hung. */
  #newest(): ArrayState | undefined {
    const states = CONTROLLER_IDS.flatMap((id) => this.#world.controller(id)?.state ?? [])
    return states.sort((one, other) => other.generation - one.generation)[0]
  }
}
