import { expect, it } from 'vitest'
import { concatBytes, getU32, putU32 } from '../../src-main/base/bytes'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import type { ScsiOutcome } from '../../src-main/core/iscsi/initiator/scsi-request'
import { InitiatorSession } from '../../src-main/core/iscsi/initiator/session'
import { compareAndWriteCdb, orWriteCdb, readCdb } from '../../src-main/core/scsi/initiator-cdbs'
import { decodeSense } from '../../src-main/core/scsi/sense'
import { SENSE_KEY, STATUS } from '../../src-main/core/scsi/spec'
import { TARGET_NAME, type World } from '../../src-main/simulator/world'
import { servingWorld } from '../support/simulation'

const RANGE = { firstBlock: 8, blockCount: 2 }
const ROUNDS = 100

let sessionCount = 0

function sessionAt(world: World, portal: ControllerId): InitiatorSession {
  const session = new InitiatorSession(
    {
      initiatorName: `iqn.2026-11.test:counts-at-${portal}`,
      isidQualifier: ++sessionCount,
      targetName: TARGET_NAME,
      clock: world.clock,
      network: world.network.network(),
      address: world.network.addressOf(portal),
    },
    { loggedIn: () => undefined, ended: () => undefined },
  )
  expect(world.runUntil(() => session.isOpen, 5000)).toBe(true)
  return session
}

/** Two blocks that hold a number in each of their words. */
function blocksOf(value: number): Uint8Array {
  const bytes = new Uint8Array(1024)
  for (let at = 0; at < bytes.length; at += 4) putU32(bytes, at, value)
  return bytes
}

/** Counts on the volume: reads nothing but what a miscompare makes it read, and adds one with each COMPARE AND WRITE. */
class Counter {
  counted = 0
  rounds = 0
  readonly torn: number[] = []
  readonly #session: InitiatorSession
  #seen = 0

  constructor(session: InitiatorSession) {
    this.#session = session
  }

  count(): void {
    if (this.rounds++ === ROUNDS) return
    const dataOut = concatBytes([blocksOf(this.#seen), blocksOf(this.#seen + 1)])
    this.#session.execute({ lun: 0, cdb: compareAndWriteCdb(RANGE), dataOut }, (outcome) => {
      const key = keyOf(outcome)
      if (key === undefined) {
        this.counted++
        this.#seen++
      }
      if (key === SENSE_KEY.miscompare) this.#look()
      else this.count()
    })
  }

  #look(): void {
    this.#session.execute({ lun: 0, cdb: readCdb(RANGE), dataInBytes: 1024 }, (outcome) => {
      if (outcome.kind === 'answered' && outcome.status === STATUS.good) {
        const words = Array.from({ length: 256 }, (_, index) => getU32(outcome.dataIn, 4 * index))
        this.#seen = words[0] ?? 0
        if (words.some((word) => word !== this.#seen)) this.torn.push(this.#seen)
      }
      this.count()
    })
  }
}

function keyOf(outcome: ScsiOutcome): number | undefined {
  if (outcome.kind !== 'answered') return SENSE_KEY.abortedCommand
  return outcome.status === STATUS.good ? undefined : decodeSense(outcome.sense ?? new Uint8Array(0))?.key
}

it('hosts at both controllers that count with COMPARE AND WRITE lose no count, and never read half of one', () => {
  const world = servingWorld({ seed: 4 })
  const counters = CONTROLLER_IDS.flatMap((portal) => [new Counter(sessionAt(world, portal)), new Counter(sessionAt(world, portal))])
  for (const counter of counters) counter.count()
  expect(world.runUntil(() => counters.every(({ rounds }) => rounds > ROUNDS), 60_000)).toBe(true)
  let stored: Uint8Array | undefined
  const last = sessionAt(world, 'a')
  const read = (): void => {
    last.execute({ lun: 0, cdb: readCdb(RANGE), dataInBytes: 1024 }, (outcome) => {
      if (keyOf(outcome) === undefined && outcome.kind === 'answered') stored = outcome.dataIn
      else read()
    })
  }
  read()
  expect(world.runUntil(() => stored !== undefined, 5000)).toBe(true)
  const total = counters.reduce((sum, { counted }) => sum + counted, 0)
  expect(total).toBeGreaterThan(ROUNDS / 2)
  expect(stored).toEqual(blocksOf(total))
  expect(counters.flatMap(({ torn }) => torn)).toEqual([])
  // Each controller had hosts that won.
  expect(counters.slice(0, 2).some(({ counted }) => counted > 0)).toBe(true)
  expect(counters.slice(2).some(({ counted }) => counted > 0)).toBe(true)
})

it('bits that hosts at both controllers set at the same time with ORWRITE are all set', () => {
  const world = servingWorld({ seed: 5 })
  const sessions = CONTROLLER_IDS.map((portal) => sessionAt(world, portal))
  let left = 0
  const set = (session: InitiatorSession, bit: number): void => {
    const dataOut = new Uint8Array(1024).fill(1 << (bit % 8))
    session.execute({ lun: 0, cdb: orWriteCdb(RANGE), dataOut }, (outcome) => {
      if (keyOf(outcome) === undefined) left--
      else set(session, bit)
    })
  }
  for (let bit = 0; bit < 8; bit++) {
    left++
    const session = sessions[bit % 2]
    if (session !== undefined) set(session, bit)
  }
  expect(world.runUntil(() => left === 0, 5000)).toBe(true)
  let stored: Uint8Array | undefined
  sessions[0]?.execute({ lun: 0, cdb: readCdb(RANGE), dataInBytes: 1024 }, (outcome) => {
    if (outcome.kind === 'answered') stored = outcome.dataIn
  })
  expect(world.runUntil(() => stored !== undefined, 5000)).toBe(true)
  expect(stored).toEqual(new Uint8Array(1024).fill(0xff))
})
