import type { UnitReservations } from '../../../contract/reservations'
import { checkCondition, GOOD, RESERVATION_CONFLICT } from '../command'
import type { Done, UnitCall } from '../command'
import { writeFault } from '../faults'
import { illegalRequest } from '../sense'
import { ADDITIONAL_SENSE } from '../spec'
import { UNCHANGED, type Verdict } from './change'

/**
 * Commits what `decide` makes of the newest reservations, and answers the command. `committed` comes before the answer, with what was
 * changed.
 */
export function carryOut(
  { unit }: UnitCall,
  decide: (unit: UnitReservations) => Verdict,
  done: Done,
  committed: (verdict: Verdict & { readonly kind: 'changed' }, answer: () => void) => void = (_, answer) => answer(),
): void {
  let verdict = UNCHANGED
  unit.changeReservations(
    (current) => {
      verdict = decide(current)
      return verdict.kind === 'changed' ? { unit: verdict.unit, news: verdict.news } : undefined
    },
    (outcome) => {
      if (!outcome.ok) {
        // There are too many registrations in all, or the state of the array has no room for more.
        if (outcome.fault !== 'no-space') done(writeFault(outcome.fault))
        else done(checkCondition(illegalRequest(ADDITIONAL_SENSE.insufficientRegistrationResources)))
      } else if (verdict.kind === 'conflict') done(RESERVATION_CONFLICT)
      else if (verdict.kind === 'refused') done(checkCondition(verdict.sense))
      else if (verdict.kind === 'unchanged') done(GOOD)
      else committed(verdict, () => done(GOOD))
    },
  )
}
