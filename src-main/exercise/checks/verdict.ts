import type { Reason } from '../../contract/exercise-reason'
import { LIMITS } from '../../contract/limits'
import type { TraceId } from '../../contract/trace'

/** What a check says of a run. `why`: of an unknown one, and of a false one where that is not plain. */
export type Verdict = Deciding &
  (
    | { readonly value: 'true'; readonly why?: undefined; readonly isAbsent?: undefined }
    | {
        readonly value: 'false'
        readonly why?: Reason
        /** Something did not happen, and there is no other reason. */
        readonly isAbsent?: true
      }
    | { readonly value: 'unknown'; readonly why: Reason; readonly isAbsent?: undefined }
  )

interface Deciding {
  /** The events that decide it, at most so many (`LIMITS.checkEvents`). Empty if none does. */
  readonly events: readonly TraceId[]
}

type False = Extract<Verdict, { readonly value: 'false' }>

export function holds(events: readonly TraceId[] = []): Verdict {
  return { value: 'true', events: few(events) }
}

export function fails(events: readonly TraceId[] = [], why?: Reason): False {
  return { value: 'false', events: few(events), ...(why === undefined ? {} : { why }) }
}

export function absent(why: Reason): Verdict {
  return { value: 'false', why, isAbsent: true, events: [] }
}

export function unknown(why: Reason, events: readonly TraceId[] = []): Verdict {
  return { value: 'unknown', why, events: few(events) }
}

export function verdictOf(value: boolean, events: readonly TraceId[] = [], whyNot?: Reason): Verdict {
  return value ? holds(events) : fails(events, whyNot)
}

/** Kleene's strong logic: what is false whatever the unknown part is, is false. */
export function both(left: Verdict, right: Verdict): Verdict {
  for (const side of [left, right]) if (side.value === 'false') return side
  for (const side of [left, right]) if (side.value === 'unknown') return side
  return holds([...left.events, ...right.events])
}

export function either(left: Verdict, right: Verdict): Verdict {
  for (const side of [left, right]) if (side.value === 'true') return side
  for (const side of [left, right]) if (side.value === 'unknown') return side
  const why = [left.why, right.why].find((one) => one !== undefined)
  const failed = fails([...left.events, ...right.events], why)
  return left.isAbsent === true && right.isAbsent === true ? { ...failed, isAbsent: true } : failed
}

export function opposite({ value, why, events }: Verdict): Verdict {
  if (value === 'unknown') return { value, why, events }
  return verdictOf(value === 'false', events)
}

function few(events: readonly TraceId[]): readonly TraceId[] {
  return [...new Set(events)].slice(0, LIMITS.checkEvents)
}
