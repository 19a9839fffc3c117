import { concatBytes } from '../../base/bytes'
import { NO_DATA } from '../../core/iscsi/codec/assemble'
import { RESERVED_TAG } from '../../core/iscsi/codec/layout'
import { encodeDataOut, type DataInPdu, type ReadyToTransferPdu } from '../../core/iscsi/codec/pdu/data'
import { encodeScsiCommand, TASK_ATTRIBUTE } from '../../core/iscsi/codec/pdu/scsi-command'
import type { Residual } from '../../core/iscsi/codec/pdu/scsi-response'
import type { LoginAgreement } from '../../core/iscsi/initiator/login'
import type { SendPdu } from '../../core/iscsi/initiator/task'
import type { DataDirection } from '../../core/scsi/device'

/** A command as it goes over the wire. */
export interface ScsiSend {
  readonly lun: number
  readonly cdb: Uint8Array
  readonly direction: DataDirection
  readonly dataOut: Uint8Array
  /** What the initiator expects, in bytes: all of `dataOut`, or the most that comes in. */
  readonly expectedBytes: number
}

export interface ScsiAnswer {
  readonly status: number
  readonly sense: Uint8Array | undefined
  readonly data: Uint8Array
  readonly residual: Residual
}

/** How the data of one command goes, within what was agreed. */
export interface DataHabits {
  /** Of each PDU, at most. */
  readonly segmentBytes: number
  /** If they may go along. */
  readonly sendsImmediate: boolean
  readonly sendsUnsolicited: boolean
  /** Waits with the data that the target asks for. */
  readonly holdsBack: boolean
}

/** One command of a session, with the data that has come and gone so far. */
export class ScsiTask {
  readonly tag: number
  readonly cmdSn: number
  readonly command: ScsiSend
  readonly #habits: DataHabits
  readonly #agreement: LoginAgreement
  #holdsBack: boolean
  #held: ReadyToTransferPdu[] = []
  #receivedBytes = 0
  readonly #received: Uint8Array[] = []
  #dataInCount = 0
  #r2tCount = 0
  /** Of its data, what was sent by itself or asked for. */
  #claimedBytes = 0
  #openR2Ts = 0

  constructor(parts: {
    readonly command: ScsiSend
    readonly habits: DataHabits
    readonly tag: number
    readonly cmdSn: number
    readonly agreement: LoginAgreement
  }) {
    const { command, habits, tag, cmdSn, agreement } = parts
    this.command = command
    this.tag = tag
    this.cmdSn = cmdSn
    this.#habits = habits
    this.#agreement = agreement
    this.#holdsBack = habits.holdsBack
  }

