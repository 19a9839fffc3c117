import { assert } from '../../../base/assert'
import { serialAdd, serialDistance } from '../codec/serial-number'

/**
 * Orders the commands of a session (RFC 7143 §4.2.2.1). MaxCmdSN grows only when a command is retired, so that the commands under
 * way and those that may still arrive are never more than the window.
 */
export class CommandWindow<T> {
  #expCmdSn: number
  #maxCmdSn: number
  readonly #size: number
  readonly #held = new Map<number, T>()
  #underWay = 0

  constructor(options: { readonly firstCmdSn: number; readonly size: number }) {
    this.#expCmdSn = options.firstCmdSn
    this.#size = options.size
    this.#maxCmdSn = serialAdd(options.firstCmdSn, options.size - 1)
  }

  get expCmdSn(): number {
    return this.#expCmdSn
  }

  get maxCmdSn(): number {
    return this.#maxCmdSn
  }

  /** Whether the initiator may use this number now, or has used it and its turn has not come. */
  contains(cmdSn: number): boolean {
    return serialDistance(cmdSn, this.#expCmdSn) >= 0 && serialDistance(cmdSn, this.#maxCmdSn) <= 0
  }

  /** `outside` must be ignored: it is beyond the window, or a duplicate. */
  place(cmdSn: number): 'next' | 'early' | 'outside' {
    if (!this.contains(cmdSn)) return 'outside'
    if (cmdSn === this.#expCmdSn) return 'next'
    return this.#held.has(cmdSn) ? 'outside' : 'early'
  }

  /** The next command has arrived. */
  advance(): void {
    this.#expCmdSn = serialAdd(this.#expCmdSn, 1)
    this.#underWay++
    assert(this.#underWay <= this.#size, `${this.#underWay} commands in a window of ${this.#size}`)
  }

  /** Keeps an early command until its turn. */
  hold(cmdSn: number, command: T): void {
    this.#held.set(cmdSn, command)
    assert(this.#held.size < this.#size, `${this.#held.size} early commands in a window of ${this.#size}`)
  }

  /** Forgets early commands: their connection is gone, and their initiator sends them again. */
  dropHeld(): void {
    this.#held.clear()
  }

  /** The early command whose turn it is now; it counts as arrived. */
  takeHeld(): T | undefined {
    if (this.#held.size === 0) return undefined
    const command = this.#held.get(this.#expCmdSn)
    if (command === undefined) return undefined
    this.#held.delete(this.#expCmdSn)
    this.advance()
    return command
  }

  /** One command has ended: the initiator may send one more. */
  retire(): void {
    assert(this.#underWay > 0, 'no command to retire')
    this.#underWay--
    this.#maxCmdSn = serialAdd(this.#maxCmdSn, 1)
  }
}
