import { present } from '../../../base/assert'
import { failure, ok, type Result } from '../../../base/result'
import type { MovedBy } from '../../../contract/array-state'
import { peerOf, type ControllerId } from '../../../contract/controller-id'
import type { PeerWords } from '../../../contract/interconnect'
import { LIMITS } from '../../../contract/limits'
import type { ServiceError } from '../../../contract/service-request'
import type { TraceId } from '../../../contract/trace'
import type { MidplanePort, TracePort } from '../../ports'
import type { WriteCache } from '../../nvram/write-cache'
import { ownershipOf, withOwner } from '../state/array-changes'
import type { ArrayStore } from '../state/array-store'
import type { Committer } from '../state/committer'
import { criticalOperation } from '../state/operation-changes'
import { PeerCalls } from '../peer/peer-calls'
import type { PeerSession } from '../peer/peer-session'
import type { Standing } from '../peer/standing'
import type { VolumeService } from './volume-service'

type VolumeMove = Extract<PeerWords, { type: 'volume-move' }>
/** Why a volume cannot safely move to that controller now; undefined if it can. */
export type MoveVeto = (move: { readonly volumeId: number; readonly to: ControllerId }) => string | undefined

interface Move {
  readonly volumeId: number
  readonly to: ControllerId
  readonly by?: MovedBy | undefined
  readonly cause: TraceId | undefined
}

type MoveDone = (outcome: Result<undefined, ServiceError>) => void

const PEER_IS_AWAY: ServiceError = {
  code: 'not-possible-now',
  message: 'The other controller is away. Wait until it has joined, then send the request again.',
}

export function isBeingMoved(name: string): ServiceError {
  return { code: 'not-possible-now', message: `Volume "${name}" is being moved. Wait until that is done.` }
}

export function drivesDoNotTake(name: string): ServiceError {
  const message = `The drives do not take the data that NVRAM has for volume "${name}". Make room on the disk or bring drives back first.`
  return { code: 'not-possible-now', message }
}

export interface VolumeMoverParts {
  readonly self: ControllerId
  readonly incarnation: number
  readonly store: ArrayStore
  readonly volumes: VolumeService
  readonly cache: WriteCache
  readonly committer: Committer
  readonly session: PeerSession
  readonly midplane: MidplanePort
  readonly trace: TracePort
  readonly standing: Standing
}

/**
 * Moves volumes between two running controllers without an error at any host. The owner finishes what is under way and holds
 * later I/O, a commit makes the other controller the owner in a new epoch, and the held I/O goes there.
 */
export class VolumeMover {
  readonly #parts: VolumeMoverParts
  readonly #calls: PeerCalls<ServiceError | undefined>
  readonly #vetoes: MoveVeto[]

  constructor(parts: VolumeMoverParts) {
    this.#parts = parts
    const { self, session, cache, store } = parts
    this.#vetoes = [
      () => (session.isSuspected ? `nothing was heard from controller ${peerOf(self).toUpperCase()} just now` : undefined),
      () => (cache.isMirrorInStep ? undefined : 'the mirror of the NVRAM log is not in step yet'),
      ({ volumeId }) => criticalOperation(store.state, volumeId),
    ]
    this.#calls = new PeerCalls({ limit: LIMITS.serviceRequestsUnderWay, incarnation: parts.incarnation })
  }

  /** Adds a reason that can stop a move. */
  addVeto(veto: MoveVeto): void {
    this.#vetoes.push(veto)
  }

  /** Asked before a giveback and before a move by load. A move that the operator requests has no veto. */
  vetoOf(move: Pick<Move, 'volumeId' | 'to'>): string | undefined {
    for (const veto of this.#vetoes) {
      const reason = veto(move)
      if (reason !== undefined) return reason
    }
    return undefined
  }

  /** Does nothing if the volume is already there. */
  move(move: Move, done: MoveDone): void {
    const ownership = ownershipOf(present(this.#parts.store.state, 'array state'), move.volumeId)
    if (ownership === undefined) done(failure({ code: 'not-found', message: 'The volume no longer exists.' }))
    else if (ownership.owner === move.to) done(ok(undefined))
    else if (!this.#parts.standing.peerIsMember) done(failure(PEER_IS_AWAY))
    else if (ownership.owner === this.#parts.self) this.#give(move, done)
    else this.#ask(move, done)
  }

  /**
   * Moves one volume at a time, so that only that volume's hosts wait. Stops at the first that cannot move, but skips a volume
   * that was deleted meanwhile.
   */
  moveAll(move: Omit<Move, 'volumeId'> & { readonly volumeIds: readonly number[] }, done: MoveDone): void {
    const [volumeId, ...rest] = move.volumeIds
    if (volumeId === undefined) {
      done(ok(undefined))
      return
    }
    this.move({ ...move, volumeId }, (outcome) => {
      if (outcome.ok || outcome.error.code === 'not-found') this.moveAll({ ...move, volumeIds: rest }, done)
      else done(outcome)
    })
  }

  asked(words: VolumeMove): void {
    const { callId, volumeId, by, cause } = words
    this.move({ volumeId, to: peerOf(this.#parts.self), by, cause }, (outcome) => {
      if (!this.#parts.session.isEstablished) return
      this.#parts.session.send(outcome.ok ? { type: 'volume-moved', callId } : { type: 'volume-moved', callId, error: outcome.error })
    })
  }

  answered(words: Extract<PeerWords, { type: 'volume-moved' }>): void {
    this.#calls.answer(words.callId, words.error)
  }

  peerLost(): void {
    this.#calls.lose()
  }

  #ask({ volumeId, by, cause }: Move, done: MoveDone): void {
    if (this.#calls.isFull) {
      done(failure({ code: 'busy', message: 'Too many volumes are being moved. Send the request again in a moment.' }))
      return
    }
    const callId = this.#calls.begin((error) => {
      if (error === 'peer-lost') done(failure(PEER_IS_AWAY))
      else done(error === undefined ? ok(undefined) : failure(error))
    })
    this.#parts.session.send({ type: 'volume-move', callId, volumeId, by, cause })
  }

  #give({ volumeId, by, cause }: Move, done: MoveDone): void {
    const volume = present(this.#parts.volumes.volume(volumeId), `volume ${volumeId}`)
    if (volume.isMoving) {
      done(failure(isBeingMoved(volume.name)))
      return
    }
    const to = peerOf(this.#parts.self)
    volume.quiesce((isClean) => {
      if (!isClean) {
        volume.resume()
        done(failure(drivesDoNotTake(volume.name)))
        return
      }
      const { self, trace } = this.#parts
      const quiesced = trace.record({ place: `controller-${self}`, kind: 'volume.quiesced', cause, data: { volumeId } })
      this.#parts.committer.commitOrOverwrite(
        (state) => {
          if (!this.#parts.standing.peerIsMember) return failure(PEER_IS_AWAY)
          if (ownershipOf(state, volumeId)?.owner !== this.#parts.self) return ok(state)
          return ok(withOwner(state, { volumeId, owner: to, by, claimEpoch: (slot) => this.#parts.midplane.claimEpoch(slot) }))
        },
        quiesced,
        (outcome) => {
          volume.resume()
          // If the peer was lost meanwhile, it is being taken over, so it no longer has the volume.
          if (outcome.ok) done(this.#parts.standing.peerIsMember ? ok(undefined) : failure(PEER_IS_AWAY))
          else done(outcome)
        },
      )
    })
  }
}
