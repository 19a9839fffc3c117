/**
 * Linearizability of one register to which every write writes another value. By Gibbons and Korach ("Testing shared
 * memories", 1997): the operations on one value are a cluster, whose zone lies between the earliest end and the latest
 * start in it. If that end comes first, the register held the value during the whole zone (a forward zone). The history
 * is linearizable exactly when no read ends before its write starts, no two forward zones overlap, and no other zone
 * lies inside a forward one.
 *
 * A write without an answer never ends: it may have happened, happen later, or not at all. One that was sent again and
 * answered then is two writes of different values: the first may have happened or not, but not later than the answer.
 * Moments are counted by the caller, each larger than the one before.
 */
export interface Conflict {
  /** The value that was read or acknowledged, and the one that conflicts with it. */
  readonly value: number
  readonly other: number | undefined
  readonly how: 'never-written' | 'overlap' | 'inside'
}

/** What the check of blocks asks of the history of one block. */
export interface Register {
  writeBegins(value: number, moment: number): void
  writeEnds(value: number, moment: number): void
  writeIsSuperseded(value: number, moment: number): void
  writeIsRefused(value: number): boolean
  read(value: number, startMoment: number, endMoment: number): boolean
  conflictOf(value: number): Conflict | undefined
}

/** Later than every moment. A small integer, unlike infinity, so that a cluster needs no memory beside itself. */
const NEVER = 0x7fff_ffff

/** Stands for whatever was found when held writes were discarded. */
export const AFTER_DISCARD = -2

/** What is certain to be on the drives. */
export interface StableWrites {
  /** A flush that began at this moment has ended well. */
  readonly flushedAt: number
  /** These were answered once they were on the drives. */
  readonly forced: ReadonlySet<number>
}

interface Cluster {
  readonly value: number
  firstEnd: number
  lastStart: number
  /** If the write happened at all, it happened before this. */
  deadline: number
  /** Its neighbors in the order of the latest starts. */
  before: Cluster | undefined
  after: Cluster | undefined
}

export class RegisterHistory implements Register {
  readonly #clusters = new Map<number, Cluster>()
  /** The one with the latest start. */
  #last: Cluster | undefined
  /** Values of which one was there when held writes were discarded. The first read of one says which. */
  #found: ReadonlySet<number> = new Set()
  /** When they were discarded last, and what had been written until then. */
  #anewAt = -1
  #before: ReadonlySet<number> = new Set()

  /** The register holds `firstValue` before everything else. */
  constructor(firstValue: number) {
    this.#add({ value: firstValue, firstEnd: -1, lastStart: -1, deadline: -1, before: undefined, after: undefined })
  }

  writeBegins(value: number, moment: number): void {
    this.#add({ value, firstEnd: NEVER, lastStart: moment, deadline: NEVER, before: undefined, after: undefined })
  }

