import { mapOf } from '../../../../../src-main/core/mapping/configured-map'
import { VolumeIo } from '../../../../../src-main/core/mapping/volume-io'
import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import type { VolumeOwnership } from '../../../../../src-main/contract/array-state'
import { ServedVolume } from '../../../../../src-main/core/controller/volumes/served-volume'
import { EventLog } from '../../../../../src-main/core/controller/peer/event-log'
import type { Standing } from '../../../../../src-main/core/controller/peer/standing'
import { ClaimStability } from '../../../../../src-main/core/controller/volumes/claim-stability'
import { IoCounters, type OperationOutcome, type VolumeOperation } from '../../../../../src-main/core/controller/volumes/volume-operation'
import { WriteCache } from '../../../../../src-main/core/nvram/write-cache'
import { layoutOf } from '../../../../../src-main/core/raid/geometry'
import type { GroupIo, GroupOutcome, GroupWrite } from '../../../../../src-main/core/raid/group-io'
import type { CommandTask, VolumeOutcome } from '../../../../../src-main/core/scsi/device'
import { DriveMedium } from '../../../../../src-main/simulator/drive-medium'
import { firstState } from '../../../../../src-main/simulator/first-state'
import { TraceLog } from '../../../../../src-main/simulator/trace-log'
import { VirtualClock } from '../../../../../src-main/simulator/virtual-clock'
import { MemoryNvram } from '../../../../support/memory-nvram'

const HOLD_MS = 1000
const state = firstState(Array.from({ length: 6 }, (_, index) => new DriveMedium(index, 65_536)))
const entry = present(state.configuration.volumes[0], 'a volume')
const mine = (epoch: number): VolumeOwnership => ({ volumeId: entry.id, owner: 'a', epoch })
const theirs = (epoch: number): VolumeOwnership => ({ volumeId: entry.id, owner: 'b', epoch })

let clock: VirtualClock
let writes: { readonly io: GroupWrite; readonly done: (outcome: GroupOutcome<undefined>) => void }[]
let reads: ((outcome: GroupOutcome<readonly Uint8Array[]>) => void)[]
let flushes: ((outcome: GroupOutcome<undefined>) => void)[]
let forwards: { readonly io: VolumeOperation; readonly done: (outcome: OperationOutcome | 'peer-lost') => void }[]
let claimStability: ClaimStability
let standing: { -readonly [K in keyof Standing]: Standing[K] }
let counters: IoCounters
let volume: ServedVolume
let told: VolumeOutcome<undefined>[]

beforeEach(() => {
  clock = new VirtualClock()
  writes = []
  reads = []
  flushes = []
  forwards = []
  claimStability = new ClaimStability()
  standing = {
    phase: 'serving',
    reason: undefined,
    isServing: true,
    isStopped: false,
    peerIsPresent: true,
    peerIsMember: true,
    mayForward: true,
    bothServe: true,
    portals: ['a'],
    serverOf: (portal) => portal,
  }
  counters = new IoCounters()
  told = []
  const trace = new TraceLog(clock).port()
  const group: GroupIo = {
    layout: layoutOf(present(state.configuration.groups[0], 'a group')),
    outDrives: [],
    intents: {
      drivesInReach: [],
      read: () => undefined,
      write: () => undefined,
      settle: () => undefined,
    },
    suspect: () => undefined,
    recordFailed: () => undefined,
    rebuild: () => undefined,
    forgetInterrupted: () => undefined,
    noteInterrupted: () => undefined,
    isInterrupted: () => false,
    abandon: () => undefined,
    read: (_io, done) => void reads.push(done),
    write: (io, done) => void writes.push({ io, done }),
    writeStripe: () => undefined,
    flush: (_io, done) => void flushes.push(done),
    verify: () => undefined,
  }
  // Alone and write-through: what is written goes to the group at once.
  const cache = new WriteCache({
    self: 'a',
    clock,
    turn: { atEnd: (run) => run(), next: (run) => run() },
    trace,
    nvram: new MemoryNvram(65_536),
    ports: {
      place: () => volume.place,
      ownershipLost: () => volume.loseClaim(),
      mayKeepUnmirrored: () => false,
      roomChanged: () => undefined,
      isHeld: () => true,
      holdsChanged: () => undefined,
      send: () => undefined,
    },
  })
  cache.recover(state, () => undefined)
  volume = new ServedVolume(
    {
      self: 'a',
      clock,
      trace,
      log: new EventLog(clock),
      timings: { holdMs: HOLD_MS },
      standing,
      cache,
      counters,
      admission: { admit: () => true, finish: (io, outcome) => io.finish(outcome) },
      forwarder: { forward: (_volumeId, io, done) => void forwards.push({ io, done }) },
      claimStability,
      reservationCommits: { commit: () => undefined },
    },
    entry,
    mine(2),
    new VolumeIo(mapOf(entry, () => group)),
  )
  volume.update(entry, mine(2), true)
})

