import { ok } from '../../../base/result'
import type { ArrayState } from '../../../contract/array-state'
import type { ControllerId } from '../../../contract/controller-id'
import type { WriteCache } from '../../nvram/write-cache'
import { ownershipOf, restOf, withOwnership } from '../state/array-changes'
import type { Signal } from '../peer/signal'
import type { ArrayStore } from '../state/array-store'
import type { Committer } from '../state/committer'

export interface NvramHoldsParts {
  readonly self: ControllerId
  readonly store: ArrayStore
  readonly committer: Committer
  readonly cache: WriteCache
  /** This controller owned these volumes only to replay its NVRAM. */
  readonly replayed: Signal<[volumeIds: readonly number[]]>
}

/**
 * Records in the array state which volumes have held writes in this controller's NVRAM (`heldBy`). If the peer comes back alone,
 * it then does not serve them from the drives.
 *
 * A hold is committed before the first held write is acknowledged, or before a read sees one that was not. It is released once the
 * drives or the mirror have everything. The peer may also have made one in its claim, for stripes that it cannot repair
 * (`unknown-stripes`).
 */
export class NvramHolds {
  readonly #parts: NvramHoldsParts
  #releasing: ReadonlySet<number> = new Set()
  #isCommitting = false

  constructor(parts: NvramHoldsParts) {
    this.#parts = parts
  }

  mayKeepUnmirrored(volumeId: number): boolean {
    return this.#parts.store.state?.cachePolicy === 'write-back-unmirrored' && this.#isOnRecord(volumeId)
  }

  /** What is dirty in the volume survives this controller. */
  isHeld(volumeId: number): boolean {
    return this.#parts.cache.isMirrorInStep || this.#isOnRecord(volumeId)
  }

  review(): void {
    const { state } = this.#parts.store
    if (this.#isCommitting || state === undefined || this.#changed(state) === state) return
    this.#isCommitting = true
    this.#release(state)
    let replayed: readonly number[] = []
    // A release that too few drives took may still be found by a takeover. Until that cannot be, it counts as released here.
    this.#parts.committer.commitOrOverwrite(
      (newest) => {
        // More of them may end by now.
        replayed = this.#release(newest)
        return ok(this.#changed(newest))
      },
      undefined,
      (outcome) => {
        this.#isCommitting = false
        this.#releasing = new Set()
        if (!outcome.ok) return
        this.#parts.replayed.tell(replayed)
        this.review()
      },
    )
  }

  /** Nothing more may rely on the holds that end, however long the drives take. Those that were made for a replay. */
  #release(state: ArrayState): readonly number[] {
    const changed = this.#changed(state)
    const released = state.ownership.filter(
      ({ volumeId, heldBy }) => heldBy !== undefined && ownershipOf(changed, volumeId)?.heldBy === undefined,
    )
    this.#releasing = new Set(released.map(({ volumeId }) => volumeId))
    return released.filter(({ logEpoch }) => logEpoch !== undefined).map(({ volumeId }) => volumeId)
  }

  #changed(state: ArrayState): ArrayState {
    const { cache } = this.#parts
    if (!cache.isAlone && !cache.isMirrorInStep) return state
    let changed = state
    for (const { volumeId, owner, heldBy } of state.ownership) {
      if (owner !== this.#parts.self || (heldBy !== undefined && heldBy !== this.#parts.self)) continue
      const isWanted = this.#isWanted(state, volumeId)
      if (isWanted && heldBy === undefined) changed = withOwnership(changed, volumeId, { heldBy: this.#parts.self })
      else if (!isWanted && heldBy !== undefined) changed = withoutHold(changed, volumeId)
    }
    return changed
  }

  #isOnRecord(volumeId: number): boolean {
    const { self, store } = this.#parts
    return store.state !== undefined && ownershipOf(store.state, volumeId)?.heldBy === self && !this.#releasing.has(volumeId)
  }

  #isWanted(state: ArrayState, volumeId: number): boolean {
    const { cache } = this.#parts
    if (cache.isMirrorInStep) return false
    if (cache.isAlone && (state.cachePolicy === 'write-back-unmirrored' || cache.mustHold(volumeId))) return true
    return ownershipOf(state, volumeId)?.heldBy === this.#parts.self && cache.dirtyVolumes().includes(volumeId)
  }
}

function withoutHold(state: ArrayState, volumeId: number): ArrayState {
  return {
    ...state,
    ownership: state.ownership.map((standing) => {
      const { owner, epoch } = standing
      return standing.volumeId === volumeId ? { ...restOf(standing), owner, epoch } : standing
    }),
  }
}
