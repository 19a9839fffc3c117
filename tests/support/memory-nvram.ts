import type { NvramPort } from '../../src-main/core/ports'

/** NVRAM that can lose its controller in the middle of any byte: what comes after that is not taken. */
export class MemoryNvram implements NvramPort {
  readonly sizeBytes: number
  readonly bytes: Uint8Array
  /** Bytes written so far. */
  written = 0
  #bytesToDeath: number

  constructor(sizeBytes: number, bytesToDeath = Infinity) {
    this.sizeBytes = sizeBytes
    this.bytes = new Uint8Array(sizeBytes)
    this.#bytesToDeath = bytesToDeath
  }

  get isDead(): boolean {
    return this.written > this.#bytesToDeath
  }

  /** A new controller is in the slot. */
  revive(): void {
    this.#bytesToDeath = Infinity
  }

  write(offset: number, chunks: readonly Uint8Array[]): void {
    let at = offset
    for (const chunk of chunks) {
      const taken = Math.max(0, Math.min(chunk.length, this.#bytesToDeath - this.written))
      this.bytes.set(chunk.subarray(0, taken), at)
      this.written += chunk.length
      at += chunk.length
    }
  }

  read(offset: number, into: Uint8Array): void {
    into.set(this.bytes.subarray(offset, offset + into.length))
  }
}
