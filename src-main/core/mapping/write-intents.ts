import { present } from '../../base/assert'
import type { VolumeOwnership } from '../../contract/array-state'
import type { WriteClaim } from '../ports'
import { faultOf, type GroupFault, type GroupIo } from '../raid/group-io'
import { INTENT_REGIONS, type IntentMap } from '../raid/intent-map'
import { DoubtfulRegions } from './doubtful-regions'
import { inheritedMarks, readIntentMap, writeIntentMap, type Go, type MarksWanted } from './intent-io'
import { OneByOne } from './one-by-one'
import type { VolumeMap } from './volume-map'
import { VolumeRegions, type BlockRange, type VolumeStripes } from './volume-regions'

interface SettlingJob {
  readonly first: number
  readonly last: number
  readonly claim: WriteClaim | undefined
  readonly done: Go
}

/**
 * Where stripes of a volume may be half updated, as its owner knows it and as the drives say it (`raid/intent-map`).
 *
 * Before the first write to a region, the region is marked on the drives. Some time after the last one the mark is taken away, so a
 * busy region costs nothing. A new owner begins with the marks of the one before: they stay until what its log has is on the
 * drives. If nobody has that log (`unverified` in the array state), these regions are *doubtful*, and each is settled before
 * anything else is done in it.
 *
 * Example: A marks region 7 and dies, and its NVRAM with it. The map says "epoch 4, written: 7". B claims the volume with epoch 5:
 *
 *     B's claim           unverified since epoch 5
 *     a read in region 7  B reads the map; its epoch is older than 5, so region 7 is doubtful; B settles its stripes
 *     the map             "epoch 5, written: none, doubtful: none"; then the read is done
 *
 * If B dies before that, the next owner finds the same map. If it dies later and its log is known, the next owner finds no doubt,
 * though the volume is still unverified: a map of epoch 5 or later says itself what is in doubt.
 */
export class WriteIntents {
  readonly #volumeId: number
  readonly #regions: VolumeRegions
  #claim: WriteClaim | undefined
  /** The epoch since which logs are known; undefined if nothing is in doubt. */
  #unverifiedSince: number | undefined
  #isServed = false
  #isKnown = false
  #waitingForMap: (() => void)[] | undefined
  /** By region: writes under way; whether one has begun since the last sweep; whether one has failed. */
  readonly #underWay = new Uint32Array(INTENT_REGIONS)
  readonly #touched = new Uint8Array(INTENT_REGIONS)
  readonly #failed = new Uint8Array(INTENT_REGIONS)
  /** By region: what the drives have at least; what an earlier owner left. */
  readonly #standing = new Uint8Array(INTENT_REGIONS)
  readonly #inherited = new Uint8Array(INTENT_REGIONS)
  readonly #doubtful = new DoubtfulRegions()
  #sequence = 0
  #drivesWritten: readonly string[] = []
  #isWriting = false
  /** The map on the drives has marks that are in none of the arrays any more. */
  #isOutdated = false
  #waiting: MarksWanted[] = []
  /** A region that is settled may be written at once, and must not be settled again. */
  readonly #settling = new OneByOne<SettlingJob>((job, end) => this.#settleNow(job, end))

  /** Undefined for a volume without copies and parity. */
  static of(map: VolumeMap<GroupIo>, volumeId: number): WriteIntents | undefined {
    return map.groups.some(({ layout }) => layout.redundancy > 0) ? new WriteIntents(map, volumeId) : undefined
  }

  private constructor(map: VolumeMap<GroupIo>, volumeId: number) {
    this.#volumeId = volumeId
    this.#regions = new VolumeRegions(map)
  }