  /**
   * Acknowledged writes were discarded. The register holds one of those that may be the newest on the drives, always the same one,
   * until another write.
   */
  beginsAnew(stable: StableWrites, moment: number): void {
    const all = [...this.#clusters.values()]
    const known = new Set([...this.#before, ...this.#clusters.keys()])
    const found = all.filter((one) => !all.some((other) => other !== one && isOnDrives(other, stable) && endOf(one) < other.lastStart))
    const values = found.flatMap(({ value }) => (value === AFTER_DISCARD ? [...this.#found] : [value]))
    this.#clusters.clear()
    this.#last = undefined
    this.#before = known
    this.#anewAt = moment
    this.#add({ value: AFTER_DISCARD, firstEnd: -1, lastStart: -1, deadline: -1, before: undefined, after: undefined })
    const underWay = all.filter(({ firstEnd, deadline }) => firstEnd === NEVER && deadline === NEVER)
    for (const { value } of underWay) this.writeBegins(value, moment)
    this.#found = new Set(values.filter((value) => !this.#clusters.has(value)))
  }

  writeEnds(value: number, moment: number): void {
    // It may have been answered before the discard, and the answer came later.
    if (this.#before.has(value)) return this.writeIsSuperseded(value, moment)
    const cluster = this.#clusters.get(value)
    if (cluster !== undefined) cluster.firstEnd = Math.min(cluster.firstEnd, moment)
  }

  /** The write was sent again, and that try has just been answered. */
  writeIsSuperseded(value: number, moment: number): void {
    const cluster = this.#clusters.get(value)
    if (cluster !== undefined) cluster.deadline = moment
  }

  /** The write was refused, so it never happens. False if it was read already. */
  writeIsRefused(value: number): boolean {
    const cluster = this.#clusters.get(value)
    if (cluster === undefined) return true
    if (cluster.firstEnd !== NEVER) return false
    this.#clusters.delete(value)
    const { before, after } = cluster
    if (before !== undefined) before.after = after
    if (after !== undefined) after.before = before
    else this.#last = before
    return true
  }

  /** False when no write of that value has begun. */
  read(value: number, startMoment: number, endMoment: number): boolean {
    // It may have looked before the discard.
    if (startMoment <= this.#anewAt && this.#before.has(value)) return true
    const cluster = this.#clusters.get(value) ?? this.#asFound(value)
    if (cluster === undefined) return false
    if (endMoment < cluster.firstEnd) cluster.firstEnd = endMoment
    if (startMoment > cluster.lastStart) this.#moveUp(cluster, startMoment)
    return true
  }

  /**
   * A conflict of this value with another, or undefined. Zones only grow, and a conflict always has two zones, so a caller that
   * asks after every change sees the first conflict when it arises. Two zones conflict exactly when each starts last after the
   * other ends. Few zones start so late, and the rest need no comparison.
   */
  conflictOf(value: number): Conflict | undefined {
    const own = this.#clusters.get(value) ?? (this.#found.has(value) ? this.#clusters.get(AFTER_DISCARD) : undefined)
    if (own === undefined || own.firstEnd === NEVER) return undefined
    const ownEnd = endOf(own)
    for (let other = this.#last; other !== undefined && other.lastStart > ownEnd; other = other.before) {
      if (other === own || other.firstEnd === NEVER || endOf(other) >= own.lastStart) continue
      const isForward = ownEnd < own.lastStart
      const [held, inner] = isForward ? [own, other] : [other, own]
      return { value: held.value, other: inner.value, how: isForward && endOf(other) < other.lastStart ? 'overlap' : 'inside' }
    }
    return undefined
  }

  /** The first conflict, or undefined if the history is linearizable. */
  conflict(): Conflict | undefined {
    const happened = [...this.#clusters.values()].filter(({ firstEnd }) => firstEnd !== NEVER)
    const clusters = happened.map((cluster) => ({ value: cluster.value, firstEnd: endOf(cluster), lastStart: cluster.lastStart }))
    const forward = clusters.filter(isForward).sort((a, b) => a.firstEnd - b.firstEnd)
    for (const [index, cluster] of forward.entries()) {
      const next = forward[index + 1]
      if (next !== undefined && next.firstEnd < cluster.lastStart) return { value: cluster.value, other: next.value, how: 'overlap' }
    }
    const backward = clusters.filter((cluster) => !isForward(cluster)).sort((a, b) => a.lastStart - b.lastStart)
    let at = 0
    for (const zone of forward) {
      while (at < backward.length && (backward[at]?.lastStart ?? 0) <= zone.firstEnd) at++
      for (let i = at; i < backward.length; i++) {
        const inner = backward[i]
        if (inner === undefined || inner.lastStart >= zone.lastStart) break
        if (inner.firstEnd < zone.lastStart) return { value: zone.value, other: inner.value, how: 'inside' }
      }
    }
    return undefined
  }

  /** From now on, this is what was found. */
  #asFound(value: number): Cluster | undefined {
    if (!this.#found.has(value)) return undefined
    this.#found = new Set([value])
    return this.#clusters.get(AFTER_DISCARD)
  }

  #add(cluster: Cluster): void {
    this.#clusters.set(cluster.value, cluster)
    this.#insert(cluster)
  }

  #moveUp(cluster: Cluster, startMoment: number): void {
    const { before, after } = cluster
    cluster.lastStart = startMoment
    if (after === undefined || after.lastStart > startMoment) return
    after.before = before
    if (before !== undefined) before.after = after
    this.#insert(cluster)
  }

  /** Inserts a cluster after all that started earlier, which is nearly always at the end. */
  #insert(cluster: Cluster): void {
    let before = this.#last
    let after: Cluster | undefined
    while (before !== undefined && before.lastStart > cluster.lastStart) [before, after] = [before.before, before]
    cluster.before = before
    cluster.after = after
    if (before !== undefined) before.after = cluster
    if (after !== undefined) after.before = cluster
    else this.#last = cluster
  }
}

/** It was done before the flush, or was answered once it was there. */
function isOnDrives({ value, firstEnd }: Cluster, { flushedAt, forced }: StableWrites): boolean {
  return firstEnd < flushedAt || (firstEnd !== NEVER && forced.has(value))
}

function endOf({ firstEnd, deadline }: Pick<Cluster, 'firstEnd' | 'deadline'>): number {
  return Math.min(firstEnd, deadline)
}

/** The register held the value from `firstEnd` to `lastStart`. */
function isForward({ firstEnd, lastStart }: Pick<Cluster, 'firstEnd' | 'lastStart'>): boolean {
  return firstEnd < lastStart
}