  get dataIn(): Uint8Array {
    return concatBytes(this.#received)
  }

  /** The R2Ts and Data-Ins that have come. */
  get numberedPdus(): number {
    return this.#dataInCount + this.#r2tCount
  }

  /** The target waits for data that is held back. */
  get isStuck(): boolean {
    return this.#held.length > 0
  }

  sendCommand(expStatSn: number, send: SendPdu): void {
    const { dataOut, lun, cdb, direction, expectedBytes } = this.command
    const { ImmediateData, InitialR2T, FirstBurstLength } = this.#agreement.parameters
    const firstBytes = Math.min(dataOut.length, FirstBurstLength)
    const immediateBytes = ImmediateData && this.#habits.sendsImmediate ? Math.min(firstBytes, this.#segmentBytes) : 0
    const unsolicitedBytes = InitialR2T || !this.#habits.sendsUnsolicited ? immediateBytes : firstBytes
    const header = encodeScsiCommand({
      immediate: false,
      final: immediateBytes === unsolicitedBytes,
      read: direction === 'in',
      write: direction === 'out',
      attribute: TASK_ATTRIBUTE.simple,
      lun,
      initiatorTaskTag: this.tag,
      expectedDataTransferLength: expectedBytes,
      cdb,
      cmdSn: this.cmdSn,
      expStatSn,
    })
    this.#claimedBytes = unsolicitedBytes
    send(header, immediateBytes > 0 ? [dataOut.subarray(0, immediateBytes)] : NO_DATA)
    this.#sendData({ from: immediateBytes, to: unsolicitedBytes, targetTransferTag: RESERVED_TAG, expStatSn }, send)
  }

  /** RFC 7143 §11.8: each R2T asks for what comes next, within the agreed bounds. Returns what is wrong. */
  takeReadyToTransfer(pdu: ReadyToTransferPdu, expStatSn: number, send: SendPdu): string | undefined {
    const { MaxBurstLength, MaxOutstandingR2T } = this.#agreement.parameters
    const { bufferOffset, desiredLength, r2tSn } = pdu
    const isInside = desiredLength > 0 && desiredLength <= MaxBurstLength && bufferOffset + desiredLength <= this.command.dataOut.length
    if (r2tSn !== this.#r2tCount) return `sends R2T ${r2tSn} as number ${this.#r2tCount}`
    if (bufferOffset !== this.#claimedBytes || !isInside)
      return `asks for ${desiredLength} bytes at ${bufferOffset} of ${this.command.dataOut.length}, after ${this.#claimedBytes}`
    if (++this.#openR2Ts > MaxOutstandingR2T) return `has ${this.#openR2Ts} R2Ts outstanding`
    this.#r2tCount++
    this.#claimedBytes += desiredLength
    if (this.#holdsBack) this.#held.push(pdu)
    else this.#answer(pdu, expStatSn, send)
    return undefined
  }

  resume(expStatSn: number, send: SendPdu): void {
    this.#holdsBack = false
    for (const pdu of this.#held.splice(0)) this.#answer(pdu, expStatSn, send)
  }

  /** RFC 7143 §11.7: in order, without gaps, never more than expected. Returns what is wrong. */
  takeData(pdu: DataInPdu, data: readonly Uint8Array[], dataBytes: number): string | undefined {
    const { direction, expectedBytes } = this.command
    if (direction !== 'in') return `sends data of a command that reads nothing`
    if (pdu.dataSn !== this.#dataInCount++) return `sends Data-In ${pdu.dataSn} as number ${this.#dataInCount - 1}`
    if (pdu.bufferOffset !== this.#receivedBytes || pdu.bufferOffset + dataBytes > expectedBytes)
      return `sends ${dataBytes} bytes at ${pdu.bufferOffset}, after ${this.#receivedBytes} of ${expectedBytes}`
    this.#received.push(...data)
    this.#receivedBytes += dataBytes
    return undefined
  }

  get #segmentBytes(): number {
    return Math.min(this.#habits.segmentBytes, this.#agreement.maxSendDataSegmentBytes)
  }

  #answer({ bufferOffset, desiredLength, targetTransferTag }: ReadyToTransferPdu, expStatSn: number, send: SendPdu): void {
    this.#openR2Ts--
    this.#sendData({ from: bufferOffset, to: bufferOffset + desiredLength, targetTransferTag, expStatSn }, send)
  }

  #sendData(
    run: { readonly from: number; readonly to: number; readonly targetTransferTag: number; readonly expStatSn: number },
    send: SendPdu,
  ): void {
    const { dataOut, lun } = this.command
    const { to, targetTransferTag, expStatSn } = run
    let dataSn = 0
    for (let bufferOffset = run.from; bufferOffset < to; bufferOffset += this.#segmentBytes) {
      const end = Math.min(to, bufferOffset + this.#segmentBytes)
      const tags = { initiatorTaskTag: this.tag, targetTransferTag }
      send(encodeDataOut({ final: end === to, lun, ...tags, expStatSn, dataSn: dataSn++, bufferOffset }), [
        dataOut.subarray(bufferOffset, end),
      ])
    }
  }
}
