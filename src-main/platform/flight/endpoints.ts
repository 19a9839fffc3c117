import { ENDPOINT_BYTES, FLIGHT_ENDPOINTS_BYTES } from '../../contract/flight'

/** What a socket says of its two ends. */
export interface SocketEnds {
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
}

/** As flight records have them: this side, and the other. All zeros where the socket does not know any more. */
export function endpointsOf({ localAddress, localPort, remoteAddress, remotePort }: SocketEnds): Int32Array {
  const bytes = new Uint8Array(FLIGHT_ENDPOINTS_BYTES)
  putEndpoint(bytes.subarray(0, ENDPOINT_BYTES), localAddress, localPort)
  putEndpoint(bytes.subarray(ENDPOINT_BYTES), remoteAddress, remotePort)
  return new Int32Array(bytes.buffer)
}

function putEndpoint(bytes: Uint8Array, address: string | undefined, port: number | undefined): void {
  if (address === undefined || port === undefined) return
  bytes.set(address.includes(':') ? sixteenBytes(address) : mapped(address))
  bytes[16] = port
  bytes[17] = port >>> 8
}

function mapped(address: string): number[] {
  return [...new Array<number>(10).fill(0), 0xff, 0xff, ...fourBytes(address)]
}

function fourBytes(address: string): number[] {
  return address.split('.').map(Number)
}

/** RFC 4291 §2.2. Sockets write it in no other form. */
function sixteenBytes(address: string): number[] {
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::')
  const [before, after] = [groupBytes(head), groupBytes(tail ?? '')]
  return [...before, ...new Array<number>(Math.max(0, 16 - before.length - after.length)).fill(0), ...after].slice(0, 16)
}

function groupBytes(groups: string): number[] {
  if (groups === '') return []
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return fourBytes(group)
    const value = Number.parseInt(group, 16)
    return [value >>> 8, value & 0xff]
  })
}
