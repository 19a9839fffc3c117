import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import { LIMITS } from '../../../contract/limits'
import type { TraceData } from '../../../contract/trace'
import type { TracePort, TraceTag } from '../../ports'
import { PeerCalls } from '../peer/peer-calls'
import type { PeerSession } from '../peer/peer-session'
import { changesBlocks, type IoCounters, type OperationOutcome, type VolumeOperation } from './volume-operation'

type IoForward = Extract<PeerWords, { type: 'io-forward' }>
type IoReturn = Extract<PeerWords, { type: 'io-return' }>

export interface IoForwarderParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly trace: TracePort
  readonly session: PeerSession
  readonly counters: IoCounters
}

/** I/O on its way between the controllers: from here to the owner of a volume, and the answers in both directions. */
export class IoForwarder {
  readonly #parts: IoForwarderParts
  /** Never full: only admitted operations are forwarded, and `LIMITS.volumeOperations` is not above this limit. */
  readonly #calls: PeerCalls<IoReturn>

  constructor(parts: IoForwarderParts) {
    this.#parts = parts
    this.#calls = new PeerCalls({ limit: LIMITS.forwardedOperations, incarnation: parts.incarnation })
  }

  forward(volumeId: number, io: VolumeOperation, done: (outcome: OperationOutcome | 'peer-lost') => void): void {
    const { session, counters } = this.#parts
    const trace = this.#record('io.forwarded', io.trace, { volumeId, operation: changesBlocks(io) ? 'write' : io.operation })
    const callId = this.#calls.begin((answer) => {
      if (answer === 'peer-lost') {
        done('peer-lost')
        return
      }
      counters.forwarded++
      done(answer.outcome === 'good' ? { ok: true, value: answer.data } : { ok: false, fault: answer.outcome })
    })
    const { operation, firstBlock, blockCount, forceUnitAccess, data, task } = io
    const { request, cause } = trace ?? {}
    // Spelled out instead of spread, because every forwarded write passes here.
    const words: IoForward = {
      type: 'io-forward',
      callId,
      volumeId,
      operation,
      firstBlock,
      blockCount,
      forceUnitAccess,
      data,
      request,
      cause,
    }
    // By the time a cut of the link ends, the host may have sent a newer write by the other path.
    session.send(words, task === undefined ? undefined : () => (task.isAborted ? { type: 'io-withdrawn', callId } : words))
  }

  returned(words: IoReturn): void {
    this.#calls.answer(words.callId, words)
  }

  /** Answers what the peer forwarded. */
  answer(callId: number, outcome: OperationOutcome, trace: TraceTag | undefined): void {
    const { session } = this.#parts
    // If the session that brought this call is over, nobody waits for its answer.
    if (!session.isEstablished) return
    const tag = this.#record('io.returned', trace, { outcome: outcome.ok ? 'good' : outcome.fault })
    const data = outcome.ok ? outcome.value : []
    session.send({ type: 'io-return', callId, outcome: outcome.ok ? 'good' : outcome.fault, data, cause: tag?.cause })
  }

  /** The peer withdraws an operation that was aborted before it arrived, and waits only for an answer. */
  withdrawn({ callId }: { readonly callId: number }): void {
    this.answer(callId, { ok: false, fault: 'transitioning' }, undefined)
  }

  peerLost(): void {
    this.#calls.lose()
  }

  #record(kind: 'io.forwarded' | 'io.returned', tag: TraceTag | undefined, data: TraceData): TraceTag | undefined {
    if (tag === undefined) return undefined
    const { self, trace } = this.#parts
    const cause = trace.record({ ...tag, kind, place: `controller-${self}`, to: `controller-${peerOf(self)}`, data })
    return { request: tag.request, cause }
  }
}
