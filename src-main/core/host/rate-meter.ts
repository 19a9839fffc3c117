import type { HostRates } from '../../contract/host'

/** Latencies from one microsecond on, eight classes to the octave: an error of less than one tenth. */
const CLASSES_PER_OCTAVE = 8
const CLASSES = 32 * CLASSES_PER_OCTAVE
const SECOND_MS = 1000

const NO_RATES: HostRates = { readsPerSecond: 0, writesPerSecond: 0, bytesPerSecond: 0, latencyP50Ms: 0, latencyP99Ms: 0 }

/** What was answered in the last full second. */
export class RateMeter {
  /** Of all time. */
  total = 0
  #second = 0
  #reads = 0
  #writes = 0
  #bytes = 0
  readonly #classes = new Uint32Array(CLASSES)
  #last = NO_RATES

  answered(answer: {
    readonly nowMs: number
    readonly operation: 'read' | 'write'
    readonly bytes: number
    readonly latencyMs: number
  }): void {
    this.#turn(answer.nowMs)
    this.total++
    if (answer.operation === 'read') this.#reads++
    else this.#writes++
    this.#bytes += answer.bytes
    const index = latencyClass(answer.latencyMs)
    this.#classes[index] = this.#classes[index]! + 1
  }

  rates(nowMs: number): HostRates {
    this.#turn(nowMs)
    return this.#last
  }

  #turn(nowMs: number): void {
    const second = Math.floor(nowMs / SECOND_MS)
    if (second === this.#second) return
    this.#last = second === this.#second + 1 ? this.#summary() : NO_RATES
    this.#second = second
    this.#reads = 0
    this.#writes = 0
    this.#bytes = 0
    this.#classes.fill(0)
  }

  #summary(): HostRates {
    const count = this.#reads + this.#writes
    return {
      readsPerSecond: this.#reads,
      writesPerSecond: this.#writes,
      bytesPerSecond: this.#bytes,
      latencyP50Ms: this.#percentileMs(count, 0.5),
      latencyP99Ms: this.#percentileMs(count, 0.99),
    }
  }

  #percentileMs(count: number, share: number): number {
    if (count === 0) return 0
    let left = Math.ceil(count * share)
    for (let index = 0; index < CLASSES; index++) {
      left -= this.#classes[index]!
      if (left <= 0) return 2 ** ((index + 0.5) / CLASSES_PER_OCTAVE) / 1000
    }
    return 2 ** (CLASSES / CLASSES_PER_OCTAVE) / 1000
  }
}

function latencyClass(latencyMs: number): number {
  const microseconds = Math.max(1, latencyMs * 1000)
  return Math.min(CLASSES - 1, Math.floor(Math.log2(microseconds) * CLASSES_PER_OCTAVE))
}
