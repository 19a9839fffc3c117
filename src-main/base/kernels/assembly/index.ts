/** Kernels in WebAssembly SIMD, compiled by `npm run kernels`. Each works on bytes that lie in the module's memory. */
export { INPUT, INPUT_BYTES } from './layout'
export { crc32c } from './crc32c'
