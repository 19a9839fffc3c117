/**
 * An initiator outside the lab that shares nothing with the lab's host but the codec: it reads one block at a time by each portal, takes
 * whichever answers, and notes the longest wait: from when it asked, or from the last good answer if that was later, to the next one. Where
 * it asks late, because the machine let it wait, that is no wait for an answer.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { putU32 } from '../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../src-main/base/units'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import { opcodeOf, TARGET_OPCODE } from '../../src-main/core/iscsi/codec/layout'
import type { Pdu } from '../../src-main/core/iscsi/codec/framer'
import { decodeDataIn } from '../../src-main/core/iscsi/codec/pdu/data'
import { decodeScsiResponse } from '../../src-main/core/iscsi/codec/pdu/scsi-response'
import type { ReadyLine } from './lab-process'
import { OutsideSession } from './outside-session'

const READ_16 = 0x88
const AGAIN_AFTER_MS = 1
const GOOD = 0
const TICK_MS = 1

export interface ProbedWait {
  readonly ms: number
  /** How late this thread came to its turn at worst meanwhile: a thread of the lab's host may have been as late, at another moment. */
  readonly lateMs: number
}

const NO_WAIT: ProbedWait = { ms: 0, lateMs: 0 }

export class OutageProber {
  readonly #lab: ReadyLine
  readonly #sessions = new Map<ControllerId, OutsideSession>()
  /** Reads that wait for their answer, by the portal they went to. */
  readonly #asked = new Set<ControllerId>()
  /** Undefined: nothing was asked that has no good answer. */
  #since: { readonly atMs: number; lateMs: number } | undefined
  #longest = NO_WAIT
  #isOver = false
  #tickedAtMs = performance.now()
  readonly #ticker: NodeJS.Timeout

  constructor(lab: ReadyLine) {
    this.#lab = lab
    this.#ticker = setInterval(() => this.#tick(), TICK_MS)
    for (const id of CONTROLLER_IDS) void this.#keepOpen(id)
  }

  /** What waits goes on, from now on. */
  reset(): void {
    this.#longest = NO_WAIT
    if (this.#since !== undefined) this.#since = this.#now()
  }

  /** Also of one that is not over. */
  longest(): ProbedWait {
    const current = this.#current()
    return current.ms > this.#longest.ms ? current : this.#longest
  }

  stop(): void {
    this.#isOver = true
    clearInterval(this.#ticker)
    for (const session of this.#sessions.values()) session.socket.destroy()
  }

  async #keepOpen(by: ControllerId): Promise<void> {
    while (!this.#isOver) {
      await new Promise<void>((closed) => {
        void this.#open(by, closed)
      })
      this.#sessions.delete(by)
      this.#asked.delete(by)
      await sleep(AGAIN_AFTER_MS)
    }
  }

  async #open(by: ControllerId, closed: () => void): Promise<void> {
    const session = await OutsideSession.open({
      portal: this.#lab.portals[by],
      target: this.#lab.target,
      initiatorName: 'iqn.2026-11.test:prober',
      isid: by === 'a' ? '400001aa0000' : '400001bb0000',
      received: (pdu) => this.#take(by, pdu),
      closed,
    })
    if (session === undefined) return
    this.#sessions.set(by, session)
    this.#read(by)
  }

  #take(by: ControllerId, { header }: Pdu): void {
    const status = statusOf(header)
    if (status === undefined) return
    this.#asked.delete(by)
    if (status === GOOD) {
      this.#longest = this.longest()
      this.#since = this.#asked.size > 0 ? this.#now() : undefined
    }
    setTimeout(() => this.#read(by), AGAIN_AFTER_MS)
  }

  #read(by: ControllerId): void {
    const cdb = new Uint8Array(16)
    cdb[0] = READ_16
    putU32(cdb, 10, 1)
    this.#since ??= this.#now()
    const session = this.#sessions.get(by)
    if (session !== undefined) this.#asked.add(by)
    session?.command({ cdb, read: true, expectedDataTransferLength: BLOCK_BYTES })
  }

  #current(): ProbedWait {
    if (this.#since === undefined) return NO_WAIT
    const now = this.#now()
    return { ms: now.atMs - this.#since.atMs, lateMs: Math.max(now.lateMs, this.#since.lateMs) }
  }

  #tick(): void {
    const { atMs, lateMs } = this.#now()
    this.#tickedAtMs = atMs
    if (this.#since !== undefined) this.#since.lateMs = Math.max(this.#since.lateMs, lateMs)
  }

  /** What happened before this moment may have happened at any time since the last turn. */
  #now(): { readonly atMs: number; readonly lateMs: number } {
    const atMs = performance.now()
    return { atMs, lateMs: Math.max(0, atMs - this.#tickedAtMs - TICK_MS) }
  }
}

/** Undefined: the command goes on. */
function statusOf(header: Uint8Array): number | undefined {
  const opcode = opcodeOf(header)
  if (opcode === TARGET_OPCODE.dataIn) return decodeDataIn(header).status
  return opcode === TARGET_OPCODE.scsiResponse ? decodeScsiResponse(header).status : undefined
}
