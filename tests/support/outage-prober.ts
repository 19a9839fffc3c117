/**
 * An initiator outside the lab that shares nothing with the lab's host but the codec: it reads one block at a time by each portal, takes
 * whichever answers, and notes the longest time without a good answer.
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

export class OutageProber {
  readonly #lab: ReadyLine
  readonly #sessions = new Map<ControllerId, OutsideSession>()
  #lastGoodMs = performance.now()
  #longestMs = 0
  #isOver = false

  constructor(lab: ReadyLine) {
    this.#lab = lab
    for (const id of CONTROLLER_IDS) void this.#keepOpen(id)
  }

  /** From the last good answer on. */
  reset(): void {
    this.#longestMs = 0
    this.#lastGoodMs = performance.now()
  }

  /** Milliseconds between two good answers, or since the last one. */
  longestMs(): number {
    return Math.max(this.#longestMs, performance.now() - this.#lastGoodMs)
  }

  stop(): void {
    this.#isOver = true
    for (const session of this.#sessions.values()) session.socket.destroy()
  }

  async #keepOpen(by: ControllerId): Promise<void> {
    while (!this.#isOver) {
      await new Promise<void>((closed) => {
        void this.#open(by, closed)
      })
      this.#sessions.delete(by)
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
    if (status === GOOD) {
      const nowMs = performance.now()
      this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastGoodMs)
      this.#lastGoodMs = nowMs
    }
    setTimeout(() => this.#read(by), AGAIN_AFTER_MS)
  }

  #read(by: ControllerId): void {
    const cdb = new Uint8Array(16)
    cdb[0] = READ_16
    putU32(cdb, 10, 1)
    this.#sessions.get(by)?.command({ cdb, read: true, expectedDataTransferLength: BLOCK_BYTES })
  }
}

/** Undefined: the command goes on. */
function statusOf(header: Uint8Array): number | undefined {
  const opcode = opcodeOf(header)
  if (opcode === TARGET_OPCODE.dataIn) return decodeDataIn(header).status
  return opcode === TARGET_OPCODE.scsiResponse ? decodeScsiResponse(header).status : undefined
}
