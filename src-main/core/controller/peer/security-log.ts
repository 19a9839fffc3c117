import { LIMITS } from '../../../contract/limits'
import type { SecurityKind, SecurityNote } from '../../../contract/security'
import type { ClockPort, TracePort } from '../../ports'
import type { ControllerId } from '../../../contract/controller-id'

export interface SecurityLogEntry extends SecurityNote {
  /** Of the first and the last time. */
  readonly firstMs: number
  readonly timeMs: number
  readonly count: number
}

/**
 * Logins, refusals, resets and wrong tokens, which are in no log of I/O. Each kind has a room of its own, and what the same
 * initiator does again from the same machine is counted: so neither I/O nor a flood of one kind pushes out another.
 */
export class SecurityLog {
  readonly #self: ControllerId
  readonly #clock: ClockPort
  readonly #trace: TracePort
  readonly #byKind = new Map<SecurityKind, Map<string, SecurityLogEntry>>()

  constructor(options: { readonly self: ControllerId; readonly clock: ClockPort; readonly trace: TracePort }) {
    this.#self = options.self
    this.#clock = options.clock
    this.#trace = options.trace
  }

  note(note: SecurityNote): void {
    const { kind, who, remote, text } = note
    const entries = this.#byKind.get(kind) ?? new Map<string, SecurityLogEntry>()
    this.#byKind.set(kind, entries)
    const key = `${who} ${machineOf(remote)}`
    const known = entries.get(key)
    const timeMs = this.#clock.nowMs()
    // Taken out and put in again, so that the first is the one that was quiet for longest.
    entries.delete(key)
    entries.set(key, { ...note, firstMs: known?.firstMs ?? timeMs, timeMs, count: (known?.count ?? 0) + 1 })
    const [oldest] = entries.keys()
    if (entries.size > LIMITS.securityEntriesPerKind && oldest !== undefined) entries.delete(oldest)
    if (known === undefined || timeMs - known.timeMs >= LIMITS.securityEventAgainMs)
      this.#trace.record({ place: `controller-${this.#self}`, kind: 'security.noted', data: { what: kind, who, remote, text } })
  }

  /** The newest `count` entries, the oldest of them first. */
  newest(count: number): readonly SecurityLogEntry[] {
    const all = [...this.#byKind.values()].flatMap((entries) => [...entries.values()])
    return all.sort((one, other) => one.timeMs - other.timeMs).slice(-count)
  }
}

/** A port is another with every connection. */
function machineOf(remote: string): string {
  const colon = remote.lastIndexOf(':')
  return colon < 0 ? remote : remote.slice(0, colon)
}