  /** The array state says this now. `isServed`: what the logs have is on the drives. */
  assigned({ epoch, unverified }: VolumeOwnership, standing: { readonly isOwned: boolean; readonly isServed: boolean }): void {
    const since = unverified?.since
    const isSame = standing.isOwned && this.#claim?.epoch === epoch && (since === undefined || since === this.#unverifiedSince)
    this.#unverifiedSince = since
    this.#isServed = standing.isOwned && standing.isServed
    if (!isSame) this.#begin(standing.isOwned ? { slot: this.#volumeId, epoch } : undefined)
    if (this.#isServed && since === undefined) this.#forgetInherited()
  }

  #begin(claim: WriteClaim | undefined): void {
    this.#claim = claim
    this.#isKnown = false
    this.#isOutdated = false
    this.#sequence = 0
    this.#drivesWritten = []
    for (const marks of [this.#standing, this.#inherited, this.#touched, this.#failed]) marks.fill(0)
    this.#doubtful.clear()
  }

  get isClear(): boolean {
    return this.#unverifiedSince === undefined || (this.#isKnown && this.#doubtful.isEmpty)
  }

  beforeRead(range: BlockRange, go: Go): void {
    this.#settleBetween(...this.#regions.ofBlocks(range), go)
  }

  /** `go` may be called at once. Call `afterWrite` when the write has ended, also after a fault. */
  beforeWrite(range: BlockRange, go: Go): void {
    const [first, last] = this.#regions.ofBlocks(range)
    let isMarked = this.isClear
    for (let region = first; region <= last; region++) {
      this.#underWay[region]!++
      this.#touched[region] = 1
      if (this.#standing[region] === 0) isMarked = false
    }
    if (isMarked) return go(undefined)
    this.#settleBetween(first, last, (fault) => {
      if (fault !== undefined) return go(fault)
      this.#waiting.push({ first, last, go })
      this.#pump()
    })
  }

  afterWrite(range: BlockRange, isGood: boolean): void {
    const [first, last] = this.#regions.ofBlocks(range)
    for (let region = first; region <= last; region++) {
      this.#underWay[region]!--
      if (!isGood) this.#failed[region] = 1
    }
  }

  /** Takes marks away where nothing was written since the last sweep. Call it from time to time. */
  sweep(): void {
    if (!this.#isServed || this.#isWriting || this.#waiting.length > 0 || this.#settling.isBusy) return
    if (!this.#isKnown) return this.#whenKnown(() => undefined)
    let isIdle = this.#isOutdated
    for (let region = 0; region < this.#regions.count; region++) {
      if (this.#standing[region] === 0 || this.#underWay[region] !== 0 || this.#touched[region] !== 0) continue
      if (this.#failed[region] !== 0 && this.#regions.isInterrupted(region)) continue
      // At once: a write that comes now must mark it again, behind this.
      this.#standing[region] = 0
      this.#failed[region] = 0
      isIdle = true
    }
    this.#touched.fill(0)
    const isNew = this.#regions.groups.some(({ intents }) => !this.#hasAll(intents.drivesInReach))
    if (isIdle || isNew) this.#write(this.#marks(), () => this.#pump())
  }

  /** Calls `then` with the stripes in doubt from this one on, as the volume counts them. */
  doubtfulStripes(fromStripe: number, then: (stripes: readonly number[]) => void): void {
    this.#whenKnown(() => {
      const stripes: number[] = []
      for (let stripe = fromStripe; stripe < this.#regions.stripeCount; stripe++) {
        if (this.#doubtful.has(this.#regions.at(stripe))) stripes.push(stripe)
      }
      then(stripes)
    })
  }

  /** Settles what is in doubt in the regions of these stripes, as the volume counts them. */
  settle({ firstStripe, stripeCount }: VolumeStripes, done: Go): void {
    this.#settleBetween(this.#regions.at(firstStripe), this.#regions.at(firstStripe + stripeCount - 1), done)
  }

  /** Before a rebuild: settles what is in doubt there, and gives the drive the map. It may soon be the only one that has it. */
  beforeRebuild(group: GroupIo, stripes: VolumeStripes, done: Go): void {
    const regions = this.#regions.inGroup(group, stripes)
    const next = (index: number): void => {
      const range = regions[index]
      if (range !== undefined) this.#settleBetween(...range, (fault) => (fault === undefined ? next(index + 1) : done(fault)))
      else if (this.#hasAll(group.intents.drivesInReach)) done(undefined)
      else this.#writeNow(done)
    }
    this.#whenKnown(() => next(0))
  }

  #settleBetween(first: number, last: number, done: Go): void {
    if (this.isClear) return done(undefined)
    this.#whenKnown(() => {
      if (this.#doubtful.between(first, last).length === 0) return done(undefined)
      this.#settling.add({ first, last, claim: this.#claim, done })
    })
  }

  #settleNow({ first, last, claim, done }: SettlingJob, end: () => void): void {
    const tell = (fault: GroupFault | undefined): void => {
      done(fault)
      end()
    }
    if (claim === undefined) return tell('stale-epoch')
    // A new epoch began meanwhile: what is in doubt now, its map says.
    if (claim !== this.#claim) {
      this.#settleBetween(first, last, done)
      return end()
    }
    const regions = this.#doubtful.between(first, last)
    if (regions.length === 0) return tell(undefined)
    const next = (index: number): void => {
      const region = regions[index]
      if (region === undefined) return this.#settled(regions, claim, tell)
      this.#regions.settle(region, claim, (status) => (status === 'good' ? next(index + 1) : tell(faultOf(status))))
    }
    next(0)
  }

  /** The drives must know before anybody relies on it: to settle a region again would give up what was written to it since. */
  #settled(regions: readonly number[], claim: WriteClaim, done: Go): void {
    if (claim !== this.#claim) return done('stale-epoch')
    for (const region of regions) this.#inherited[region] = 0
    this.#doubtful.noteSettled(regions)
    this.#writeNow((fault) => {
      this.#doubtful.noteSettled([])
      done(fault)
    })
  }

