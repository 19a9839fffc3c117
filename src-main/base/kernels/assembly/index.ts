/** Kernels in WebAssembly SIMD, compiled by `npm run kernels`. Each works on bytes that lie in the module's memory. */
export { INPUT, INPUT_BYTES, SLOT_BYTES, SLOT_STRIDE, SOURCES } from './layout'
export { crc32c } from './crc32c'
export { mulAdd, parity, xor } from './parity'
