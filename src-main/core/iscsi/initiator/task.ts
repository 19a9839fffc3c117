import { NO_DATA } from '../codec/assemble'
import { RESERVED_TAG } from '../codec/layout'
import { encodeDataOut, type DataInPdu, type ReadyToTransferPdu } from '../codec/pdu/data'
import { encodeScsiCommand, TASK_ATTRIBUTE } from '../codec/pdu/scsi-command'
import type { LoginAgreement } from './login'
import type { ScsiOutcome, ScsiRequest } from './scsi-request'

const NO_BYTES = new Uint8Array(0)

export type SendPdu = (header: Uint8Array, data: readonly Uint8Array[]) => void

/** A command under way, with the data sent and received so far. */
export class InitiatorTask {
  readonly request: ScsiRequest
  readonly tag: number
  readonly done: (outcome: ScsiOutcome) => void
  readonly startedMs: number
  #received: Uint8Array
  #receivedBytes = 0
  #dataInCount = 0
  #r2tCount = 0

  constructor(
    request: ScsiRequest,
    options: { readonly tag: number; readonly startedMs: number; readonly done: (outcome: ScsiOutcome) => void },
  ) {
    this.request = request
    this.tag = options.tag
    this.startedMs = options.startedMs
    this.done = options.done
    this.#received = NO_BYTES
  }

  /** The command with its immediate and unsolicited data (RFC 7143 §4.2.5.2). */
  sendCommand(sequence: { readonly cmdSn: number; readonly expStatSn: number }, agreement: LoginAgreement, send: SendPdu): void {
    const { dataOut = NO_BYTES, dataInBytes = 0, lun, cdb } = this.request
    const { ImmediateData, InitialR2T, FirstBurstLength } = agreement.parameters
    const unsolicitedBytes = InitialR2T ? 0 : Math.min(dataOut.length, FirstBurstLength)
    const immediateBytes = ImmediateData ? Math.min(dataOut.length, FirstBurstLength, agreement.maxSendDataSegmentBytes) : 0
    const header = encodeScsiCommand({
      immediate: false,
      final: immediateBytes >= unsolicitedBytes,
      read: dataInBytes > 0,
      write: dataOut.length > 0,
      attribute: TASK_ATTRIBUTE.simple,
      lun,
      initiatorTaskTag: this.tag,
      expectedDataTransferLength: dataOut.length > 0 ? dataOut.length : dataInBytes,
      cdb,
      ...sequence,
    })
    send(header, immediateBytes > 0 ? [dataOut.subarray(0, immediateBytes)] : NO_DATA)
    this.#sendData(
      { from: immediateBytes, to: unsolicitedBytes, targetTransferTag: RESERVED_TAG, expStatSn: sequence.expStatSn },
      agreement,
      send,
    )
  }

  /** Sends what the target asks for. Returns what is wrong with the request, if anything is. */
  answerReadyToTransfer(pdu: ReadyToTransferPdu, expStatSn: number, agreement: LoginAgreement, send: SendPdu): string | undefined {
    const dataOut = this.request.dataOut ?? NO_BYTES
    const to = pdu.bufferOffset + pdu.desiredLength
    if (pdu.r2tSn !== this.#r2tCount) return `R2T ${pdu.r2tSn} came as number ${this.#r2tCount}`
    if (pdu.desiredLength === 0 || to > dataOut.length || pdu.desiredLength > agreement.parameters.MaxBurstLength) {
      return `an R2T asks for bytes ${pdu.bufferOffset} to ${to} of ${dataOut.length}`
    }
    this.#r2tCount++
    this.#sendData({ from: pdu.bufferOffset, to, targetTransferTag: pdu.targetTransferTag, expStatSn }, agreement, send)
    return undefined
  }

  /** Data comes in order, since that was agreed at login. Returns what is wrong with it, if anything is. */
  takeData(pdu: DataInPdu, data: readonly Uint8Array[], dataBytes: number): string | undefined {
    const expectedBytes = this.request.dataInBytes ?? 0
    if (pdu.dataSn !== this.#dataInCount++) return `Data-In ${pdu.dataSn} came as number ${this.#dataInCount - 1}`
    if (pdu.bufferOffset !== this.#receivedBytes || pdu.bufferOffset + dataBytes > expectedBytes) {
      return `Data-In at ${pdu.bufferOffset} with ${dataBytes} bytes, after ${this.#receivedBytes} of ${expectedBytes}`
    }
    if (dataBytes === expectedBytes && data.length === 1) {
      this.#received = data[0]!
    } else {
      if (this.#received.length === 0) this.#received = new Uint8Array(expectedBytes)
      let offset = this.#receivedBytes
      for (const piece of data) {
        this.#received.set(piece, offset)
        offset += piece.length
      }
    }
    this.#receivedBytes += dataBytes
    return undefined
  }

  get dataIn(): Uint8Array {
    return this.#receivedBytes === this.#received.length ? this.#received : this.#received.subarray(0, this.#receivedBytes)
  }

  #sendData(
    run: { readonly from: number; readonly to: number; readonly targetTransferTag: number; readonly expStatSn: number },
    agreement: LoginAgreement,
    send: SendPdu,
  ): void {
    const dataOut = this.request.dataOut ?? NO_BYTES
    let dataSn = 0
    for (let offset = run.from; offset < run.to; offset += agreement.maxSendDataSegmentBytes) {
      const end = Math.min(run.to, offset + agreement.maxSendDataSegmentBytes)
      const header = encodeDataOut({
        final: end === run.to,
        lun: this.request.lun,
        initiatorTaskTag: this.tag,
        targetTransferTag: run.targetTransferTag,
        expStatSn: run.expStatSn,
        dataSn: dataSn++,
        bufferOffset: offset,
      })
      send(header, [dataOut.subarray(offset, end)])
    }
  }
}