function write(firstBlock = 0, forceUnitAccess = false, task: CommandTask | undefined = undefined): void {
  volume.write({ firstBlock, blockCount: 1, data: [new Uint8Array(512)], forceUnitAccess, task, trace: undefined }, (outcome) =>
    told.push(outcome),
  )
}

/** Compares a block of zeros, and writes it anew. */
function compareAndWrite(task: CommandTask | undefined = undefined): void {
  const block = [new Uint8Array(512)]
  const io = { firstBlock: 0, blockCount: 1, expected: block, data: block, forceUnitAccess: false, task, trace: undefined }
  volume.compareAndWrite(io, (outcome) => told.push(outcome.ok ? { ok: true, value: undefined } : outcome))
}

function fromPeer(finish: (outcome: OperationOutcome) => void): void {
  volume.submit({
    operation: 'flush',
    firstBlock: 0,
    blockCount: 0,
    data: [],
    forceUnitAccess: false,
    task: undefined,
    trace: undefined,
    origin: 'peer',
    arrivedAtMs: 0,
    misdirected: 0,
    finish,
  })
}

const GOOD: GroupOutcome<undefined> = { ok: true, value: undefined }

describe('a volume at its owner', () => {
  it('is written at its place in the group, under the claim of the epoch', () => {
    write(5)
    expect(writes[0]?.io).toMatchObject({ firstBlock: entry.firstBlock + 5, claim: { slot: entry.id, epoch: 2 } })
    writes[0]?.done(GOOD)
    expect(told).toEqual([{ ok: true, value: undefined }])
  })

  it('is the optimized one by its own portal only', () => {
    expect([volume.accessState(1), volume.accessState(2)]).toEqual(['active-optimized', 'active-non-optimized'])
  })

  it('is not written before the midplane holds the claim', () => {
    volume.update(entry, mine(4), false)
    write()
    expect(writes).toHaveLength(0)
    volume.update(entry, mine(4), true)
    volume.review()
    expect(writes[0]?.io.claim.epoch).toBe(4)
  })

  it('says that a forced write is done when data and claim are on stable storage', () => {
    const flushed = claimStability.beingFlushed()
    write(0, true)
    writes[0]?.done(GOOD)
    flushes[0]?.(GOOD)
    expect(told).toEqual([])
    flushed.ended()
    expect(told).toEqual([{ ok: true, value: undefined }])
  })

  it('lets the host try a forced write again where the claim does not get to stable storage, and can be moved then', () => {
    const flushed = claimStability.beingFlushed()
    write(0, true)
    writes[0]?.done(GOOD)
    flushes[0]?.(GOOD)
    let isDrained = false
    volume.quiesce(() => (isDrained = true))
    expect(isDrained).toBe(false)
    flushed.overdue()
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
    expect(isDrained).toBe(true)
  })

  it('lets a read try again that waits for stripes to be settled, which needs room; a write is told that there is none', () => {
    const outcomes: VolumeOutcome<unknown>[] = []
    volume.read({ firstBlock: 0, blockCount: 1, trace: undefined }, (outcome) => outcomes.push(outcome))
    reads[0]?.({ ok: false, fault: 'no-space' })
    expect(outcomes).toEqual([{ ok: false, fault: 'busy' }])
    volume.flush({ trace: undefined }, (outcome) => told.push(outcome))
    flushes[0]?.({ ok: false, fault: 'no-space' })
    expect(told).toEqual([{ ok: false, fault: 'no-space' }])
  })

  it('that the drives refuse is lost: nothing good is said, nothing more is written', () => {
    write()
    writes[0]?.done({ ok: false, fault: 'stale-epoch' })
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
    expect(counters.refusedWrites).toBe(1)
    write()
    expect(writes).toHaveLength(1)
    clock.runUntil(HOLD_MS + 1)
    expect(told).toHaveLength(2)
  })

  it('finishes what is under way and holds the rest while it moves, then sends it to the new owner', () => {
    let drained = false
    write()
    volume.quiesce(() => (drained = true))
    write(1)
    expect(drained).toBe(false)
    writes[0]?.done(GOOD)
    expect(drained).toBe(true)
    volume.update(entry, theirs(3), false)
    volume.resume()
    expect(forwards.map(({ io }) => io.firstBlock)).toEqual([1])
    expect(told).toHaveLength(1)
  })
})

it('a volume that was deleted while it was to move is not written by what was held', () => {
  volume.quiesce(() => undefined)
  write(3)
  volume.retire()
  volume.resume()
  write(4)
  expect(told).toEqual(Array.from({ length: 2 }, () => ({ ok: false, fault: 'transitioning' })))
  expect(writes).toEqual([])
  expect(volume.place).toBeUndefined()
})

