/** The committed module is what its sources compile to, it runs here, and nothing depends on it. */
import { readFileSync } from 'node:fs'
import { afterEach, expect, it, vi } from 'vitest'
import { compileKernels } from '../../../../src-main/base/kernels/assembly/compile.mjs'
import { crc32c } from '../../../../src-main/base/crc32c'
import { kernels } from '../../../../src-main/base/kernels/kernels'

const COMPILE_MS = 60_000

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

it('is compiled from the sources beside it', { timeout: COMPILE_MS }, async () => {
  const committed = readFileSync(new URL('../../../../src-main/base/kernels/module.ts', import.meta.url), 'utf8')
  expect(await compileKernels(), 'run `npm run kernels`').toBe(committed)
})

it('runs on this Node', () => {
  expect(kernels()).toBeDefined()
})

it.each([
  { where: 'there is no WebAssembly', global: undefined },
  { where: 'WebAssembly refuses the module', global: { Module: refuse } },
])('leaves the work to the plain twins where $where', async ({ global }) => {
  vi.stubGlobal('WebAssembly', global)
  vi.resetModules()
  const bytes = new Uint8Array(2048).fill(0xff)
  const without = await import('../../../../src-main/base/crc32c')
  expect(without.crc32c(bytes)).toBe(crc32c(bytes))
  const { kernels: missing } = await import('../../../../src-main/base/kernels/kernels')
  expect(missing()).toBeUndefined()
})

function refuse(): never {
  throw new Error('no SIMD')
}
