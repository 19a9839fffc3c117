import type { NvramPort } from '../core/ports'
import type { Incarnation } from './incarnation'

/** NVRAM that outlives its controllers. A write by one that is dead changes nothing. */
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
        let at = offset
        for (const chunk of chunks) {
          bytes.set(chunk, at)
          at += chunk.length
        }
      },
      read: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
    }
  }
}
