import type { PeerWords } from '../../contract/interconnect'
import { LIMITS } from '../../contract/limits'
import { PeerCalls } from '../controller/peer/peer-calls'
import type { PeerSession } from '../controller/peer/peer-session'
import type { Standing } from '../controller/peer/standing'
import type { PeerTasks } from '../iscsi/session/target'
import type { TaskEnd } from '../iscsi/session/task-management'

export interface TasksAtPeerParts {
  readonly incarnation: number
  readonly session: PeerSession
  readonly standing: Standing
}

/** Task management on its way to the sessions of the other controller. */
export class TasksAtPeer implements PeerTasks {
  readonly #parts: TasksAtPeerParts
  readonly #calls: PeerCalls<'ended'>
  /** PREEMPT AND ABORT has done what it cannot undo, so it waits. As many as commands are under way. */
  readonly #waiting: (() => void)[] = []

  constructor(parts: TasksAtPeerParts) {
    this.#parts = parts
    this.#calls = new PeerCalls({ limit: LIMITS.taskEndsAtPeer, incarnation: parts.incarnation })
  }

  get hasRoom(): boolean {
    return !this.#calls.isFull
  }

  /** A peer that is no member of the pair serves no sessions, and one that is lost has ended with its own. */
  end(end: TaskEnd, done: () => void): void {
    if (!this.#parts.standing.mayForward) done()
    else if (this.#calls.isFull) this.#waiting.push(() => this.end(end, done))
    else {
      const { unit, isReset, of } = end
      const callId = this.#calls.begin(() => done())
      this.#parts.session.send({ type: 'tasks-end', callId, unit, isReset, of })
    }
  }

  ended({ callId }: Extract<PeerWords, { type: 'tasks-ended' }>): void {
    this.#calls.answer(callId, 'ended')
    this.#waiting.shift()?.()
  }

  /** Tells the peer that the tasks here have ended. */
  tell(callId: number): void {
    const { session } = this.#parts
    // If the session that brought the call is over, nobody waits.
    if (session.isEstablished) session.send({ type: 'tasks-ended', callId })
  }

  peerLost(): void {
    this.#calls.lose()
    for (const again of this.#waiting.splice(0)) again()
  }
}
