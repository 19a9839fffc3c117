import type { TraceEvent } from '../../contract/trace'
import type { Trigger } from '../checks/syntax'

export function fits({ pattern }: Trigger, { kind }: TraceEvent): boolean {
  return pattern.kinds.includes(kind)
}
