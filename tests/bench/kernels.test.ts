/** What the kernels do in a second beside their plain twins, with copying the bytes in and out, in processor time. */
import { expect, it } from 'vitest'
import { crc32c } from '../../src-main/base/crc32c'
import { mulAddInto, parityInto, xorAllInto, xorInto } from '../../src-main/base/kernels/parity'
import { plainCrc32c } from '../../src-main/base/kernels/plain-crc32c'
import { plainMulAddInto, plainParityInto, plainXorInto } from '../../src-main/base/kernels/plain-parity'
import { load, machine, median } from '../support/machine'
import { bytesOf } from '../support/random-bytes'

const ROUNDS = 15
const BYTES_PER_ROUND = 16 * 1024 * 1024
const LENGTHS = [64, 512, 4096, 65_536, 262_144]
/** Data chunks of the stripe of which parity is made. */
const CHUNKS = 6

interface Pair {
  readonly kernel: () => unknown
  readonly plain: () => unknown
}

it('CRC-32C', () => {
  report('CRC-32C', (length) => {
    const bytes = bytesOf(length, 0, 1)
    return { kernel: () => crc32c(bytes), plain: () => plainCrc32c(bytes, 0) }
  })
})

it('exclusive or', () => {
  report('exclusive or of one source', (length) => {
    const [target, source] = [bytesOf(length, 0, 1), bytesOf(length, 0, 2)]
    return { kernel: () => xorInto(target, 0, source), plain: () => plainXorInto(target, 0, source) }
  })
  report('exclusive or of one source that is not aligned', (length) => {
    const [target, source] = [bytesOf(length, 0, 1), bytesOf(length, 1, 2)]
    return { kernel: () => xorInto(target, 0, source), plain: () => plainXorInto(target, 0, source) }
  })
  report(
    `exclusive or of ${CHUNKS} sources`,
    (length) => {
      const [target, sources] = [bytesOf(length, 0, 1), chunksOf(length)]
      const plain = (): void => sources.forEach((source) => plainXorInto(target, 0, source))
      return { kernel: () => xorAllInto(target, sources), plain }
    },
    bytesOfChunks,
  )
})

it('P and Q', () => {
  report(
    `P and Q of ${CHUNKS} chunks`,
    (length) => {
      const [p, q, chunks] = [bytesOf(length, 0, 1), bytesOf(length, 0, 2), chunksOf(length)]
      return { kernel: () => parityInto(p, q, chunks), plain: () => plainParityInto(p, q, chunks) }
    },
    bytesOfChunks,
  )
  report('a multiple added', (length) => {
    const [target, source] = [bytesOf(length, 0, 1), bytesOf(length, 0, 2)]
    return { kernel: () => mulAddInto(target, 0, source, 77), plain: () => plainMulAddInto(target, 0, source, 77) }
  })
})

function chunksOf(length: number): Uint8Array[] {
  return Array.from({ length: CHUNKS }, (_, index) => bytesOf(length, 0, index + 3))
}

function bytesOfChunks(length: number): number {
  return length * CHUNKS
}

/** Kernel and twin turn by turn; `bytesEach` is how many bytes a call reads, by default its length. */
function report(name: string, pairOf: (length: number) => Pair, bytesEach = (length: number): number => length): void {
  const lines = LENGTHS.map((length) => {
    const pair = pairOf(length)
    const seconds = { kernel: [] as number[], plain: [] as number[] }
    const calls = Math.ceil(BYTES_PER_ROUND / bytesEach(length))
    for (let round = 0; round < ROUNDS; round++) {
      seconds.plain.push(secondsOf(pair.plain, calls))
      seconds.kernel.push(secondsOf(pair.kernel, calls))
    }
    const [kernel, plain] = [median(seconds.kernel) / calls, median(seconds.plain) / calls]
    expect(kernel).toBeGreaterThan(0)
    const speed = (each: number): string => `${(each * 1e9).toFixed(0)} ns, ${(bytesEach(length) / each / 1e9).toFixed(2)} GB/s`
    return `  ${length} bytes: ${speed(kernel)}; plain ${speed(plain)}; ${(plain / kernel).toFixed(1)} times as fast`
  })
  console.log([`${machine()}, ${load()}`, `${name}:`, ...lines].join('\n'))
}

function secondsOf(run: () => unknown, calls: number): number {
  const started = process.cpuUsage()
  for (let call = 0; call < calls; call++) run()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1e6
}
