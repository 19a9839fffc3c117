import { assert } from '../../base/assert'
import type { StripeRange } from './interrupted-stripes'
import type { GroupLayout } from './levels/level'

/** Calls `run` while stripes are locked, until it calls `release`. */
export type LockStripes = (range: StripeRange & { readonly exclusive: boolean }, run: (release: () => void) => void) => void

/** Visits stripes one at a time, each under its lock, until one visit ends the walk. */
export function eachStripe(
  layout: GroupLayout,
  range: { readonly firstStripe: number; readonly stripeCount: number; readonly exclusive: boolean; readonly lock: LockStripes },
  visit: (stripe: number, then: (goesOn: boolean) => void) => void,
  ended: () => void,
): void {
  const { firstStripe, stripeCount, exclusive, lock } = range
  const endStripe = firstStripe + stripeCount
  const isInside = firstStripe >= 0 && firstStripe < endStripe && endStripe <= layout.stripeCount
  assert(isInside, () => `stripes ${firstStripe}+${stripeCount} of group ${layout.groupId}`)
  const next = (stripe: number): void => {
    lock({ firstStripe: stripe, lastStripe: stripe, exclusive }, (release) => {
      visit(stripe, (goesOn) => {
        release()
        if (goesOn && stripe + 1 < endStripe) next(stripe + 1)
        else ended()
      })
    })
  }
  next(firstStripe)
}
