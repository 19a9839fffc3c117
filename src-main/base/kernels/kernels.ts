import { MODULE_BASE64 } from './module'

/** What `assembly/index.ts` exports. Each function overwrites the memory it works on. */
interface KernelFunctions {
  /** Of the first bytes of the input, going on from `seed`. Signed. */
  readonly crc32c: (byteCount: number, seed: number) => number
  /** Adds the slots 1, 2, … to slot 0. */
  readonly xor: (sources: number, byteCount: number) => void
  /** Goes on with P in slot 0 and Q in slot 1 by the sources in the slots 2, 3, …, the last one first. */
  readonly parity: (sources: number, byteCount: number) => void
  /** Adds `coefficient` times slot 1 to slot 0. */
  readonly mulAdd: (byteCount: number, coefficient: number) => void
}

export interface Kernels extends KernelFunctions {
  /** All of it; it never grows. */
  readonly memory: Uint8Array
  /** Where the input of a call begins, and how long it may be. */
  readonly inputAt: number
  readonly inputBytes: number
  /** The same place as slots, one every `slotStride` bytes, for so many sources behind one or two results. */
  readonly slotBytes: number
  readonly slotStride: number
  readonly sources: number
}

interface ModuleConstant {
  readonly value: number
}

interface Exports extends KernelFunctions {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly INPUT: ModuleConstant
  readonly INPUT_BYTES: ModuleConstant
  readonly SLOT_BYTES: ModuleConstant
  readonly SLOT_STRIDE: ModuleConstant
  readonly SOURCES: ModuleConstant
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
  const exported = new WebAssembly.Instance(module).exports as Exports
  return {
    memory: new Uint8Array(exported.memory.buffer),
    inputAt: exported.INPUT.value,
    inputBytes: exported.INPUT_BYTES.value,
    slotBytes: exported.SLOT_BYTES.value,
    slotStride: exported.SLOT_STRIDE.value,
    sources: exported.SOURCES.value,
    crc32c: exported.crc32c,
    xor: exported.xor,
    parity: exported.parity,
    mulAdd: exported.mulAdd,
  }
}
