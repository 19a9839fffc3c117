import { assert } from '../../../base/assert'
import type { Destager } from '../destage/destager'
import type { CachePorts } from '../cache-status'
import type { CacheFault, LiveRecord } from '../log/live-record'

export interface SettlementParts {
  readonly ports: CachePorts
  /** The next stage. */
  readonly destager: Destager
}

/** The third stage of a write. Holds a logged write until it can no longer be lost, or is on the drives, and then acknowledges it. */
export class Settlement {
  readonly #parts: SettlementParts
  /** Records that may still be lost, in the order of the log. */
  #unstable: LiveRecord[] = []

  constructor(parts: SettlementParts) {
    this.#parts = parts
  }

  push(record: LiveRecord): void {
    assert(record.state === 'logged', () => `record ${record.sequence} is ${record.state} before it is settled`)
    const last = this.#unstable.at(-1)
    assert(last === undefined || last.sequence < record.sequence, () => `record ${record.sequence} behind ${last?.sequence ?? 0}`)
    this.#unstable.push(record)
  }

  /** Settles everything without the mirror. What may not be in this NVRAM only goes to the drives first. */
  settleAll(): void {
    const { ports } = this.#parts
    for (const record of this.takeAll()) this.#settle(record, ports.mayKeepUnmirrored(record.volumeId))
  }

  /** The mirror has every record up to this one. */
  mirrored(sequence: number): void {
    let count = 0
    while (count < this.#unstable.length && this.#unstable[count]!.sequence <= sequence) count++
    for (const record of this.#unstable.splice(0, count)) {
      record.isMirrored = true
      this.#settle(record, true)
    }
  }

  /** This controller no longer owns the volume, or the volume is deleted. */
  drop(volumeId: number): void {
    const dropped = this.#unstable.filter((record) => record.volumeId === volumeId)
    this.#unstable = this.#unstable.filter((record) => record.volumeId !== volumeId)
    for (const record of dropped) this.#refuse(record)
  }

  /** Takes the records that are not settled yet. */
  takeAll(): readonly LiveRecord[] {
    return this.#unstable.splice(0)
  }

  /** `mayKeep`: the record is as safe in the NVRAM as it has to be. Otherwise it goes to the drives first. */
  #settle(record: LiveRecord, mayKeep: boolean): void {
    const { destager } = this.#parts
    assert(record.state === 'logged', () => `record ${record.sequence} is settled again, being ${record.state}`)
    // Nobody could bring it to the drives, and it would keep its room in the log for ever.
    if (this.#parts.ports.place(record.volumeId) === undefined) {
      this.#refuse(record)
      return
    }
    if (!mayKeep || destager.mustGoThrough(record)) {
      destager.writeThrough(record, (fault) => this.#onDrives(record, fault))
      return
    }
    destager.add(record)
    if (record.forceUnitAccess) destager.whenDone(record, (fault) => this.#onDrives(record, fault))
    else record.finish({ ok: true, value: undefined })
  }

  #refuse(record: LiveRecord): void {
    this.#parts.destager.giveUp(record)
    record.finish({ ok: false, fault: 'stale-epoch' })
  }

  #onDrives(record: LiveRecord, fault: CacheFault | undefined): void {
    const place = fault === undefined && record.forceUnitAccess ? this.#parts.ports.place(record.volumeId) : undefined
    if (place !== undefined) place.io.flush({ cause: record.trace?.cause }, record.finish)
    else record.finish(fault === undefined ? { ok: true, value: undefined } : { ok: false, fault })
  }
}
