import type { UnitReservations } from '../../../contract/reservations'
import { checkCondition, GOOD, RESERVATION_CONFLICT } from '../command'
import type { Done, UnitCall } from '../command'
import { writeFault } from '../faults'
import { UNCHANGED, type Verdict } from './change'

/**
 * Commits what `decide` makes of the newest reservations, and answers the command. `committed` comes before the answer, with what was
 * changed.
 */
export function carryOut(
  { unit }: UnitCall,
  decide: (unit: UnitReservations, elsewhere: number) => Verdict,
  done: Done,
  committed: (verdict: Verdict & { readonly kind: 'changed' }, answer: () => void) => void = (_, answer) => answer(),
): void {
  let verdict = UNCHANGED
  unit.changeReservations(
    (current, elsewhere) => {
      verdict = decide(current, elsewhere)
      return verdict.kind === 'changed' ? { unit: verdict.unit, news: verdict.news } : undefined
    },
    (outcome) => {
      if (!outcome.ok) done(writeFault(outcome.fault))
      else if (verdict.kind === 'conflict') done(RESERVATION_CONFLICT)
      else if (verdict.kind === 'refused') done(checkCondition(verdict.sense))
      else if (verdict.kind === 'unchanged') done(GOOD)
      else committed(verdict, () => done(GOOD))
    },
  )
}
