export interface BenchOrder {
  /** Undefined: the sources as they are. */
  readonly mutation: { readonly path: string; readonly text: string } | undefined
  /** Absolute paths, in this order until one fails. */
  readonly tests: readonly string[]
  /** Only tests of this full name, without the signs between its parts. Undefined: all. */
  readonly testName?: string | undefined
}

export type BenchAnswer =
  | { readonly type: 'ready' | 'alive' }
  | { readonly type: 'failed'; readonly test: string }
  | { readonly type: 'module'; readonly path: string; readonly ok: boolean }
  | { readonly type: 'done'; readonly errors: readonly string[] }
