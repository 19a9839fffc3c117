import { failure, ok, type Result } from '../../../base/result'
import { portalGroupOf, type ControllerId, type PortalGroup } from '../../../contract/controller-id'
import { LIMITS } from '../../../contract/limits'
import { isSameNexus } from '../../../contract/reservations'
import type { SecurityNote } from '../../../contract/security'
import type { ClockPort, ConnectionHandler, ConnectionPort, TracePort } from '../../ports'
import type { Nexus, ScsiTarget } from '../../scsi/device'
import type { Rounds } from '../../turns/rounds'
import { LOGIN_STATUS, type LoginRequestPdu } from '../codec/pdu/login'
import { refuseLogin, type Refusal } from './access'
import { CommandWindow } from './command-window'
import { Connection, type ConnectionOwner } from './connection'
import { Session } from './session'
import type { SessionContext, SessionCounters } from './context'
import type { LoginFacts } from './login'
import { MemoryBudget, MemoryShare } from './memory'
import type { Outbound } from './outbound'
import { afterAll, type Arrival, type Task } from './task'
import type { TaskEnd } from './task-management'

export interface IscsiTargetOptions {
  readonly targetName: string
  readonly alias: string
  /** The controller on which this runs; it may serve both portals. */
  readonly controller: ControllerId
  /** The addresses of all portals, including those that the other controller serves: "127.0.0.1:3260". */
  readonly portalAddresses: () => readonly { readonly address: string; readonly group: PortalGroup }[]
  readonly scsi: ScsiTarget
  readonly peerTasks: PeerTasks
  readonly clock: ClockPort
  readonly trace: TracePort
  readonly rounds: Rounds
  readonly security: SecurityNotes
  /** Names a command in the trace. */
  readonly commandName?: (cdb: Uint8Array) => string
}

/** Who hears of what concerns access. */
export interface SecurityNotes {
  note(note: SecurityNote): void
}

/** The sessions of the other controller. */
export interface PeerTasks {
  /** Whether it can be asked for one more. */
  readonly hasRoom: boolean
  /** Calls `done` when the tasks have ended, or their controller has. */
  end(end: TaskEnd, done: () => void): void
}

/** For snapshots. */
export interface SessionSummary {
  readonly initiatorName: string
  /** 12 hex digits. */
  readonly isid: string
  readonly discovery: boolean
  readonly portal: ControllerId
  readonly remote: string
  readonly counters: Readonly<SessionCounters>
}

const MAX_TSIH = 0xffff

/** The other controller may serve the address in a moment, so the initiator tries again. */
const CLOSING: Refusal = { status: LOGIN_STATUS.serviceUnavailable, reason: 'the address closes' }

type StartedSession = Result<{ readonly tsih: number; readonly session: Session }, Refusal>

/**
 * The iSCSI target of one controller (RFC 7143, ErrorRecoveryLevel 0, one connection for each session). Bytes 4 and 5
 * of an initiator's ISID are the qualifier that names its commands in the trace, with the task tag (ioRequestName).
 */
