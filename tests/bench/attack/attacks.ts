/** What hostile sessions do, each as fast as it is let. */
import { setTimeout as sleep } from 'node:timers/promises'
import { putU32, putU64 } from '../../../src-main/base/bytes'
import { BLOCK_BYTES, KIB, MIB } from '../../../src-main/base/units'
import type { Pdu } from '../../../src-main/core/iscsi/codec/framer'
import { opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { decodeDataIn } from '../../../src-main/core/iscsi/codec/pdu/data'
import { encodeNopOut } from '../../../src-main/core/iscsi/codec/pdu/nop'
import { encodeTextRequest } from '../../../src-main/core/iscsi/codec/pdu/text'
import { OutsideSession, type OutsideSessionOptions } from '../../support/outside-session'

type Where = Pick<OutsideSessionOptions, 'portal' | 'target'>
/** One hostile session; it goes on until its process ends. */
export type Attack = (where: Where, number: number) => Promise<void>

export const HOSTILE = 'iqn.2026-11.example.hostile'
const AGAIN_MS = 20
/** Whose name and ISID the hijack takes. */
export const VICTIM = { initiatorName: 'iqn.2026-11.example.good:host', isid: '80000000cafe' }

export const ATTACKS: Readonly<Record<string, Attack>> = {
  'nop-flood': (where, number) => flooding(where, number, (session) => session.send(nop(session))),
  'text-series': (where, number) => flooding(where, number, (session) => session.send(text(session), new Uint8Array(32 * KIB).fill(0x61))),
  'many-commands': (where, number) => commanding(where, number, { depth: 128, bytes: 4 * KIB, isRead: true }),
  'big-reads': (where, number) => commanding(where, number, { depth: 32, bytes: 4 * MIB, isRead: true }),
  'verify-flood': (where, number) => commanding(where, number, { depth: 64, bytes: 4 * MIB, isRead: false }),
  'hijack-by-isid': hijacking,
}

async function opened(where: Where, number: number, received?: (pdu: Pdu) => void): Promise<OutsideSession> {
  const isid = `80000001${number.toString(16).padStart(4, '0')}`
  for (;;) {
    const session = await OutsideSession.open({ ...where, initiatorName: HOSTILE, isid, ...(received === undefined ? {} : { received }) })
    if (session !== undefined) return session
    await sleep(AGAIN_MS)
  }
}

/** Writes whenever the socket takes something. */
async function flooding(where: Where, number: number, put: (session: OutsideSession) => boolean): Promise<void> {
  const session = await opened(where, number)
  const fill = (): void => {
    if (session.socket.destroyed) return
    while (put(session));
  }
  session.socket.on('drain', fill)
  fill()
}

function nop(session: OutsideSession): Uint8Array {
  const tags = { lun: 0, initiatorTaskTag: session.takeTag(), targetTransferTag: RESERVED_TAG }
  return encodeNopOut({ immediate: true, ...tags, cmdSn: session.cmdSn, expStatSn: 1 })
}

function text(session: OutsideSession): Uint8Array {
  const flags = { final: false, continued: true, initiatorTaskTag: session.takeTag(), targetTransferTag: RESERVED_TAG }
  return encodeTextRequest({ immediate: true, ...flags, cmdSn: session.cmdSn, expStatSn: 1 })
}

interface Commanding {
  readonly depth: number
  readonly bytes: number
  readonly isRead: boolean
}

/** Keeps so many commands under way. */
async function commanding(where: Where, number: number, { depth, bytes, isRead }: Commanding): Promise<void> {
  let answered = 0
  const begin = (count: number): void => {
    for (let i = 0; i < count; i++)
      session.command({ cdb: rangeCdb(isRead ? 0x88 : 0x8f, bytes), read: isRead, expectedDataTransferLength: isRead ? bytes : 0 })
  }
  const session = await opened(where, number, ({ header }) => {
    const opcode = opcodeOf(header)
    const hasStatus =
      opcode === TARGET_OPCODE.scsiResponse || (opcode === TARGET_OPCODE.dataIn && decodeDataIn(header).status !== undefined)
    if (!hasStatus) return
    answered++
    if (answered > 1) begin(1)
  })
  // Of a new session, the first command gets the unit attention.
  begin(1)
  begin(depth - 1)
}

/** READ(16) or VERIFY(16). */
function rangeCdb(opcode: number, bytes: number): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = opcode
  putU64(cdb, 2, 0)
  putU32(cdb, 10, bytes / BLOCK_BYTES)
  return cdb
}

/** Logs in as somebody else, again and again. */
async function hijacking(where: Where): Promise<void> {
  for (;;) {
    const session = await OutsideSession.open({ ...where, ...VICTIM })
    await sleep(AGAIN_MS)
    session?.socket.destroy()
  }
}
