import type { ControllerId } from '../contract/controller-id'
import type { Outage } from '../contract/host'
import { LIMITS } from '../contract/limits'
import type { ControllerReport, ControllerState, TakeoverRecord } from '../contract/snapshot'

type ReportedTakeover = ControllerReport['takeovers'][number]

/** All takeovers of this lab session, across the incarnations of the controllers. */
export class TakeoverBook {
  #records: TakeoverRecord[] = []
  #count = 0
  /** What began until then is forgotten, though its controller may tell of it as long as it lives. */
  #forgottenUntilMs = Number.NEGATIVE_INFINITY

  get records(): readonly TakeoverRecord[] {
    return this.#records
  }

  /** Enters what a controller reports; gives the takeovers that are over since the last time. */
  note(takeovers: readonly ReportedTakeover[]): readonly TakeoverRecord[] {
    return takeovers.flatMap((reported) => {
      const known = this.#records.findIndex(
        (record) => record.survivor === reported.survivor && record.startedAtMs === reported.startedAtMs,
      )
      const before = this.#records[known]
      if (before === undefined && reported.startedAtMs <= this.#forgottenUntilMs) return []
      const after = before === undefined ? this.#add(reported) : { ...before, ...reported }
      if (before !== undefined) this.#records = this.#records.with(known, after)
      return isOver(after) && (before === undefined || !isOver(before)) ? [after] : []
    })
  }

  /** How a controller stands, with what it reported last; gives the takeovers that are over since the last time. */
  noteController(id: ControllerId, state: ControllerState, report: ControllerReport | undefined): readonly TakeoverRecord[] {
    if (state === 'down') this.#survivorGone(id)
    return this.note((report?.takeovers ?? []).filter((takeover) => state !== 'down' || isFenced(takeover)))
  }

  /** A controller that was still asking for the fence lost the arbitration and took nothing over. */
  #survivorGone(survivor: ControllerId): void {
    if (this.#records.some((record) => record.survivor === survivor && !isFenced(record))) {
      this.#records = this.#records.filter((record) => record.survivor !== survivor || isFenced(record))
    }
  }

  /** The longest wait of each LUN around that takeover, as long as it is the last one: the host says what belongs to it. */
  noteHostOutage(takeoverStartedAtMs: number, hostOutage: Outage, hostWaits: readonly Outage[] = [hostOutage]): void {
    const index = this.#records.findLastIndex((record) => record.startedAtMs === takeoverStartedAtMs)
    const record = this.#records[index]
    if (record === undefined || areSame([record.hostOutage, ...(record.hostWaits ?? [])], [hostOutage, ...hostWaits])) return
    this.#records = this.#records.with(index, { ...record, hostOutage, hostWaits })
  }

  #add(reported: ReportedTakeover): TakeoverRecord {
    const record = { number: ++this.#count, ...reported }
    this.#records = [...this.#records, record]
    if (this.#records.length > LIMITS.takeoverRecords) {
      const [oldest, ...others] = this.#records
      this.#forgottenUntilMs = Math.max(this.#forgottenUntilMs, oldest?.startedAtMs ?? 0)
      this.#records = others
    }
    return record
  }
}

/** Nothing is taken over before the fence. */
function isFenced({ phases }: Pick<TakeoverRecord, 'phases'>): boolean {
  return phases.some(({ phase }) => phase === 'fence')
}

function areSame(known: readonly (Outage | undefined)[], told: readonly Outage[]): boolean {
  return known.length === told.length && told.every((one, at) => isSame(known[at], one))
}

function isSame(known: Outage | undefined, told: Outage): boolean {
  return (
    known?.lun === told.lun &&
    known.startedAtMs === told.startedAtMs &&
    known.durationMs === told.durationMs &&
    known.isOver === told.isOver
  )
}

function isOver({ phases }: TakeoverRecord): boolean {
  return phases.at(-1)?.phase === 'serve'
}
