import { getTargetSequence } from '../codec/layout'
import { serialAdd, serialDistance } from '../codec/serial-number'

/** CmdSN, ExpStatSN and the target's window of commands (RFC 7143 §4.2.2), as an initiator counts them. */
export class SequenceNumbers {
  #cmdSn = 1
  #maxCmdSn = 0
  #expStatSn = 0

  get cmdSn(): number {
    return this.#cmdSn
  }

  get expStatSn(): number {
    return this.#expStatSn
  }

  /** The window has room for one more command. */
  get admitsCommand(): boolean {
    return serialDistance(this.#maxCmdSn, this.#cmdSn) >= 0
  }

  /** Takes both from the last login response. */
  begin({ statSn, maxCmdSn }: { readonly statSn: number; readonly maxCmdSn: number }): void {
    this.#expStatSn = serialAdd(statSn, 1)
    this.#maxCmdSn = maxCmdSn
  }

  commandSent(): void {
    this.#cmdSn = serialAdd(this.#cmdSn, 1)
  }

  /** RFC 7143 §4.2.2.1: both numbers are ignored if they are out of order. */
  takeWindow(header: Uint8Array): void {
    const { expCmdSn, maxCmdSn } = getTargetSequence(header)
    if (serialDistance(maxCmdSn, serialAdd(expCmdSn, -1)) >= 0 && serialDistance(maxCmdSn, this.#maxCmdSn) > 0) this.#maxCmdSn = maxCmdSn
  }

  /** Counts a PDU that carries status. None may be missing, because nothing is ever sent again. Returns what is wrong. */
  takeStatus(statSn: number): string | undefined {
    if (statSn !== this.#expStatSn) return `StatSN ${statSn} where ${this.#expStatSn} was due`
    this.#expStatSn = serialAdd(statSn, 1)
    return undefined
  }
}
