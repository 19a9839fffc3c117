import { beforeEach, describe, expect, it } from 'vitest'
import { present } from '../../../../../src-main/base/assert'
import { Prng } from '../../../../../src-main/base/prng'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import type { ArrayState } from '../../../../../src-main/contract/array-state'
import { SERVICE_SLOT, StateDrives, type Look, type StateWriteOutcome } from '../../../../../src-main/core/controller/state/state-drives'
import { slotFirstBlock } from '../../../../../src-main/core/raid/superblock'
import { World } from '../../../../../src-main/simulator/world'
import { Incarnation } from '../../../../../src-main/simulator/incarnation'
import { virtualDrive } from '../../../../../src-main/simulator/virtual-drive'
import type { Election } from '../../../../../src-main/core/raid/election'

let world: World
let drives: StateDrives

beforeEach(() => {
  world = new World({ seed: 1 })
  setUp()
})

/** A controller that knows nothing. */
function setUp(): void {
  const incarnation = new Incarnation('a', 1, { clock: world.clock, random: new Prng(1) })
  const parts = {
    incarnation,
    clock: world.clock,
    random: new Prng(1),
    claims: world.claims,
    latency: { minMs: 0.1, maxMs: 0.2, flushMs: 1 },
    watcher: world.writers,
  }
  drives = new StateDrives(world.media.map((medium) => virtualDrive({ medium, ...parts })))
}

function read(known?: ArrayState): Election | undefined {
  let found: Election | undefined
  drives.read(known, (election) => (found = election))
  world.run(10)
  return found
}

function write(state: ArrayState): StateWriteOutcome | undefined {
  let outcome: StateWriteOutcome | undefined
  drives.write(state, { flush: true, cause: undefined }, (written) => (outcome = written))
  world.run(10)
  return outcome
}

function look(known: ArrayState): Look | undefined {
  let answer: Look | undefined
  drives.look(known, (found) => (answer = found))
  world.run(10)
  return answer
}

const first = (): ArrayState => present(read(), 'an election').state
const after = (state: ArrayState): ArrayState => ({
  ...state,
  generation: state.generation + 1,
  configuration: { ...state.configuration, name: 'Changed' },
})

const HOW = { epoch: 1, cause: undefined }

/** As those who have it open see it, too. */
function becomeBlank(drive: number): void {
  for (const slot of [0, 1]) present(world.media[drive], 'drive').write(slotFirstBlock(slot), new Uint8Array(BLOCK_BYTES))
}

