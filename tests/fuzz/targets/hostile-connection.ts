import { getU16, getU32, putU16, putU32, putU24 } from '../../../src-main/base/bytes'
import { crc32c } from '../../../src-main/base/crc32c'
import type { ConnectionHandler, ConnectionPort } from '../../../src-main/core/ports'
import type { DigestUse } from '../../../src-main/core/iscsi/codec/assemble'
import { PduFramer, type Pdu } from '../../../src-main/core/iscsi/codec/framer'
import {
  COMMON,
  FLAG,
  HEADER_BYTES,
  INITIATOR_OPCODE,
  INITIATOR_SEQUENCE,
  LOGIN_REQUEST,
  MAX_DATA_SEGMENT_BYTES,
  opcodeOf,
  RESERVED_TAG,
  TARGET_OPCODE,
} from '../../../src-main/core/iscsi/codec/layout'
import { decodeReadyToTransfer, encodeDataOut } from '../../../src-main/core/iscsi/codec/pdu/data'
import { bytesOf } from '../generators/bytes'
import type { PduSpec } from '../generators/pdu'
import { textOf, type KeySpec } from '../generators/text-keys'
import { Finding } from '../target'

const GOOD_LUN = 1
/** The target takes so much from those that have not agreed on more. */
const SEGMENT_BYTES = 8192
const NO_DIGESTS: DigestUse = { header: false, data: false }

/** Speaks iSCSI well enough to be heard, and sends whatever it is told to. All that the target sends must make sense. */
export class HostileConnection implements ConnectionHandler {
  readonly #port: ConnectionPort
  readonly #framer = new PduFramer({ maxDataSegmentBytes: MAX_DATA_SEGMENT_BYTES })
  #digests = NO_DIGESTS
  #cmdSn = 1
  #expStatSn = 0
  #answerTag = RESERVED_TAG
  #asked: ReturnType<typeof decodeReadyToTransfer> | undefined
  #last: Uint8Array[] = []
  isLoggedIn = false
  isClosed = false

  constructor(port: ConnectionPort) {
    this.#port = port
  }

