import * as fs from 'node:fs'
import { failure, ok, type Result } from '../base/result'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { LabError } from '../contract/lab-error'
import type { TracePort } from '../core/ports'
import { eraseNvramFile, withoutBatteryFile } from '../platform/nvram-file'

/**
 * The batteries that keep the NVRAM of each controller. Without one, what is in it goes with the power: when its controller ends, its file
 * is overwritten with zeros, before the controller starts again. A file beside it says that the battery is gone, so that this is also
 * done after the application was killed (`eraseWithoutBattery`).
 */
export class Batteries {
  readonly #files: Readonly<Record<ControllerId, string>>
  readonly #trace: TracePort
  /** Without power since its controller ended, and not erased yet. */
  readonly #pending = new Map<ControllerId, NodeJS.Immediate>()
  readonly #gone = new Set<ControllerId>()

  constructor({ files, trace }: { readonly files: Readonly<Record<ControllerId, string>>; readonly trace: TracePort }) {
    this.#files = files
    this.#trace = trace
  }

  isGone(id: ControllerId): boolean {
    return this.#gone.has(id)
  }

  /** `isUp`: the controller has power. Otherwise what is in its NVRAM is lost now. */
  remove(id: ControllerId, isUp: boolean): Result<null, LabError> {
    const mark = withoutBatteryFile(this.#files[id])
    try {
      fs.writeFileSync(mark, '')
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return failure({ code: 'not-possible-now', message: `${mark} cannot be written: ${why}.` })
    }
    this.#gone.add(id)
    if (!isUp) this.controllerEnded(id)
    return ok(null)
  }

  putBack(id: ControllerId): void {
    this.controllerStarts(id)
    this.#gone.delete(id)
    fs.rmSync(withoutBatteryFile(this.#files[id]), { force: true })
  }

  /** Its successor has no use for this NVRAM, so it need not wait until it is erased. */
  controllerEnded(id: ControllerId): void {
    if (this.#gone.has(id) && !this.#pending.has(id))
      this.#pending.set(
        id,
        setImmediate(() => this.controllerStarts(id)),
      )
  }

  /** From here on the controller may use its NVRAM. */
  controllerStarts(id: ControllerId): void {
    const pending = this.#pending.get(id)
    if (pending === undefined) return
    clearImmediate(pending)
    this.#pending.delete(id)
    eraseNvramFile(this.#files[id])
    this.#trace.record({ place: 'midplane', kind: 'midplane.nvram-erased', to: `controller-${id}`, data: { controller: id } })
  }

  /** All are there again: the lab closes in good order. */
  close(): void {
    for (const id of CONTROLLER_IDS) if (this.#gone.has(id)) this.putBack(id)
  }
}
