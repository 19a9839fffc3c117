import { VolumeDirt } from './volume-dirt'

/** The volumes with data that is not on the drives, or is on its way there. */
export class DirtyVolumes {
  readonly #volumes = new Map<number, VolumeDirt>()

  /** The volumes with dirty data. */
  get ids(): number[] {
    return this.all()
      .filter(({ extents }) => !extents.isEmpty)
      .map(({ volumeId }) => volumeId)
      .sort((a, b) => a - b)
  }

  /** Some volume has data that the drives may not take soon. */
  get hasFailed(): boolean {
    for (const { hasFailed } of this.#volumes.values()) if (hasFailed) return true
    return false
  }

  all(): readonly VolumeDirt[] {
    return [...this.#volumes.values()]
  }

  find(volumeId: number): VolumeDirt | undefined {
    return this.#volumes.get(volumeId)
  }

  /** A volume that is not known yet is clean. */
  of(volumeId: number): VolumeDirt {
    let dirt = this.#volumes.get(volumeId)
    if (dirt === undefined) this.#volumes.set(volumeId, (dirt = new VolumeDirt(volumeId)))
    return dirt
  }

  /** False if the volume was dropped. A write that was under way then still has the old object. */
  has(dirt: VolumeDirt): boolean {
    return this.#volumes.get(dirt.volumeId) === dirt
  }

  /** Forgets the volume, unless something of it is dirty or under way. */
  forgetIdle(dirt: VolumeDirt): void {
    if (dirt.isIdle && this.has(dirt)) this.#volumes.delete(dirt.volumeId)
  }

  drop(dirt: VolumeDirt): void {
    this.#volumes.delete(dirt.volumeId)
  }
}