it('a volume has the reservations that the state says, also where it says none any more', () => {
  const reservations = { volumeId: entry.id, generation: 1, outlivesPowerLoss: false, registrations: [] }
  volume.update(entry, mine(2), true, reservations)
  expect(volume.reservations).toBe(reservations)
  volume.update(entry, mine(2), true)
  expect(volume.reservations).toBeUndefined()
})

describe('a volume of the peer', () => {
  beforeEach(() => volume.update(entry, theirs(3), false))

  it('is reached through the peer', () => {
    write()
    forwards[0]?.done({ ok: true, value: [] })
    expect(told).toEqual([{ ok: true, value: undefined }])
    expect(writes).toHaveLength(0)
  })

  it('is written again by its host alone when the peer died, and flushed again here once this controller is its owner', () => {
    write()
    volume.flush({ trace: undefined }, (outcome) => told.push(outcome))
    standing.mayForward = false
    for (const { done } of forwards) done('peer-lost')
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
    expect(flushes).toHaveLength(0)
    volume.update(entry, mine(4), true)
    volume.review()
    flushes[0]?.(GOOD)
    expect(told[1]).toEqual({ ok: true, value: undefined })
    expect(writes).toHaveLength(0)
  })

  it('nobody knows whether a COMPARE AND WRITE was done when the peer died: tried again, it would not find what it compared with', () => {
    compareAndWrite()
    forwards[0]?.done('peer-lost')
    expect(told).toEqual([{ ok: false, fault: 'unknown-end' }])
    expect(reads).toHaveLength(0)
  })

  it('asks again where the peer was not the owner any more, but not for ever', () => {
    write()
    while (forwards.length > 0) forwards.shift()?.done({ ok: false, fault: 'not-owner' })
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
  })

  it('tells the initiator to come again when ownership does not settle', () => {
    standing.mayForward = false
    write()
    clock.runUntil(HOLD_MS / 2)
    write()
    clock.runUntil(HOLD_MS + 1)
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
    clock.runUntil(HOLD_MS * 2)
    expect(told).toHaveLength(2)
  })

  it('is not served to the peer from here', () => {
    const answers: OperationOutcome[] = []
    fromPeer((outcome) => answers.push(outcome))
    expect(answers).toEqual([{ ok: false, fault: 'not-owner' }])
  })
})

describe('a write whose initiator has given it up', () => {
  const task = { isAborted: false }
  beforeEach(() => (task.isAborted = false))

  it('is not begun any more after it was held', () => {
    volume.quiesce(() => undefined)
    write(0, false, task)
    write(1)
    task.isAborted = true
    volume.resume()
    expect(writes.map(({ io }) => io.firstBlock)).toEqual([entry.firstBlock + 1])
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
  })

  it('is not begun any more after its blocks were read, as COMPARE AND WRITE and ORWRITE do', () => {
    compareAndWrite(task)
    const orWrite = { firstBlock: 8, blockCount: 1, data: [new Uint8Array(512)], forceUnitAccess: false, manner: 'or', task } as const
    volume.write({ ...orWrite, trace: undefined }, (outcome) => told.push(outcome))
    task.isAborted = true
    for (const done of reads.splice(0)) done({ ok: true, value: [new Uint8Array(512)] })
    expect(told).toEqual(Array.from({ length: 2 }, () => ({ ok: false, fault: 'transitioning' })))
    expect(writes).toHaveLength(0)
    compareAndWrite({ isAborted: false })
    reads[0]?.({ ok: true, value: [new Uint8Array(512)] })
    writes[0]?.done(GOOD)
    expect(told[2]).toEqual(GOOD)
  })

  it('is not sent to another owner any more after it was held', () => {
    volume.quiesce(() => undefined)
    write(0, false, task)
    task.isAborted = true
    volume.update(entry, theirs(3), false)
    volume.resume()
    expect(forwards).toHaveLength(0)
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
  })

  it('is not done here when it comes back from a controller that did not own the volume any more', () => {
    volume.update(entry, theirs(3), false)
    write(0, false, task)
    task.isAborted = true
    volume.update(entry, mine(4), true)
    forwards[0]?.done({ ok: false, fault: 'not-owner' })
    expect(writes).toHaveLength(0)
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
  })
})

describe('what a dead peer had forwarded', () => {
  it('and was held is forgotten', () => {
    const answers: OperationOutcome[] = []
    volume.quiesce(() => undefined)
    fromPeer((outcome) => answers.push(outcome))
    write()
    volume.forgetPeer()
    expect(answers).toEqual([{ ok: false, fault: 'transitioning' }])
    volume.resume()
    expect([writes.length, flushes.length]).toEqual([1, 0])
  })
})

describe('a controller that has stopped', () => {
  it('serves nothing', () => {
    standing.isStopped = true
    write()
    expect(told).toEqual([{ ok: false, fault: 'transitioning' }])
    expect(writes).toHaveLength(0)
  })
})
