import { VolumeDirt } from './volume-dirt'

/** The volumes of which something is not on the drives, or is on its way there. */
export class DirtyVolumes {
  readonly #volumes = new Map<number, VolumeDirt>()

  /** Those with dirty data. */
  get ids(): number[] {
    return this.all()
      .filter(({ extents }) => !extents.isEmpty)
      .map(({ volumeId }) => volumeId)
      .sort((a, b) => a - b)
  }

  /** Some volume has data that may not get to the drives soon. */
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

  /** Clean at first. */
  of(volumeId: number): VolumeDirt {
    let dirt = this.#volumes.get(volumeId)
    if (dirt === undefined) this.#volumes.set(volumeId, (dirt = new VolumeDirt(volumeId)))
    return dirt
  }

  /** False: the volume was dropped, and this is what a write that was under way then still knows of it. */
  has(dirt: VolumeDirt): boolean {
    return this.#volumes.get(dirt.volumeId) === dirt
  }

  /** Unless something of it is dirty or under way. */
  forgetIdle(dirt: VolumeDirt): void {
    if (dirt.isIdle && this.has(dirt)) this.#volumes.delete(dirt.volumeId)
  }

  drop(dirt: VolumeDirt): void {
    this.#volumes.delete(dirt.volumeId)
  }
}
