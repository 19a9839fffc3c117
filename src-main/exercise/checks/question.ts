import type { Expression, Trigger } from './syntax'

interface AnyQuestion {
  readonly id: string
  readonly text: string
  readonly line: number
}

/** What happened instead, or what is right, as an expression of the language of checks; undefined: nobody says what is right. */
export type Question = AnyQuestion &
  (
    | { readonly kind: 'order'; readonly items: readonly { readonly id: string; readonly text: string; readonly event: Trigger }[] }
    | {
        readonly kind: 'number'
        readonly unit: NumberUnit
        readonly from: number
        readonly to: number
        readonly actual: Expression | undefined
        /** In the unit: so far from what happened is right. */
        readonly tolerance: number
      }
    | {
        readonly kind: 'choice'
        readonly options: readonly { readonly id: string; readonly text: string; readonly when: Expression | undefined }[]
      }
    | { readonly kind: 'gap'; readonly lun: number; readonly toleranceMs: number }
    | { readonly kind: 'blocks'; readonly of: 'blocks' | 'drives'; readonly to: number; readonly actual: Expression | undefined }
    | { readonly kind: 'event'; readonly actual: Expression | undefined }
    | { readonly kind: 'text' }
  )

export const NUMBER_UNITS = ['count', 'ms', 'blocks'] as const
export type NumberUnit = (typeof NUMBER_UNITS)[number]