  #writeNow(done: Go): void {
    this.#waiting.push({ first: 0, last: -1, go: done })
    this.#pump()
  }

  /** Writes the marks that are asked for. All that ask while a map is being written get theirs with the next. */
  #pump(): void {
    if (this.#isWriting || this.#waiting.length === 0) return
    this.#whenKnown(() => {
      if (this.#isWriting || this.#waiting.length === 0) return
      const all = this.#waiting.splice(0)
      const ready = all.filter(({ first, last }) => first <= last && !this.#standing.subarray(first, last + 1).includes(0))
      const taken = all.filter((waiting) => !ready.includes(waiting))
      if (taken.length > 0) this.#writeFor(taken)
      for (const { go } of ready) go(undefined)
    })
  }

  #writeFor(taken: readonly MarksWanted[]): void {
    const marks = this.#marks()
    for (const { first, last } of taken) marks.fill(1, first, last + 1)
    this.#write(marks, (fault) => {
      if (fault === undefined) marks.forEach((mark, region) => (this.#standing[region]! |= mark))
      for (const { go } of taken) go(fault)
      this.#pump()
    })
  }

  #marks(): Uint8Array {
    return this.#standing.map((mark, region) => mark | this.#inherited[region]!)
  }

  #write(written: Uint8Array, done: Go): void {
    const claim = this.#claim
    if (claim === undefined) return done('stale-epoch')
    this.#isWriting = true
    this.#isOutdated = false
    const { groups, regionStripes } = this.#regions
    const of = { volumeId: this.#volumeId, epoch: claim.epoch, sequence: ++this.#sequence, regionStripes }
    const drives = groups.flatMap(({ intents }) => intents.drivesInReach)
    const doubtful = this.#doubtful.forMap()
    writeIntentMap(groups, { ...of, written, doubtful: doubtful.marks }, claim, (status) => {
      this.#isWriting = false
      if (claim !== this.#claim) return done('stale-epoch')
      if (status !== 'good') {
        this.#isOutdated = true
        return done(faultOf(status))
      }
      this.#drivesWritten = drives
      doubtful.written()
      done(undefined)
    })
  }

  /** Calls `run` when the map that the drives have is known. At once, if it is. */
  #whenKnown(run: () => void): void {
    if (this.#isKnown) return run()
    if (this.#waitingForMap !== undefined) {
      this.#waitingForMap.push(run)
      return
    }
    this.#waitingForMap = [run]
    this.#read()
  }

  #read(): void {
    const claim = this.#claim
    readIntentMap(this.#regions.groups, this.#volumeId, (found) => {
      // A new epoch began meanwhile.
      if (claim !== this.#claim) return this.#read()
      this.#learn(found)
      const waitingForMap = present(this.#waitingForMap, 'what waits for the map')
      this.#waitingForMap = undefined
      for (const run of waitingForMap) run()
    })
  }

  #learn(found: IntentMap | 'none' | 'unknown'): void {
    this.#isKnown = true
    const since = this.#unverifiedSince
    const { count: regionCount, regionStripes } = this.#regions
    const { inherited, doubtful } = inheritedMarks(found, { regionCount, regionStripes, since })
    this.#inherited.set(inherited)
    this.#doubtful.learn(doubtful)
    if (this.#isServed && since === undefined) this.#forgetInherited()
  }

  #forgetInherited(): void {
    if (this.#inherited.includes(1)) this.#isOutdated = true
    this.#inherited.fill(0)
    this.#doubtful.clear()
  }

  #hasAll(drives: readonly string[]): boolean {
    return drives.every((drive) => this.#drivesWritten.includes(drive))
  }
}
