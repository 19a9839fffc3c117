import type { FlightAddress } from '../../contract/flight'
import type { SocketEnds } from './endpoints'
import { wireStream, type FlightLog } from './flight-log'
import { PduCutter } from './pdu-cutter'

/** Sees the bytes of a connection, and changes nothing. */
export interface ConnectionTap {
  received(bytes: Uint8Array): void
  sent(chunks: readonly Uint8Array[]): void
  closed(): void
}

const LOGIN_RESPONSE = 0x23
/** RFC 7143 §11.13: the transit bit with the full feature phase as next stage, and the place of the status class. */
const LOGIN_FLAGS_AT = 1
const INTO_FULL_FEATURE = 0x83
const STATUS_CLASS_AT = 36

/** Records each PDU of an iSCSI connection, in both directions. Digests count from where the target's login answers say so. */
export function tapConnection(log: FlightLog, address: FlightAddress, socket: SocketEnds): ConnectionTap {
  const stream = wireStream(address, socket)
  const agreed = { header: false, data: false }
  const received = new PduCutter(log, (pdu) => log.pdu('received', stream, pdu, true))
  const sent = new PduCutter(log, (pdu) => {
    log.pdu('sent', stream, pdu, true)
    if (pdu.opcode === LOGIN_RESPONSE) follow(pdu)
  })

  function follow({ header, text }: PduCutter): void {
    agreed.header ||= text.includes('HeaderDigest=CRC32C')
    agreed.data ||= text.includes('DataDigest=CRC32C')
    if (header[STATUS_CLASS_AT] !== 0 || ((header[LOGIN_FLAGS_AT] ?? 0) & INTO_FULL_FEATURE) !== INTO_FULL_FEATURE) return
    for (const cutter of [received, sent]) {
      cutter.headerDigest = agreed.header
      cutter.dataDigest = agreed.data
    }
  }

  log.connection('opened', stream, { received: 0, sent: 0 })
  return {
    received: (bytes) => received.push(bytes, log.recently()),
    sent(chunks) {
      const nowMs = log.recently()
      for (const chunk of chunks) sent.push(chunk, nowMs)
    },
    closed() {
      if (received.isInside) {
        received.cutShort()
        log.pdu('received', stream, received, false)
      }
      log.connection('closed', stream, { received: received.next, sent: sent.next })
    },
  }
}