  /** In one PDU, with all keys. */
  logIn(isid: string, keys: readonly KeySpec[]): void {
    const header = new Uint8Array(HEADER_BYTES)
    header[COMMON.opcode] = INITIATOR_OPCODE.loginRequest | FLAG.immediate
    header[COMMON.flags] = FLAG.transit | (1 << 2) | 3
    header.set(Buffer.from(isid, 'hex'), LOGIN_REQUEST.isid)
    putU32(header, INITIATOR_SEQUENCE.cmdSn, this.#cmdSn)
    this.#send(header, new Uint8Array(0), textOf(keys), 0, false)
  }

  send(spec: PduSpec): void {
    const { opcode, isImmediate, flags, second, lunHex, taskTag, word20, tailHex, cmdSnOff, expStatSnOff, data, ahsWords } = spec
    const header = new Uint8Array(HEADER_BYTES)
    header[COMMON.opcode] = opcode | (isImmediate ? FLAG.immediate : 0)
    header[COMMON.flags] = flags
    putU16(header, 2, second)
    header.set(Buffer.from(lunHex, 'hex'), COMMON.lun)
    putU32(header, COMMON.initiatorTaskTag, taskTag)
    putU32(header, COMMON.targetTransferTag, word20 === 'answer' ? this.#answerTag : word20)
    putU32(header, INITIATOR_SEQUENCE.cmdSn, this.#cmdSn + cmdSnOff)
    putU32(header, INITIATOR_SEQUENCE.expStatSn, this.#expStatSn + expStatSnOff)
    header.set(Buffer.from(tailHex, 'hex'), 32)
    if (takesNumber(opcode) && !isImmediate && cmdSnOff === 0) this.#cmdSn = (this.#cmdSn + 1) >>> 0
    const bytes = 'keys' in data ? textOf(data.keys, data.isLoose) : bytesOf(data)
    this.#send(header, new Uint8Array(ahsWords * 4), bytes, spec.dataLie, spec.hasWrongDigest)
  }

  sendBytes(bytes: Uint8Array): void {
    this.#put([bytes])
  }

  /** As a good initiator would, in as many PDUs as it takes. */
  giveData(): void {
    const asked = this.#asked
    if (asked === undefined) return
    this.#asked = undefined
    const { initiatorTaskTag, targetTransferTag, bufferOffset, desiredLength } = asked
    for (let given = 0, dataSn = 0; given < desiredLength; given += SEGMENT_BYTES, dataSn++) {
      const bytes = Math.min(SEGMENT_BYTES, desiredLength - given)
      const header = encodeDataOut({
        final: given + bytes === desiredLength,
        lun: 0,
        initiatorTaskTag,
        targetTransferTag,
        expStatSn: this.#expStatSn,
        dataSn,
        bufferOffset: bufferOffset + given,
      })
      this.#send(header, new Uint8Array(0), new Uint8Array(bytes).fill(dataSn), 0, false)
    }
  }

  repeat(): void {
    this.#put(this.#last)
  }

  close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#port.close()
  }

  onData(bytes: Uint8Array): void {
    const failure = this.#framer.push(bytes, (pdu) => this.#take(pdu))
    if (failure !== undefined) throw new Finding(`the target sends a PDU with ${failure}`)
  }

  onDrained(): void {
    // It never waits.
  }

  onClosed(): void {
    this.isClosed = true
  }

  #take(pdu: Pdu): void {
    const { header } = pdu
    const opcode = opcodeOf(header)
    if (!TARGET_OPCODES.has(opcode)) throw new Finding(`the target sends opcode ${opcode.toString(16)}h`)
    if (opcode !== TARGET_OPCODE.readyToTransfer && opcode !== TARGET_OPCODE.dataIn) this.#expStatSn = (getU32(header, 24) + 1) >>> 0
    if (TAG_OPCODES.has(opcode)) this.#answerTag = getU32(header, COMMON.targetTransferTag)
    if (opcode === TARGET_OPCODE.readyToTransfer) this.#asked = decodeReadyToTransfer(header)
    if (opcode === TARGET_OPCODE.loginResponse) this.#takeLogin(pdu)
  }

  #takeLogin({ header, data }: Pdu): void {
    const flags = header[COMMON.flags] ?? 0
    if (getU16(header, 36) !== 0 || (flags & FLAG.transit) === 0 || (flags & 3) !== 3) return
    const text = Buffer.concat(data).toString('latin1')
    this.#digests = { header: text.includes('HeaderDigest=CRC32C'), data: text.includes('DataDigest=CRC32C') }
    this.#framer.digests = this.#digests
    this.isLoggedIn = true
  }

  #send(header: Uint8Array, ahs: Uint8Array, data: Uint8Array, dataLie: number, hasWrongDigest: boolean): void {
    if (opcodeOf(header) === INITIATOR_OPCODE.scsiCommand && header[COMMON.lun + 1] === GOOD_LUN) header[COMMON.lun + 1] = 0
    header[COMMON.totalAhsLength] = ahs.length >>> 2
    putU24(header, COMMON.dataSegmentLength, (data.length + dataLie) & MAX_DATA_SEGMENT_BYTES)
    const wrong = hasWrongDigest ? 1 : 0
    const padding = new Uint8Array((4 - (data.length & 3)) & 3)
    const digests = this.#digests
    this.#put([
      header,
      ahs,
      ...(digests.header ? [digestOf([header, ahs], wrong)] : []),
      data,
      padding,
      ...(digests.data && data.length > 0 ? [digestOf([data, padding], wrong)] : []),
    ])
  }

  #put(chunks: Uint8Array[]): void {
    this.#last = chunks
    if (!this.isClosed) this.#port.send([new Uint8Array(Buffer.concat(chunks))])
  }
}

const TARGET_OPCODES: ReadonlySet<number> = new Set(Object.values(TARGET_OPCODE))
const TAG_OPCODES: ReadonlySet<number> = new Set([TARGET_OPCODE.readyToTransfer, TARGET_OPCODE.nopIn, TARGET_OPCODE.textResponse])

function takesNumber(opcode: number): boolean {
  return opcode !== INITIATOR_OPCODE.dataOut && opcode !== INITIATOR_OPCODE.snackRequest && opcode !== INITIATOR_OPCODE.loginRequest
}

function digestOf(chunks: readonly Uint8Array[], wrong: number): Uint8Array {
  let crc = 0
  for (const chunk of chunks) crc = crc32c(chunk, crc)
  const digest = new Uint8Array(4)
  new DataView(digest.buffer).setUint32(0, (crc ^ wrong) >>> 0, true)
  return digest
}
