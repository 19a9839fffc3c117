export interface BenchOrder {
  /** Undefined: the sources as they are. */
  readonly mutation: { readonly path: string; readonly text: string } | undefined
  /** Absolute paths, in this order until one fails. */
  readonly tests: readonly string[]
}

export type BenchAnswer =
  | { readonly type: 'ready' | 'alive' }
  | { readonly type: 'module'; readonly path: string; readonly ok: boolean }
  | { readonly type: 'done'; readonly errors: readonly string[] }
