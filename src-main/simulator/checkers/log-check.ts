import type { ControllerId } from '../../contract/controller-id'
import type { NvramReport } from '../../contract/snapshot'
import type { Violations } from './checker'

const LOG_CHECKER = 'nvram-bounded'

/**
 * The log never outgrows its part of the NVRAM, however much hosts send. A full log must empty again once the world is quiet.
 * The checker of the hosts' answers sees to it that hosts wait for space and get no error.
 */
export class LogCheck {
  readonly #violations: Violations
  readonly #isFound: Record<ControllerId, boolean> = { a: false, b: false }
  /** The fullest log of all samples, as a share of its size. */
  fullest = 0

  constructor(violations: Violations) {
    this.#violations = violations
  }

  /** To be called every few milliseconds. */
  sample(controller: ControllerId, { bytes, capacityBytes }: NvramReport): void {
    this.fullest = Math.max(this.fullest, bytes / capacityBytes)
    if (bytes > capacityBytes) this.#report(controller, `its log has ${bytes} bytes where there is room for ${capacityBytes}`)
  }

  /** Once nothing is under way. */
  finish(controller: ControllerId, { records, dirtyVolumes }: NvramReport): void {
    if (records > 0 || dirtyVolumes.length > 0)
      this.#report(controller, `nothing is under way, and ${records} records are still in its log`)
  }

  /** Reports only the first of each controller, because every later sample would say the same. */
  #report(controller: ControllerId, what: string): void {
    if (!this.#isFound[controller])
      this.#violations.add(LOG_CHECKER, `controller ${controller.toUpperCase()}: ${what}`, `controller-${controller}`)
    this.#isFound[controller] = true
  }
}
