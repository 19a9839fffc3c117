import { LIMITS } from '../contract/limits'
import type { ControllerReport, TakeoverRecord } from '../contract/snapshot'

type ReportedTakeover = ControllerReport['takeovers'][number]

/** All takeovers of this session of the lab, over the lives of the controllers that did them. */
export class TakeoverBook {
  #records: TakeoverRecord[] = []
  #count = 0

  get records(): readonly TakeoverRecord[] {
    return this.#records
  }

  /** Takes over what a controller reports; gives the records that are new or went on. */
  note(takeovers: readonly ReportedTakeover[]): readonly TakeoverRecord[] {
    return takeovers.flatMap((reported) => {
      const known = this.#records.findIndex((record) => record.survivor === reported.survivor && record.startedAtMs === reported.startedAtMs)
      if (known < 0) return [this.#add(reported)]
      const record = this.#records[known]
      if (record === undefined || isSame(record, reported)) return []
      const next = { ...record, ...reported }
      this.#records[known] = next
      return [next]
    })
  }

  /** The host's gap around the newest takeover: it grows until the host has its answers again. */
  noteHostGap(hostGapMs: number): void {
    const newest = this.#records.at(-1)
    if (newest !== undefined && hostGapMs > 0 && newest.hostGapMs !== hostGapMs) this.#records[this.#records.length - 1] = { ...newest, hostGapMs }
  }

  #add(reported: ReportedTakeover): TakeoverRecord {
    const record = { number: ++this.#count, ...reported }
    this.#records = [...this.#records, record].slice(-LIMITS.takeoverRecords)
    return record
  }
}

function isSame(record: TakeoverRecord, reported: ReportedTakeover): boolean {
  return record.phases.length === reported.phases.length && record.givenBackAtMs === reported.givenBackAtMs && record.totalMs === reported.totalMs
}
