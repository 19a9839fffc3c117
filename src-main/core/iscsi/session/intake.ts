import { LIMITS } from '../../../contract/limits'
import type { ConnectionPort } from '../../ports'
import type { Place, Portion, Rounds } from '../../turns/rounds'
import type { FramerFailure, Pdu, PduFramer } from '../codec/framer'
import { INITIATOR_OPCODE, opcodeOf } from '../codec/layout'
import type { Outbound } from './outbound'

export interface IntakeOptions {
  readonly rounds: Rounds
  readonly port: ConnectionPort
  readonly framer: PduFramer
  readonly outbound: Outbound
  receive(pdu: Pdu): void
  failed(failure: FramerFailure): void
  /** Begins commands that wait, while `mayBegin`. True: more could begin. */
  begin(): boolean
}

/** Of a session: commands begin only while it has its turn. */
export interface Pace {
  readonly mayBegin: boolean
  /** A command begins that moves so much. */
  take(bytes: number): void
  /** Asks for a turn, since a command could begin. */
  ask(): void
}

/** What comes in by a connection waits here for the connection's turn. Nothing more is read from it while too much waits. */
export class Intake implements Pace {
  readonly #options: IntakeOptions
  readonly #place: Place
  #chunks: Uint8Array[] = []
  #bytes = 0
  /** Of the first chunk, how much was taken. */
  #takenBytes = 0
  #isPaused = false
  #isClosed = false
  #portion: Portion | undefined
  readonly #receive = (pdu: Pdu): void => {
    this.#portion?.take(costOf(pdu))
    this.#options.receive(pdu)
  }

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#place = options.rounds.join((portion) => this.#serve(portion))
  }

  /** Nothing is read, so nothing can be heard. */
  get isPaused(): boolean {
    return this.#isPaused
  }

  get mayBegin(): boolean {
    return this.#portion?.isSpent === false
  }

  take(bytes: number): void {
    this.#portion?.take(bytes)
  }

  ask(): void {
    this.#place.wake()
  }

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes)
    this.#bytes += bytes.length
    this.#place.wake()
    this.#review()
  }

  drained(): void {
    this.#review()
    this.#place.wake()
  }

  close(): void {
    this.#isClosed = true
    this.#place.leave()
    this.#chunks = []
    this.#bytes = 0
  }

  #serve(portion: Portion): boolean {
    const { outbound } = this.#options
    this.#portion = portion
    outbound.cork()
    this.#takeChunks(portion)
    const couldBegin = this.#isClosed ? false : this.#options.begin()
    outbound.uncork()
    this.#portion = undefined
    this.#review()
    return couldBegin || this.#mayTake
  }

  #takeChunks(portion: Portion): void {
    const { framer, failed } = this.#options
    const isEnough = (): boolean => portion.isSpent || !this.#mayTake
    while (!isEnough()) {
      const chunk = this.#chunks[0]!
      const rest = this.#takenBytes === 0 ? chunk : chunk.subarray(this.#takenBytes)
      portion.take(LIMITS.pduBytes)
      const taken = framer.pushUntil(rest, this.#receive, isEnough)
      if (framer.failure !== undefined) {
        failed(framer.failure)
        return
      }
      if (this.#isClosed) return
      this.#bytes -= taken
      this.#takenBytes += taken
      if (this.#takenBytes < chunk.length) continue
      this.#chunks.shift()
      this.#takenBytes = 0
    }
  }

  /** One that does not take what is sent to it is not heard, either. */
  get #mayTake(): boolean {
    return this.#chunks.length > 0 && !this.#isClosed && !this.#options.outbound.isCongested
  }

  #review(): void {
    if (this.#isClosed) return
    const isToPause = this.#bytes > LIMITS.connectionInboxBytes || this.#options.outbound.isCongested
    if (isToPause === this.#isPaused) return
    this.#isPaused = isToPause
    if (isToPause) this.#options.port.pause()
    else this.#options.port.resume()
  }
}

/** Also a ping is dialogue: nobody needs many, and a flood of them would cost the thread more than the commands of a host. */
function costOf({ header, dataBytes }: Pdu): number {
  const opcode = opcodeOf(header)
  const isPlain = opcode === INITIATOR_OPCODE.scsiCommand || opcode === INITIATOR_OPCODE.dataOut
  return dataBytes + (isPlain ? LIMITS.pduBytes : LIMITS.dialogueBytes)
}