describe('the state on the drives', () => {
  it('is flushed before a newer one may take the slot of the one before, unless it is known to be stable', () => {
    const state = first()
    const waits = (): boolean => {
      let isDone = false
      drives.whenStable(state, HOW, () => (isDone = true))
      const waited = !isDone
      world.run(10)
      expect(isDone).toBe(true)
      return waited
    }
    expect(waits()).toBe(true)
    expect(waits()).toBe(false)
    const claim = after(state)
    drives.write(claim, { flush: false, cause: undefined }, () => undefined)
    world.run(10)
    let isDone = false
    drives.whenStable(claim, HOW, () => (isDone = true))
    expect(isDone).toBe(false)
    drives.noteStable(claim.generation)
    drives.whenStable(claim, HOW, () => (isDone = true))
    expect(isDone).toBe(true)
  })

  it('goes to those that the last reading found without it, before a newer one is written', () => {
    const state = first()
    const next = after(state)
    const encoded = world.media.slice(1).map((medium) => medium.copy())
    expect(write(next)).toBe('written')
    for (const [index, file] of encoded.entries()) world.media[index + 1]?.swap(file)
    for (const medium of world.media) medium.open()
    setUp()
    expect(read()).toMatchObject({ state: next, standsOn: [0] })
    drives.whenStable(next, HOW, () => undefined)
    world.run(10)
    expect(read()).toMatchObject({ state: next, standsOn: [0, 1, 2, 3, 4, 5] })
  })

  it('goes to those that did not take it, also where it was not read here', () => {
    const state = first()
    const next = after(state)
    const missed = world.media.slice(0, 4)
    for (const medium of missed) medium.isFailed = true
    expect(write(next)).toBe('no-majority')
    for (const medium of missed) medium.isFailed = false
    let outcome: StateWriteOutcome | undefined
    drives.whenStable(next, HOW, (found) => (outcome = found))
    world.run(10)
    expect(outcome).toBe('written')
    expect(read()).toMatchObject({ state: next, standsOn: [0, 1, 2, 3, 4, 5] })
  })

  it('does not count as stable where most drives cannot flush', () => {
    const state = first()
    let outcome: StateWriteOutcome | undefined
    for (const medium of world.media.slice(2)) medium.flushesFail = true
    drives.whenStable(state, HOW, (found) => (outcome = found))
    world.run(10)
    expect(outcome).toBe('no-majority')
  })

  it('is read back as it was written, by all drives', () => {
    const next = after(first())
    expect(write(next)).toBe('written')
    expect(read(next)).toMatchObject({ state: next, committed: true, quorum: true, standsOn: [0, 1, 2, 3, 4, 5] })
  })

  it('is read whole also where it is long', () => {
    const completedRequests = Array.from({ length: 128 }, (_, i) => ({
      id: `r${i}`,
      name: 'x',
      digest: 'd',
      servedBy: 'a' as const,
      result: 'y'.repeat(900),
    }))
    const next = { ...after(first()), completedRequests }
    expect(write(next)).toBe('written')
    expect(read(next)?.state.completedRequests).toHaveLength(128)
  })

  it('that does not fit is not written', () => {
    const state = first()
    const completedRequests = Array.from({ length: 128 }, (_, i) => ({
      id: `r${i}`,
      name: 'x',
      digest: 'd',
      servedBy: 'a' as const,
      result: 'y'.repeat(3000),
    }))
    expect(write({ ...after(state), completedRequests })).toBe('too-large')
    expect(read(state)?.state).toEqual(state)
  })

  it('counts when a majority of the drives took it', () => {
    const state = first()
    for (const index of [0, 1]) present(world.media[index], 'drive').isFailed = true
    expect(write(after(state))).toBe('written')
    present(world.media[2], 'drive').isFailed = true
    expect(write(after(after(state)))).toBe('no-majority')
  })

  it('is not written under an old claim', () => {
    const state = first()
    world.claims.raise({ slot: SERVICE_SLOT, epoch: state.serviceEpoch + 1 })
    expect(write(after(state))).toBe('stale-epoch')
    expect(read(state)?.state).toEqual(state)
  })

  it('is stored where a flush has ended that began after it was written', () => {
    const next = after(first())
    expect(write(next)).toBe('written')
    const newer = after(next)
    drives.write(next, { flush: true, alreadyOn: [0, 1, 2, 3, 4, 5], cause: undefined }, () => undefined)
    drives.write(newer, { flush: false, cause: undefined }, () => undefined)
    world.run(10)
    expect(drives.withStored(newer).storedGenerations).toEqual(new Array(6).fill(next.generation))
    drives.whenStable(newer, HOW, () => undefined)
    world.run(10)
    expect(drives.withStored(newer).storedGenerations).toEqual(new Array(6).fill(newer.generation))
  })

  it('is known to be newer from the first blocks alone', () => {
    const state = first()
    expect(look(state)).toEqual({ isNewer: false, silent: [] })
    write(after(state))
    expect(look(state)).toEqual({ isNewer: true, silent: [] })
    present(world.media[4], 'drive').isFailed = true
    expect(look(after(state))).toEqual({ isNewer: false, silent: [4] })
    for (const medium of world.media.slice(0, 2)) medium.isFailed = true
    expect(look(state)?.isNewer).toBeUndefined()
  })

  it("is not written to a drive that is somebody else's", () => {
    const state = first()
    const foreign = present(world.media[5], 'drive')
    foreign.write(0, new Uint8Array(512).fill(0x55))
    foreign.write(512, new Uint8Array(512).fill(0x55))
    read(state)
    expect(write(after(state))).toBe('written')
    const block = new Uint8Array(512)
    for (const firstBlock of [0, 512]) {
      foreign.read(firstBlock, block)
      expect(block.every((byte) => byte === 0x55)).toBe(true)
    }
  })
  it('that is older than a drive that was taken in meanwhile says nothing about it', () => {
    const state = first()
    write(state)
    const stored = drives.withStored(after(state))
    write(stored)
    becomeBlank(1)
    for (const measure of [() => drives.read(stored, () => undefined), () => drives.look(stored, () => undefined)]) {
      measure()
      drives.admit(1, 'rebuild')
      world.run(10)
      expect(drives.strangers.size).toBe(0)
    }
    drives.look(stored, () => undefined)
    world.run(10)
    expect([...drives.strangers]).toEqual([1])
  })

  it('that is older than one on a drive is not what drives are measured by', () => {
    const state = first()
    write(state)
    const stored = drives.withStored(after(state))
    write(stored)
    write(after(stored))
    becomeBlank(1)
    expect(look(stored)?.isNewer).toBe(true)
    expect(drives.strangers.size).toBe(0)
    expect(look(after(stored))?.isNewer).toBe(false)
    expect([...drives.strangers]).toEqual([1])
  })
  it.each([0, 1])('is not on a drive that was taken in before that was said of what was in its place (flush: %i)', (isFlushing) => {
    const next = after(first())
    drives.write(next, { flush: true, cause: undefined }, () => undefined)
    // A write takes 0.2 ms at most, a flush 0.5 ms at least.
    if (isFlushing === 1) world.run(0.4)
    drives.admit(1, 'rebuild')
    world.run(10)
    expect(drives.withStored(next).storedGenerations).toEqual([0, 1, 2, 3, 4, 5].map((drive) => (drive === 1 ? 0 : next.generation)))
  })
  it('is not stored on a drive that was taken in since', () => {
    const next = after(first())
    write(next)
    drives.admit(1, 'rebuild')
    expect(drives.withStored(next).storedGenerations).toEqual([0, 1, 2, 3, 4, 5].map((drive) => (drive === 1 ? 0 : next.generation)))
  })
  it('gets to a drive that was taken in since the reading found it there', () => {
    const state = first()
    drives.admit(1, 'rebuild')
    const before = world.media.map(({ writes }) => writes)
    drives.whenStable(state, HOW, () => undefined)
    world.run(10)
    expect(world.media.map(({ writes }, drive) => writes - present(before[drive], 'a count'))).toEqual([0, 1, 0, 0, 0, 0])
  })
  it('shows strangers when a peer says it, also where too few drives could be read before', () => {
    const state = first()
    write(state)
    const stored = drives.withStored(after(state))
    write(stored)
    present(world.media[1], 'drive').replace()
    setUp()
    const silent = world.media.slice(2)
    for (const medium of silent) medium.isFailed = true
    expect(read()?.quorum).toBe(false)
    expect(drives.strangers.size).toBe(0)
    for (const medium of silent) medium.isFailed = false
    drives.measure(stored, () => undefined)
    world.run(10)
    expect([...drives.strangers]).toEqual([1])
  })
})
