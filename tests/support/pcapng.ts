import { getU16, getU32 } from '../../src-main/base/bytes'

/** The blocks of a little-endian pcapng file with packets of IPv4 or IPv6 and TCP, in nanoseconds; throws where it is not well made. */
export interface ReadPacket {
  readonly interfaceNumber: number
  readonly timeNs: bigint
  readonly originalLength: number
  /** After the headers of IP and TCP. */
  readonly payload: Uint8Array
  readonly ports: readonly [number, number]
  /** Of IPv4 with dots, of IPv6 in hexadecimal. */
  readonly addresses: readonly [string, string]
  readonly direction: 'in' | 'out'
  readonly sequence: number
  readonly acknowledged: number
  readonly flags: number
  readonly comments: readonly string[]
}

export interface ReadCapture {
  readonly interfaces: readonly string[]
  readonly packets: readonly ReadPacket[]
  readonly application: string | undefined
}

export function readPcapng(file: Uint8Array): ReadCapture {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const interfaces: string[] = []
  const packets: ReadPacket[] = []
  let application: string | undefined
  for (let at = 0; at < file.length;) {
    const length = view.getUint32(at + 4, true)
    if (length % 4 !== 0 || view.getUint32(at + length - 4, true) !== length) throw new Error(`block at ${at} has no good length`)
    const block = file.subarray(at + 8, at + length - 4)
    const type = view.getUint32(at, true)
    if (type === 0x0a0d0d0a) application = optionsOf(block.subarray(16)).get(4)?.[0]
    else if (type === 1) interfaces.push(interfaceOf(block))
    else if (type === 6) packets.push(packetOf(block))
    else throw new Error(`block of type ${type}`)
    at += length
  }
  return { interfaces, packets, application }
}

const LINKTYPE_RAW = 101
const NANOSECONDS = String.fromCharCode(9)

function interfaceOf(block: Uint8Array): string {
  const options = optionsOf(block.subarray(8))
  const linkType = new DataView(block.buffer, block.byteOffset).getUint16(0, true)
  if (linkType !== LINKTYPE_RAW || options.get(9)?.[0] !== NANOSECONDS) throw new Error('packets of another kind, or of other times')
  return options.get(2)?.[0] ?? ''
}

/** Throws where lengths or a checksum are wrong. */
function addressesOf(packet: Uint8Array, originalLength: number): readonly [string, string] {
  if ((packet[0] ?? 0) >>> 4 === 6) {
    if (getU16(packet, 4) !== originalLength - 40) throw new Error(`a payload of ${getU16(packet, 4)} in ${originalLength} bytes`)
    const written = (at: number) => Buffer.from(packet.subarray(at, at + 16)).toString('hex')
    return [written(8), written(24)]
  }
  if (getU16(packet, 2) !== originalLength) throw new Error(`a length of ${getU16(packet, 2)} in ${originalLength} bytes`)
  let sum = 0
  for (let at = 0; at < 20; at += 2) sum += getU16(packet, at)
  if ((sum & 0xffff) + (sum >>> 16) !== 0xffff) throw new Error('a checksum that is wrong')
  return [packet.subarray(12, 16).join('.'), packet.subarray(16, 20).join('.')]
}

function packetOf(block: Uint8Array): ReadPacket {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  const length = view.getUint32(12, true)
  const packet = block.subarray(20, 20 + length)
  const ipBytes = (packet[0] ?? 0) >>> 4 === 4 ? 20 : 40
  const tcp = packet.subarray(ipBytes)
  const originalLength = view.getUint32(16, true)
  const options = optionsOf(block.subarray(20 + Math.ceil(length / 4) * 4))
  return {
    interfaceNumber: view.getUint32(0, true),
    timeNs: (BigInt(view.getUint32(4, true)) << 32n) | BigInt(view.getUint32(8, true)),
    originalLength,
    payload: tcp.subarray(20),
    ports: [getU16(tcp, 0), getU16(tcp, 2)],
    addresses: addressesOf(packet, originalLength),
    direction: options.get(2)?.[0]?.charCodeAt(0) === 1 ? 'in' : 'out',
    sequence: getU32(tcp, 4),
    acknowledged: getU32(tcp, 8),
    flags: tcp[13] ?? 0,
    comments: options.get(1) ?? [],
  }
}

function optionsOf(bytes: Uint8Array): Map<number, string[]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found = new Map<number, string[]>()
  for (let at = 0; at < bytes.length;) {
    const [code, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    if (code === 0) return found
    found.set(code, [...(found.get(code) ?? []), new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length))])
    at += 4 + Math.ceil(length / 4) * 4
  }
  throw new Error('options without an end')
}
