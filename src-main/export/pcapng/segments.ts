import { putU16, putU32 } from '../../base/bytes'
import type { Endpoint } from '../../contract/flight'

/** Headers of IP and TCP (RFC 791, 8200, 9293) for bytes that crossed a socket. The network's own segments are not known. */
export interface Segment {
  readonly from: Endpoint
  readonly to: Endpoint
  readonly sequence: number
  /** Undefined: nothing is known to have come from the other side. */
  readonly acknowledged: number | undefined
  readonly flags: number
  /** The payload's first bytes, and how long it is. */
  readonly captured: Uint8Array
  readonly payloadBytes: number
}

export const TCP_FLAG = { fin: 0x01, syn: 0x02, push: 0x08, acknowledge: 0x10 } as const
/** As much as a packet over loopback has. */
export const SEGMENT_BYTES = 65_483

const TCP_HEADER_BYTES = 20
const IPV4_HEADER_BYTES = 20
const IPV6_HEADER_BYTES = 40
const TCP = 6
const HOPS = 64
const WINDOW = 0xffff

export interface Packet {
  readonly captured: Uint8Array
  readonly originalLength: number
}

export function packetOf(segment: Segment): Packet {
  const { from, to, captured, payloadBytes } = segment
  const isShort = isMapped(from.address) && isMapped(to.address)
  const ipBytes = isShort ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES
  const whole = new Uint8Array(ipBytes + TCP_HEADER_BYTES + captured.length)
  if (isShort) putIpv4(whole, segment)
  else putIpv6(whole, segment)
  putTcp(whole.subarray(ipBytes), segment)
  whole.set(captured, ipBytes + TCP_HEADER_BYTES)
  return { captured: whole, originalLength: ipBytes + TCP_HEADER_BYTES + payloadBytes }
}

function putIpv4(bytes: Uint8Array, { from, to, payloadBytes }: Segment): void {
  bytes[0] = 0x45
  putU16(bytes, 2, IPV4_HEADER_BYTES + TCP_HEADER_BYTES + payloadBytes)
  bytes[8] = HOPS
  bytes[9] = TCP
  bytes.set(from.address.subarray(12), 12)
  bytes.set(to.address.subarray(12), 16)
  putU16(bytes, 10, checksum(bytes.subarray(0, IPV4_HEADER_BYTES)))
}

function putIpv6(bytes: Uint8Array, { from, to, payloadBytes }: Segment): void {
  bytes[0] = 0x60
  putU16(bytes, 4, TCP_HEADER_BYTES + payloadBytes)
  bytes[6] = TCP
  bytes[7] = HOPS
  bytes.set(from.address, 8)
  bytes.set(to.address, 24)
}

/** Without a checksum: most of the payload is not known. */
function putTcp(bytes: Uint8Array, { from, to, sequence, acknowledged, flags }: Segment): void {
  putU16(bytes, 0, from.port)
  putU16(bytes, 2, to.port)
  putU32(bytes, 4, sequence)
  putU32(bytes, 8, acknowledged ?? 0)
  bytes[12] = (TCP_HEADER_BYTES / 4) << 4
  bytes[13] = flags | (acknowledged === undefined ? 0 : TCP_FLAG.acknowledge)
  putU16(bytes, 14, WINDOW)
}

function isMapped(address: Uint8Array): boolean {
  return address.subarray(0, 10).every((byte) => byte === 0) && address[10] === 0xff && address[11] === 0xff
}

function checksum(bytes: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}
