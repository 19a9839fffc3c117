/** Two initiators outside of the lab, one at each portal, that write over each other: up to 700 KiB, with FUA and SYNCHRONIZE CACHE. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Prng } from '../../src-main/base/prng'
import { BLOCK_BYTES, KIB } from '../../src-main/base/units'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import type { SocketAddress } from '../../src-main/contract/midplane'
import { InitiatorSession } from '../../src-main/core/iscsi/initiator/session'
import type { ScsiOutcome, ScsiRequest } from '../../src-main/core/iscsi/initiator/scsi-request'
import { readCdb, synchronizeCacheCdb, writeCdb } from '../../src-main/core/scsi/initiator-cdbs'
import { clockOrigin, createClock, traceClock } from '../../src-main/platform/clock'
import { Reactor } from '../../src-main/platform/reactor'
import { createTcpNetwork } from '../../src-main/platform/tcp-portal'
import { contentOf, OverlappingWrites } from './overlapping-writes'

const LONGEST_BLOCKS = (700 * KIB) / BLOCK_BYTES
const LENGTHS = [1, 3, 8, 64, 128, 513, LONGEST_BLOCKS] as const
const READ_BLOCKS = 512
const PAUSE_MS = 30
const AGAIN_AFTER_MS = 200
const READ_WITHIN_MS = 40_000

export interface OverlappingWritersOptions {
  readonly random: Prng
  readonly targetName: string
  readonly portals: Readonly<Record<ControllerId, SocketAddress>>
  readonly lun: number
  readonly blockCount: number
}

export class OverlappingWriters {
  /** One sentence for each block that holds what it must not. */
  readonly losses: string[] = []
  readonly writes: OverlappingWrites
  readonly #options: OverlappingWritersOptions
  readonly #reactor = new Reactor()
  readonly #clock = createClock({ now: traceClock(clockOrigin()), reactor: this.#reactor })
  readonly #network = createTcpNetwork(this.#reactor)
  readonly #sessions = new Map<ControllerId, InitiatorSession>()
  #isWorking = false
  #isClosed = false
  #underWay = 0

  constructor(options: OverlappingWritersOptions) {
    this.#options = options
    this.writes = new OverlappingWrites(options.blockCount)
    for (const controller of CONTROLLER_IDS) this.#reactor.turn(() => this.#connect(controller))
  }

  work(): void {
    this.#isWorking = true
  }

  /** Reads everything while nothing is written, and notes what must not be there. */
  async verify(): Promise<void> {
    const wasWorking = this.#isWorking
    this.#isWorking = false
    const deadline = Date.now() + READ_WITHIN_MS
    while (this.#underWay > 0) await untilLater(deadline, 'all overlapping writes are answered')
    const { blockCount } = this.#options
    for (let firstBlock = 0; firstBlock < blockCount; firstBlock += READ_BLOCKS) {
      const range = { firstBlock, blockCount: Math.min(READ_BLOCKS, blockCount - firstBlock) }
      let found: Uint8Array | undefined
      while ((found = await this.#read(range)) === undefined) await untilLater(deadline, `blocks from ${firstBlock} on can be read`)
      for (let index = 0; index < range.blockCount; index++) {
        const complaint = this.writes.complaint(firstBlock + index, found.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES))
        if (complaint !== undefined) this.losses.push(complaint)
      }
    }
    this.#isWorking = wasWorking
  }

  close(): void {
    this.#isClosed = true
    this.#reactor.turn(() => {
      for (const session of this.#sessions.values()) session.drop('closed')
    })
  }

  #connect(controller: ControllerId): void {
    const { targetName, portals } = this.#options
    const initiatorName = `iqn.2026-11.test:overlapping-${controller}`
    const address = portals[controller]
    const session = new InitiatorSession(
      { clock: this.#clock, network: this.#network, address, initiatorName, isidQualifier: 0x6000, targetName },
      {
        loggedIn: () => this.#next(controller, session),
        ended: () => {
          this.#sessions.delete(controller)
          if (!this.#isClosed) this.#clock.after(AGAIN_AFTER_MS, () => this.#connect(controller))
        },
      },
    )
    this.#sessions.set(controller, session)
  }

  /** One command after the other at each portal; those of the two portals overlap. */
  #next(controller: ControllerId, session: InitiatorSession): void {
    const again = (): void => void this.#clock.after(this.#options.random.below(PAUSE_MS), () => this.#next(controller, session))
    if (!session.isOpen) return
    if (!this.#isWorking) return again()
    const { random, lun, blockCount: total } = this.#options
    if (random.chance(0.1)) return this.#execute(session, { lun, cdb: synchronizeCacheCdb() }, again)
    const blockCount = Math.min(random.pick(LENGTHS), total)
    const write = this.writes.send(random.below(total - blockCount + 1), blockCount)
    const cdb = writeCdb({ firstBlock: write.firstBlock, blockCount, forceUnitAccess: random.chance(0.3) })
    this.#execute(session, { lun, cdb, dataOut: contentOf(write) }, (outcome) => {
      if (outcome.kind === 'answered' && outcome.status === 0) this.writes.acknowledge(write)
      again()
    })
  }

  #execute(session: InitiatorSession, request: ScsiRequest, done: (outcome: ScsiOutcome) => void): void {
    this.#underWay++
    session.execute(request, (outcome) => {
      this.#underWay--
      done(outcome)
    })
  }

  /** Undefined where it was not answered well. */
  #read(range: { readonly firstBlock: number; readonly blockCount: number }): Promise<Uint8Array | undefined> {
    const session = [...this.#sessions.values()].find(({ isOpen, isFull }) => isOpen && !isFull)
    if (session === undefined) return Promise.resolve(undefined)
    const request = { lun: this.#options.lun, cdb: readCdb(range), dataInBytes: range.blockCount * BLOCK_BYTES }
    return new Promise((resolve) =>
      this.#reactor.turn(() =>
        session.execute(request, (outcome) => resolve(outcome.kind === 'answered' && outcome.status === 0 ? outcome.dataIn : undefined)),
      ),
    )
  }
}

async function untilLater(deadline: number, what: string): Promise<void> {
  if (Date.now() > deadline) throw new Error(`not in time: ${what}`)
  await sleep(20)
}
