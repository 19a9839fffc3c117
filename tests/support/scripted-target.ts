import { concatBytes } from '../../src-main/base/bytes'
import { present } from '../../src-main/base/assert'
import { assemblePdu, NO_DIGESTS } from '../../src-main/core/iscsi/codec/assemble'
import { PduFramer } from '../../src-main/core/iscsi/codec/framer'
import { INITIATOR_OPCODE, opcodeOf, type TargetSequence } from '../../src-main/core/iscsi/codec/layout'
import { encodeDataIn, encodeReadyToTransfer } from '../../src-main/core/iscsi/codec/pdu/data'
import { decodeLoginRequest, encodeLoginResponse, LOGIN_STAGE } from '../../src-main/core/iscsi/codec/pdu/login'
import { decodeScsiCommand, type ScsiCommandPdu } from '../../src-main/core/iscsi/codec/pdu/scsi-command'
import { encodeScsiResponse, NO_RESIDUAL, senseSegment } from '../../src-main/core/iscsi/codec/pdu/scsi-response'
import { encodeTextKeys, parseTextKeys, type TextKey } from '../../src-main/core/iscsi/codec/text-keys'
import type { ConnectionHandler, ConnectionPort } from '../../src-main/core/ports'

export interface ReceivedPdu {
  readonly opcode: number
  readonly header: Uint8Array
  readonly data: Uint8Array
}

/** The far end of a session, which does nothing but what the test says. */
export class ScriptedTarget implements ConnectionHandler {
  readonly received: ReceivedPdu[] = []
  readonly #connection: ConnectionPort
  readonly #framer = new PduFramer({ maxDataSegmentBytes: 1 << 20 })
  statSn = 1
  window = { expCmdSn: 1, maxCmdSn: 32 }
  closed = false

  constructor(connection: ConnectionPort) {
    this.#connection = connection
  }

  onData(bytes: Uint8Array): void {
    this.#framer.push(bytes, (pdu) => this.received.push({ opcode: opcodeOf(pdu.header), header: pdu.header, data: concatBytes(pdu.data) }))
  }

  onDrained(): void {
    return undefined
  }

  onClosed(): void {
    this.closed = true
  }

  /** Takes the oldest PDU that has come, which must be of this kind. */
  take(opcode: number): ReceivedPdu {
    const pdu = present(this.received.shift(), `a PDU of opcode ${opcode}`)
    if (pdu.opcode !== opcode) throw new Error(`opcode ${pdu.opcode} where ${opcode} was due`)
    return pdu
  }

  takeCommand(): ScsiCommandPdu & { readonly data: Uint8Array } {
    const pdu = this.take(INITIATOR_OPCODE.scsiCommand)
    return { ...decodeScsiCommand(pdu.header), data: pdu.data }
  }

  takeLogin(): { readonly keys: readonly TextKey[]; readonly request: ReturnType<typeof decodeLoginRequest> } {
    const pdu = this.take(INITIATOR_OPCODE.loginRequest)
    const keys = parseTextKeys(pdu.data)
    return { keys: keys.ok ? keys.value : [], request: decodeLoginRequest(pdu.header) }
  }

  answerLogin(
    keys: readonly TextKey[],
    options: { readonly status?: number; readonly transit?: boolean; readonly continued?: boolean } = {},
  ): void {
    const { status = 0, transit = true, continued = false } = options
    const stages = { transit, continued, currentStage: LOGIN_STAGE.operational, nextStage: transit ? LOGIN_STAGE.fullFeature : 0 }
    this.send(
      encodeLoginResponse({ ...stages, isid: '800000000000', tsih: 1, initiatorTaskTag: 0, status, ...this.status() }),
      encodeTextKeys(keys),
    )
  }

  answer(tag: number, status = 0, sense?: Uint8Array): void {
    const header = encodeScsiResponse({ response: 0, status, initiatorTaskTag: tag, expDataSn: 0, residual: NO_RESIDUAL, ...this.status() })
    this.send(header, sense === undefined ? undefined : senseSegment(sense))
  }

  dataIn(
    tag: number,
    options: { readonly dataSn: number; readonly bufferOffset: number; readonly data: Uint8Array; readonly status?: number },
  ): void {
    const { dataSn, bufferOffset, data, status } = options
    const sequence = status === undefined ? this.plain() : this.status()
    this.send(encodeDataIn({ final: true, status, residual: NO_RESIDUAL, initiatorTaskTag: tag, dataSn, bufferOffset, ...sequence }), data)
  }

  readyToTransfer(
    tag: number,
    options: { readonly r2tSn: number; readonly bufferOffset: number; readonly desiredLength: number; readonly transferTag?: number },
  ): void {
    const { r2tSn, bufferOffset, desiredLength, transferTag = 77 } = options
    this.send(
      encodeReadyToTransfer({
        lun: 0,
        initiatorTaskTag: tag,
        targetTransferTag: transferTag,
        r2tSn,
        bufferOffset,
        desiredLength,
        ...this.plain(),
      }),
    )
  }

  send(header: Uint8Array, data?: Uint8Array): void {
    const out: Uint8Array[] = []
    assemblePdu(data === undefined ? { header } : { header, data: [data] }, NO_DIGESTS, out)
    this.#connection.send(out)
  }

  sendRaw(bytes: Uint8Array): void {
    this.#connection.send([bytes])
  }

  close(): void {
    this.#connection.close()
  }

  /** For a PDU with status. */
  status(): TargetSequence {
    return { statSn: this.statSn++, ...this.window }
  }

  /** For a PDU without. */
  plain(): TargetSequence {
    return { statSn: this.statSn, ...this.window }
  }
}
