/**
 * Blocks of a pcapng file (draft-ietf-opsawg-pcapng): a section header, a description of each interface, and packets. Little-endian;
 * times in nanoseconds. What is not captured of a packet is counted in its original length.
 */
const SECTION_HEADER = 0x0a0d0d0a
const INTERFACE_DESCRIPTION = 1
const ENHANCED_PACKET = 6
const BYTE_ORDER_MAGIC = 0x1a2b3c4d
/** Packets begin with the header of IPv4 or IPv6. */
const LINKTYPE_RAW = 101
const NANOSECONDS = 9

const OPTION = {
  end: 0,
  comment: 1,
  interfaceName: 2,
  interfaceDescription: 3,
  timeResolution: 9,
  packetFlags: 2,
  userApplication: 4,
} as const
const ENCODER = new TextEncoder()

export type Direction = 'in' | 'out'

export interface CapturedPacket {
  /** Place of its interface among the descriptions. */
  readonly interfaceNumber: number
  /** Since 1970. */
  readonly timeNs: bigint
  readonly captured: Uint8Array
  readonly originalLength: number
  readonly direction: Direction
  readonly comments: readonly string[]
}

export function sectionHeader(about: { readonly application: string; readonly comment: string }): Uint8Array {
  const body = new DataView(new ArrayBuffer(16))
  body.setUint32(0, BYTE_ORDER_MAGIC, true)
  body.setUint16(4, 1, true)
  body.setUint16(6, 0, true)
  // The length of the section is not said.
  body.setBigInt64(8, -1n, true)
  return block(SECTION_HEADER, [bytesOf(body), text(OPTION.comment, about.comment), text(OPTION.userApplication, about.application)])
}

export function interfaceDescription(about: { readonly name: string; readonly description: string }): Uint8Array {
  const body = new DataView(new ArrayBuffer(8))
  body.setUint16(0, LINKTYPE_RAW, true)
  const options = [text(OPTION.interfaceName, about.name), text(OPTION.interfaceDescription, about.description)]
  return block(INTERFACE_DESCRIPTION, [bytesOf(body), ...options, option(OPTION.timeResolution, new Uint8Array([NANOSECONDS]))])
}

export function enhancedPacket(packet: CapturedPacket): Uint8Array {
  const { captured } = packet
  const head = new DataView(new ArrayBuffer(20))
  const timeNs = BigInt.asUintN(64, packet.timeNs)
  head.setUint32(0, packet.interfaceNumber, true)
  head.setUint32(4, Number(timeNs >> 32n), true)
  head.setUint32(8, Number(timeNs & 0xffff_ffffn), true)
  head.setUint32(12, captured.length, true)
  head.setUint32(16, packet.originalLength, true)
  const flags = new Uint8Array([packet.direction === 'in' ? 1 : 2, 0, 0, 0])
  const options = [option(OPTION.packetFlags, flags), ...packet.comments.map((comment) => text(OPTION.comment, comment))]
  return block(ENHANCED_PACKET, [bytesOf(head), padded(captured), ...options])
}

/** With the end of its options. */
function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0) + 16
  const whole = new Uint8Array(length)
  const view = new DataView(whole.buffer)
  view.setUint32(0, type, true)
  view.setUint32(4, length, true)
  let at = 8
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  view.setUint16(at, OPTION.end, true)
  view.setUint32(length - 4, length, true)
  return whole
}

function option(code: number, value: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(4))
  head.setUint16(0, code, true)
  head.setUint16(2, value.length, true)
  const whole = new Uint8Array(4 + lengthWithPadding(value.length))
  whole.set(bytesOf(head))
  whole.set(value, 4)
  return whole
}

/** A value has at most 65,535 bytes, of which this is far. */
function text(code: number, value: string): Uint8Array {
  return option(code, ENCODER.encode(value.slice(0, 2000)))
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(lengthWithPadding(bytes.length))
  whole.set(bytes)
  return whole
}

function lengthWithPadding(length: number): number {
  return (length + 3) & ~3
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer)
}
