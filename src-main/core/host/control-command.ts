import { LIMITS } from '../../contract/limits'
import type { ClockPort } from '../ports'
import type { InitiatorSession } from '../iscsi/initiator/session'
import { judgeOutcome, type Look } from './command-verdict'

/** How often a control command is tried before the path does without its answer. */
const MAX_ATTEMPTS = LIMITS.hostControlAttempts
const RETRY_MS = 20

export interface ControlCommand {
  readonly lun: number
  readonly cdb: Uint8Array
  readonly dataInBytes: number
}

export interface ControlOptions {
  readonly clock: ClockPort
  readonly session: InitiatorSession
  /** A unit attention came with the answer. */
  readonly onLook: (look: Look, lun: number) => void
}

/** Runs one command to its end. Undefined: no answer, or no good one. */
export function runControl(options: ControlOptions, command: ControlCommand, done: (dataIn: Uint8Array | undefined) => void): void {
  attempt(options, command, done, MAX_ATTEMPTS)
}

function attempt(
  options: ControlOptions,
  command: ControlCommand,
  done: (dataIn: Uint8Array | undefined) => void,
  attemptsLeft: number,
): void {
  const { session, clock } = options
  if (!session.isOpen || attemptsLeft === 0) return done(undefined)
  const again = (): void => attempt(options, command, done, attemptsLeft - 1)
  if (session.isFull) {
    clock.after(RETRY_MS, again)
    return
  }
  session.execute(command, (outcome) => {
    const verdict = judgeOutcome(outcome)
    if (verdict.kind === 'good') return done(verdict.dataIn)
    if (verdict.look !== undefined) options.onLook(verdict.look, command.lun)
    if (verdict.kind === 'failed' || verdict.when === 'elsewhere') return done(undefined)
    if (verdict.when === 'at-once') return again()
    clock.after(RETRY_MS, again)
  })
}
