import { getU16, putU16 } from '../../../base/bytes'
import { LIMITS } from '../../../contract/limits'
import { PROTOCOL_ISCSI } from '../spec'

/** iSCSI TransportIDs (SPC-4 7.6.4.6) of initiator ports. The form for a whole device is not used: registrations are of ports. */

const PORT_FORMAT = 0x40
const HEADER_BYTES = 4
const LEAST_NAME_BYTES = 20
/** Printable ASCII without what no iSCSI name may have and JSON escapes (RFC 7143 §4.2.7): the array state has the names. */
const PORT_NAME = /^((?:iqn|eui|naa)\.[!#-+\--[\]-~]+),i,0x([0-9a-f]{12})$/i

/** In UTF-8, as iSCSI names are. */
export function encodeTransportId(initiatorPort: string): Uint8Array {
  const name = new TextEncoder().encode(initiatorPort)
  const bytes = new Uint8Array(HEADER_BYTES + Math.max(LEAST_NAME_BYTES, 4 * (Math.floor(name.length / 4) + 1)))
  bytes[0] = PORT_FORMAT | PROTOCOL_ISCSI
  putU16(bytes, 2, bytes.length - HEADER_BYTES)
  bytes.set(name, HEADER_BYTES)
  return bytes
}

/** Undefined: one of them is not an iSCSI initiator port, or they do not end with the bytes. */
export function decodeTransportIds(bytes: Uint8Array): readonly string[] | undefined {
  const ports: string[] = []
  for (let offset = 0; offset < bytes.length;) {
    if (offset + HEADER_BYTES > bytes.length || bytes[offset] !== (PORT_FORMAT | PROTOCOL_ISCSI)) return undefined
    const end = offset + HEADER_BYTES + getU16(bytes, offset + 2)
    const port = end > bytes.length ? undefined : portOf(bytes.subarray(offset + HEADER_BYTES, end))
    if (port === undefined) return undefined
    ports.push(port)
    offset = end
  }
  return ports
}

/** A name ends with a zero. What is behind it does not count. */
function portOf(field: Uint8Array): string | undefined {
  const length = field.indexOf(0)
  if (field.length < LEAST_NAME_BYTES || field.length % 4 !== 0 || length < 0 || length > LIMITS.initiatorPortLength) return undefined
  const [, name, isid] = PORT_NAME.exec(new TextDecoder().decode(field.subarray(0, length))) ?? []
  return name === undefined || isid === undefined ? undefined : `${name},i,0x${isid.toLowerCase()}`
}
