/** A host that minds its own business: a few small reads at a time. */
import { setTimeout as sleep } from 'node:timers/promises'
import { putU32, putU64 } from '../../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../../src-main/base/units'
import { opcodeOf, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { decodeDataIn } from '../../../src-main/core/iscsi/codec/pdu/data'
import { OutsideSession, type OutsideSessionOptions } from '../../support/outside-session'

const DEPTH = 4
const READ_BYTES = 4096
const REGION_BLOCKS = 32 * 1024
const POLL_MS = 20

export class GoodHost {
  answered = 0
  #asked = 0
  /** Its sessions that were ended by somebody else. */
  lost = 0
  readonly #options: OutsideSessionOptions
  #session: OutsideSession | undefined
  #isOver = false
  #isEnough = false

  constructor(options: Pick<OutsideSessionOptions, 'portal' | 'target' | 'initiatorName' | 'isid'>) {
    this.#options = {
      ...options,
      received: ({ header }) => {
        const opcode = opcodeOf(header)
        if (opcode === TARGET_OPCODE.dataIn && decodeDataIn(header).status === undefined) return
        if (opcode !== TARGET_OPCODE.dataIn && opcode !== TARGET_OPCODE.scsiResponse) return
        this.answered++
        if (!this.#isEnough) this.#read()
      },
      closed: () => {
        if (this.#session === undefined || this.#isOver) return
        this.lost++
        // Counted as lost, whether it gets in again or not.
        this.begin().catch(() => undefined)
      },
    }
  }

  async begin(): Promise<void> {
    this.#session = undefined
    const session = await OutsideSession.open(this.#options)
    if (session === undefined) throw new Error('the good host cannot log in')
    this.#session = session
    for (let i = 0; i < DEPTH; i++) this.#read()
  }

  /** Asks for nothing more. Whether all that it asked for was answered within that time, and nobody ended its session. */
  async isAnsweredWithin(ms: number): Promise<boolean> {
    this.#isEnough = true
    const deadlineMs = performance.now() + ms
    while (this.#asked > this.answered && performance.now() < deadlineMs) await sleep(POLL_MS)
    return this.lost === 0 && this.#asked === this.answered
  }

  stop(): void {
    this.#isOver = true
    this.#session?.socket.destroy()
  }

  #read(): void {
    const cdb = new Uint8Array(16)
    cdb[0] = 0x88
    putU64(cdb, 2, (this.answered * 7919 * 8) % REGION_BLOCKS)
    putU32(cdb, 10, READ_BYTES / BLOCK_BYTES)
    this.#asked++
    this.#session?.command({ cdb, read: true, expectedDataTransferLength: READ_BYTES })
  }
}
