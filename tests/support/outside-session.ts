/** An iSCSI session over a real socket that says whatever it is told to. */
import { createConnection, type Socket } from 'node:net'
import { concatBytes } from '../../src-main/base/bytes'
import { assemblePdu, NO_DIGESTS } from '../../src-main/core/iscsi/codec/assemble'
import { PduFramer, type Pdu } from '../../src-main/core/iscsi/codec/framer'
import { MAX_DATA_SEGMENT_BYTES } from '../../src-main/core/iscsi/codec/layout'
import { decodeLoginResponse, encodeLoginRequest, LOGIN_STAGE } from '../../src-main/core/iscsi/codec/pdu/login'
import { encodeScsiCommand, type ScsiCommandPdu } from '../../src-main/core/iscsi/codec/pdu/scsi-command'
import { encodeTextKeys } from '../../src-main/core/iscsi/codec/text-keys'

export interface OutsideSessionOptions {
  /** "127.0.0.1:3260" */
  readonly portal: string
  readonly target: string
  readonly initiatorName: string
  /** 12 hex digits. */
  readonly isid: string
  received?(pdu: Pdu): void
  closed?(): void
}

export class OutsideSession {
  readonly socket: Socket
  cmdSn = 1
  #nextTag = 1
  readonly #framer = new PduFramer({ maxDataSegmentBytes: MAX_DATA_SEGMENT_BYTES })
  #take: (pdu: Pdu) => void

  private constructor(options: OutsideSessionOptions, loggedIn: (status: number) => void) {
    const [host, port] = options.portal.split(':')
    this.socket = createConnection({ host, port: Number(port), noDelay: true })
    this.#take = ({ header }) => {
      this.#take = (pdu) => options.received?.(pdu)
      loggedIn(decodeLoginResponse(header).status)
    }
    this.socket.on('error', () => undefined)
    this.socket.on('close', () => {
      loggedIn(-1)
      options.closed?.()
    })
    this.socket.on('data', (bytes: Buffer) => this.#framer.push(bytes, (pdu) => this.#take(pdu)))
  }

  /** Undefined if the login was refused. */
  static async open(options: OutsideSessionOptions): Promise<OutsideSession | undefined> {
    let session: OutsideSession | undefined
    const status = await new Promise<number>((resolve) => {
      session = new OutsideSession(options, resolve)
      session.#login(options)
    })
    if (status !== 0) session?.socket.destroy()
    return status === 0 ? session : undefined
  }

  takeTag(): number {
    return this.#nextTag++
  }

  /** False if the socket has taken more than it can send. */
  send(header: Uint8Array, data?: Uint8Array): boolean {
    const chunks: Uint8Array[] = []
    assemblePdu(data === undefined ? { header } : { header, data: [data] }, NO_DIGESTS, chunks)
    return this.socket.write(concatBytes(chunks))
  }

  command(fields: Pick<ScsiCommandPdu, 'cdb'> & Partial<ScsiCommandPdu>): void {
    this.send(
      encodeScsiCommand({
        final: true,
        read: false,
        write: false,
        attribute: 1,
        lun: 0,
        expectedDataTransferLength: 0,
        expStatSn: 1,
        initiatorTaskTag: this.takeTag(),
        immediate: false,
        cmdSn: this.cmdSn++,
        ...fields,
      }),
    )
  }

  #login({ target, initiatorName, isid }: OutsideSessionOptions): void {
    const keys = { InitiatorName: initiatorName, SessionType: 'Normal', TargetName: target, MaxRecvDataSegmentLength: '262144' }
    const header = encodeLoginRequest({
      transit: true,
      continued: false,
      currentStage: LOGIN_STAGE.operational,
      nextStage: LOGIN_STAGE.fullFeature,
      versionMax: 0,
      versionMin: 0,
      isid,
      tsih: 0,
      initiatorTaskTag: 0,
      connectionId: 1,
      cmdSn: this.cmdSn,
      expStatSn: 1,
    })
    this.send(header, encodeTextKeys(Object.entries(keys).map(([key, value]) => ({ key, value }))))
  }
}