export class IscsiTarget {
  readonly #options: IscsiTargetOptions
  readonly #owner: ConnectionOwner
  /** All connections, in the order of their arrival. */
  readonly #connections = new Set<Connection>()
  /** Those with a session, by TSIH. */
  readonly #byTsih = new Map<number, Connection>()
  readonly #memory = new MemoryBudget({
    controllerBytes: LIMITS.controllerBufferBytes,
    sessionBytes: LIMITS.sessionBufferBytes,
    assuredBytes: LIMITS.sessionAssuredBytes,
  })
  readonly #quiesced = new Set<ControllerId>()
  /** What SCSI still has of sessions that have ended. It may still write. */
  readonly #leftBehind = new Map<Task, Nexus>()
  #lastTsih = 0
  #lastNexusId = 0

  constructor(options: IscsiTargetOptions) {
    this.#options = options
    const { targetName, alias, clock, trace, rounds, security } = options
    this.#owner = {
      targetName,
      alias,
      clock,
      trace,
      rounds,
      note: (note) => security.note(note),
      statusOfTsih: (request, portal) => this.#statusOfTsih(request, portal),
      parametersOf: (tsih) => this.#byTsih.get(tsih)?.session?.context.facts.parameters,
      startSession: (connection, facts, outbound) => this.#startSession(connection, facts, outbound),
      ended: (connection, reason) => this.#ended(connection, reason),
    }
  }

  /** Takes a connection to the portal of `portal`. */
  accept(port: ConnectionPort, portal: ControllerId): ConnectionHandler {
    const connection = new Connection({ port, portal, owner: this.#owner })
    this.#connections.add(connection)
    this.#boundLogins(portal)
    return connection
  }

  /** Whoever connects may log in: the oldest connection gives way that has said nothing, or else the oldest that has not logged in. */
  #boundLogins(portal: ControllerId): void {
    const waiting = [...this.#connections].filter((one) => one.portal === portal && one.session === undefined)
    if (waiting.length <= LIMITS.loginsUnderWay) return
    waiting.pop()
    const oldest = waiting.find(({ hasBegunLogin }) => !hasBegunLogin) ?? waiting[0]
    oldest?.end('gave way to a newer connection')
  }

  /** Sessions in the full feature phase, the oldest first. */
  sessions(): readonly SessionSummary[] {
    return [...this.#byTsih.values()].flatMap(({ session, remote, portal }) => {
      if (session === undefined) return []
      const { facts, counters } = session.context
      return [
        { initiatorName: facts.initiatorName, isid: facts.isid, discovery: facts.discovery, portal, remote, counters: { ...counters } },
      ]
    })
  }

  /** Asks the initiators that use a portal to log out, so that they come back by another. */
  requestLogout(options: { readonly portal: ControllerId; readonly withinSeconds: number }): void {
    for (const { portal, session } of this.#byTsih.values()) {
      if (portal === options.portal) session?.requestLogout(options.withinSeconds)
    }
  }

  /**
   * Begins no more commands from a portal, and lets nobody log in there. Calls `done` when those under way are answered; then close
   * its connections and `resume`.
   */
  quiesce(of: ControllerId, done: () => void): void {
    this.#quiesced.add(of)
    const underWay = [...this.#byTsih.values()].flatMap(({ portal, session }) => (portal === of ? (session?.quiesce() ?? []) : []))
    afterAll(underWay, done)
  }

  resume(of: ControllerId): void {
    this.#quiesced.delete(of)
  }

  /**
   * In all sessions of this controller, and what is left of those that have ended. Calls `done` when SCSI has given back every one of
   * the tasks. `by`: the nexus that asked, if it is at this controller. The others are told that their commands were cleared, because
   * their tasks end without a status.
   */
  endOwnTasks({ unit, isReset, of }: TaskEnd, done: () => void, by?: Nexus): void {
    const { scsi } = this.#options
    const cleared = new Map<Nexus, Set<number>>()
    const left = [...this.#leftBehind].flatMap(([task, nexus]) => {
      const isOfThem = of?.some((one) => isSameNexus(one, nexus)) !== false
      return isOfThem && (unit === 'all' || task.command.lun === unit) ? [task] : []
    })
    const ending = [...this.#byTsih.values()].flatMap(({ session }) => {
      if (session === undefined) return []
      const luns = new Set<number>()
      const { nexus } = session.context
      if (of?.some((one) => isSameNexus(one, nexus)) === false) return []
      if (nexus.id !== by?.id) cleared.set(nexus, luns)
      return session.abort(({ command, isAborted }) => {
        if (unit !== 'all' && command.lun !== unit) return false
        if (!isAborted) luns.add(command.lun)
        return true
      })
    })
    afterAll([...ending, ...left], () => {
      if (isReset) scsi.reset(unit)
      else for (const [nexus, luns] of cleared) for (const lun of luns) scsi.commandsCleared(nexus, lun)
      done()
    })
  }

  /** Ends every connection. */
  closeAll(): void {
    for (const connection of [...this.#connections]) connection.end('the target closes')
  }

  /**
   * A login that names a session can only replace its connection (RFC 7143 §6.3.4), since a session has no more than one. The
   * name of the initiator is checked when it is known.
   */
  #statusOfTsih({ tsih, isid, connectionId }: LoginRequestPdu, portal: ControllerId): number | undefined {
    if (tsih === 0) return undefined
    const standing = this.#byTsih.get(tsih)
    const facts = standing?.session?.context.facts
    if (standing?.portal !== portal || facts?.isid !== isid) return LOGIN_STATUS.sessionDoesNotExist
    return facts.connectionId === connectionId ? undefined : LOGIN_STATUS.tooManyConnections
  }

  #startSession(connection: Connection, facts: LoginFacts, outbound: Outbound): StartedSession {
    if (this.#quiesced.has(connection.portal)) return failure(CLOSING)
    if (facts.tsih !== 0) return this.#replaceConnection(connection, facts, outbound)
    const reinstated = this.#reinstatedBy(connection, facts)
    const refusal = refuseLogin(facts, reinstated[0])
    if (refusal !== undefined) return failure(refusal)
    for (const other of reinstated) this.#replace(other, connection, 'reinstated')
    const { portal } = connection
    const count = [...this.#byTsih.values()].filter((other) => other.portal === portal).length
    if (count >= LIMITS.sessions) return failure({ status: LOGIN_STATUS.outOfResources, reason: 'there are too many sessions' })
    this.#lastNexusId++
    const nexus = { id: this.#lastNexusId, initiatorPort: `${facts.initiatorName},i,0x${facts.isid}`, portalGroup: portalGroupOf(portal) }
    const window = new CommandWindow<Arrival>({ firstCmdSn: facts.firstCmdSn, size: LIMITS.commandWindow })
    const counters = { commands: 0, readBytes: 0, writtenBytes: 0, rejects: 0 }
    const session = this.#openSession(connection, { facts, outbound, nexus, window, counters })
    const tsih = this.#freeTsih()
    this.#byTsih.set(tsih, connection)
    if (!facts.discovery) this.#options.scsi.nexusGained(nexus)
    return ok({ tsih, session })
  }

  /**
   * Connection reinstatement (RFC 7143 §6.3.4): the old connection is logged out with all its tasks. The session goes on, with
   * its nexus and its numbers of commands.
   */
  #replaceConnection(connection: Connection, facts: LoginFacts, outbound: Outbound): StartedSession {
    const { tsih } = facts
    const old = this.#byTsih.get(tsih)
    const context = old?.session?.context
    if (old === undefined || context?.facts.initiatorName !== facts.initiatorName || context.facts.discovery !== facts.discovery)
      return failure({ status: LOGIN_STATUS.sessionDoesNotExist, reason: 'no session of this initiator has the TSIH' })
    const refusal = refuseLogin(facts, old)
    if (refusal !== undefined) return failure(refusal)
    const { nexus, window, counters } = context
    this.#byTsih.set(tsih, connection)
    this.#replace(old, connection, 'connection reinstated')
    window.dropHeld()
    return ok({ tsih, session: this.#openSession(connection, { facts, outbound, nexus, window, counters }) })
  }

  #openSession(connection: Connection, parts: Pick<SessionContext, 'facts' | 'outbound' | 'nexus' | 'window' | 'counters'>): Session {
    const { controller, scsi, trace, commandName } = this.#options
    const { peerMaxRecvBytes } = parts.facts
    const memory = new MemoryShare(this.#memory, parts.outbound)
    parts.outbound.memory = memory
    return new Session(
      {
        ...parts,
        memory,
        pace: connection.pace,
        portal: connection.portal,
        controller,
        scsi,
        trace,
        commandName,
        peerMaxRecvBytes,
      },
      {
        targetName: this.#options.targetName,
        targetAddresses: () => this.#options.portalAddresses().map(({ address, group }) => `${address},${group}`),
        loggedOut: () => connection.end('logout'),
        endTasks: (end, done) => this.#endTasks(end, parts.nexus, done),
        dropOwnSessions: () => this.#endOf(parts.facts.initiatorName, 'target reset'),
        noteReset: (what) => this.#noteReset(connection, parts.facts, what),
      },
    )
  }

  /** The same initiator port logs in again at the same portal group, so its old session is over (RFC 7143 §6.3.5). */
  #reinstatedBy(connection: Connection, facts: LoginFacts): readonly Connection[] {
    return [...this.#byTsih.values()].filter((other) => {
      const old = other.session?.context.facts
      const isSame = old?.isid === facts.isid && old.initiatorName === facts.initiatorName && other.portal === connection.portal
      return isSame && old.discovery === facts.discovery
    })
  }

  #replace(old: Connection, connection: Connection, reason: string): void {
    const who = old.session?.context.facts.initiatorName ?? ''
    const text = `A login from ${connection.remote} as ${who} took the place of the one from ${old.remote}.`
    this.#options.security.note({ kind: 'session-replaced', who, remote: connection.remote, text })
    old.end(reason)
  }

  /** The name is all that is known of who is who. */
  #endOf(initiatorName: string, reason: string): void {
    for (const other of [...this.#byTsih.values()]) if (other.session?.context.facts.initiatorName === initiatorName) other.end(reason)
  }

  #noteReset({ remote }: Connection, { initiatorName: who }: LoginFacts, what: string): void {
    this.#options.security.note({ kind: 'reset', who, remote, text: `${who} from ${remote} asked for ${what}.` })
  }

  #freeTsih(): number {
    do this.#lastTsih = this.#lastTsih === MAX_TSIH ? 1 : this.#lastTsih + 1
    while (this.#byTsih.has(this.#lastTsih))
    return this.#lastTsih
  }

  #endTasks(end: TaskEnd, by: Nexus, done: (outcome: 'ended' | 'refused') => void): void {
    if (!this.#options.peerTasks.hasRoom) {
      done('refused')
      return
    }
    this.endTasksOf(end, by, () => {
      if (end.isReset) this.#options.scsi.releaseReserved(end.unit, () => done('ended'))
      else done('ended')
    })
  }

  /** At both controllers, whatever else waits for the peer. */
  endTasksOf(end: TaskEnd, by: Nexus, done: () => void): void {
    let left = 2
    const endedAtOne = (): void => {
      left--
      if (left === 0) done()
    }
    this.endOwnTasks(end, endedAtOne, by)
    this.#options.peerTasks.end(end, endedAtOne)
  }

  #ended(connection: Connection, reason: string): void {
    this.#connections.delete(connection)
    const { session } = connection
    if (session === undefined) return
    const { facts, nexus } = session.context
    for (const task of session.abort(() => true)) {
      this.#leftBehind.set(task, nexus)
      task.whenEnded(() => this.#leftBehind.delete(task))
    }
    const standing = [...this.#byTsih].find(([, other]) => other === connection)
    // Otherwise another connection has taken the session over.
    if (standing !== undefined) {
      this.#byTsih.delete(standing[0])
      if (!facts.discovery) this.#options.scsi.nexusLost(nexus, this.#quiesced.has(connection.portal))
    }
    const data = { initiator: facts.initiatorName, isid: facts.isid, discovery: facts.discovery, reason, remote: connection.remote }
    this.#options.trace.record({ place: `portal-${connection.portal}`, kind: 'portal.logout', data })
  }
}
