import type { NvramPort } from '../core/ports'
import type { Incarnation } from './incarnation'

/** NVRAM that outlives its controllers. A write by a dead controller changes nothing. A write during which it dies lands in part. */
export class VirtualNvram {
  readonly bytes: Uint8Array

  constructor(sizeBytes: number) {
    this.bytes = new Uint8Array(sizeBytes)
  }

  port(incarnation: Incarnation): NvramPort {
    const { bytes } = this
    return {
      sizeBytes: bytes.length,
      write(offset, chunks) {
        if (!incarnation.isAlive) return
        let byteCount = 0
        for (const chunk of chunks) byteCount += chunk.length
        const landing = incarnation.landingBytes(byteCount)
        const endAt = offset + landing
        let at = offset
        for (const chunk of chunks) {
          bytes.set(at + chunk.length <= endAt ? chunk : chunk.subarray(0, Math.max(0, endAt - at)), at)
          at += chunk.length
        }
        if (landing < byteCount) incarnation.diesNow()
      },
      read: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    }
  }
}
