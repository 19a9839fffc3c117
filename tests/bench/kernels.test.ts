/** What the kernels do in a second beside their plain twins, with copying the bytes in and out, in processor time. */
import { expect, it } from 'vitest'
import { crc32c } from '../../src-main/base/crc32c'
import { plainCrc32c } from '../../src-main/base/kernels/plain-crc32c'
import { load, machine, median } from '../support/machine'
import { bytesOf } from '../support/random-bytes'

const ROUNDS = 15
const BYTES_PER_ROUND = 16 * 1024 * 1024
const LENGTHS = [64, 512, 4096, 65_536, 262_144]

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
