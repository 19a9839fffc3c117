import { BLOCK_BYTES } from '../../../base/units'
import { LIMITS } from '../../../contract/limits'
import type { Place, Portion, Rounds } from '../../turns/rounds'
import type { VolumeOperation } from './volume-operation'

interface Forwarded {
  readonly volumeId: number
  readonly io: VolumeOperation
}

/** What the peer forwards waits here for the peer's turn, as the commands of a connection do. All of it is admitted already. */
export class ForwardedIo {
  readonly #submit: (volumeId: number, io: VolumeOperation) => void
  readonly #place: Place
  #waiting: Forwarded[] = []

  constructor(options: { readonly rounds: Rounds; submit(volumeId: number, io: VolumeOperation): void }) {
    this.#submit = options.submit
    this.#place = options.rounds.join((portion) => this.#serve(portion), LIMITS.peerWeight)
  }

  add(volumeId: number, io: VolumeOperation): void {
    this.#waiting.push({ volumeId, io })
    this.#place.wake()
  }

  /** The session with the peer is over, so nobody waits for these. */
  takeAll(): readonly VolumeOperation[] {
    return this.#waiting.splice(0).map(({ io }) => io)
  }

  #serve(portion: Portion): boolean {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (portion.isSpent) return true
      this.#waiting.shift()
      portion.take(Math.max(LIMITS.commandBytes, next.io.blockCount * BLOCK_BYTES))
      this.#submit(next.volumeId, next.io)
    }
    return false
  }
}
