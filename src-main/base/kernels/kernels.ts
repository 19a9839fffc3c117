import { MODULE_BASE64 } from './module'

/** What `assembly/index.ts` exports, and the memory it works on. */
export interface Kernels {
  /** All of it; it never grows. */
  readonly memory: Uint8Array
  /** Where the input of a call begins, and how long it may be. */
  readonly inputAt: number
  readonly inputBytes: number
  /** Of the first bytes of the input, going on from `seed`. Signed, and overwrites them. */
  readonly crc32c: (byteCount: number, seed: number) => number
}

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly INPUT: { readonly value: number }
  readonly INPUT_BYTES: { readonly value: number }
  readonly crc32c: Kernels['crc32c']
}

/** The types of Node 20 do not have it, those of the browser do. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

let loaded: Kernels | undefined
let tried = false

/** Compiled at the first call. Undefined where there is no WebAssembly with SIMD, or the page's policy forbids it. */
export function kernels(): Kernels | undefined {
  if (tried) return loaded
  tried = true
  try {
    loaded = instantiate()
  } catch {
    // The plain functions serve instead.
  }
  return loaded
}

function instantiate(): Kernels {
  const module = new WebAssembly.Module(Uint8Array.from(atob(MODULE_BASE64), (character) => character.charCodeAt(0)))
  const { memory, INPUT, INPUT_BYTES, crc32c } = new WebAssembly.Instance(module).exports as Exports
  return { memory: new Uint8Array(memory.buffer), inputAt: INPUT.value, inputBytes: INPUT_BYTES.value, crc32c }
}
