import { NO_DATA } from '../codec/assemble'
import type { Pdu } from '../codec/framer'
import { cmdSnOf, INITIATOR_OPCODE, isImmediate, opcodeOf, RESERVED_TAG } from '../codec/layout'
import { ASYNC_EVENT, encodeAsyncMessage } from '../codec/pdu/async-message'
import { decodeLogoutRequest, encodeLogoutResponse, LOGOUT_OUTCOME, LOGOUT_REASON } from '../codec/pdu/logout'
import { decodeNopOut, encodeNopIn } from '../codec/pdu/nop'
import { REJECT_REASON } from '../codec/pdu/reject'
import { decodeTaskManagementRequest } from '../codec/pdu/task-management'
import { decodeTextRequest, encodeTextResponse } from '../codec/pdu/text'
import { ChunkCursor } from '../../../base/chunk-cursor'
import { plainSequence, rejectPdu, statusSequence, type SessionContext } from './context'
import { ScsiTasks } from './scsi-tasks'
import type { Arrival, Task } from './task'
import { manageTasks, type TaskManagementReach } from './task-management'
import { TextExchange } from './text-exchange'

export interface SessionReach extends Omit<TaskManagementReach, 'countAsReceived'> {
  readonly targetName: string
  targetAddresses(): readonly string[]
  /** The initiator logged out, so the connection must be closed. */
  loggedOut(): void
}

type Handler = (pdu: Pdu, task: Task | undefined) => void

/** The full feature phase of one session on its one connection (RFC 7143 §4.2, §11). */
export class Session {
  readonly context: SessionContext
  readonly #reach: SessionReach
  readonly #tasks: ScsiTasks
  readonly #text: TextExchange
  #pingTag = 0
  #isOver = false
  /** Data of PDUs that came before their turn, other than SCSI commands. */
  #earlyBytes = 0

  /** PDUs that are numbered by CmdSN. */
  readonly #commands: { readonly [opcode: number]: Handler } = {
    [INITIATOR_OPCODE.nopOut]: (pdu) => this.#nopOut(pdu),
    [INITIATOR_OPCODE.scsiCommand]: (_, task) => {
      if (task !== undefined) this.#tasks.deliver(task)
    },
    [INITIATOR_OPCODE.taskManagementRequest]: (pdu) => this.#taskManagement(pdu),
    [INITIATOR_OPCODE.textRequest]: (pdu) => this.#textRequest(pdu),
    [INITIATOR_OPCODE.logoutRequest]: (pdu) => this.#logout(pdu),
  }

  constructor(context: SessionContext, reach: SessionReach) {
    this.context = context
    this.#reach = reach
    this.#tasks = new ScsiTasks(context)
    this.#text = new TextExchange({
      discovery: context.facts.discovery,
      targetName: reach.targetName,
      targetAddresses: () => reach.targetAddresses(),
      maxRecvChanged: (bytes) => {
        context.peerMaxRecvBytes = bytes
      },
    })
  }

  receive(pdu: Pdu): void {
    const opcode = opcodeOf(pdu.header)
    if (opcode === INITIATOR_OPCODE.dataOut) this.#tasks.dataOut(pdu)
    else if (this.#commands[opcode] !== undefined) this.#order(pdu, opcode)
    else this.#refuse(pdu, opcode)
  }

  /** Begins commands that wait, while they may. True: more could begin. */
  beginWaiting(): boolean {
    return this.#tasks.beginWaiting()
  }

  /** Asks whether the initiator is alive (RFC 7143 §11.19). */
  ping(): void {
    this.#pingTag = (this.#pingTag + 1) & 0x7fff_ffff
    const tags = { lun: 0, initiatorTaskTag: RESERVED_TAG, targetTransferTag: this.#pingTag }
    this.context.outbound.send({ header: encodeNopIn({ ...tags, ...plainSequence(this.context) }) })
  }

  /** Asks the initiator to log out within so many seconds (RFC 7143 §11.9.1, event 1). */
  requestLogout(withinSeconds: number): void {
    const parameters = { lun: 0, event: ASYNC_EVENT.logoutRequested, parameter1: 0, parameter2: 0, parameter3: withinSeconds }
    this.context.outbound.send({ header: encodeAsyncMessage({ ...parameters, ...statusSequence(this.context) }) })
  }

  abort(matches: (task: Task) => boolean): readonly Task[] {
    return this.#tasks.abort(matches)
  }

  /** Begins no more commands. Returns those under way. */
  quiesce(): readonly Task[] {
    return this.#tasks.quiesce()
  }

  /** Ends all tasks without a response. Nothing more is received or sent. */
  end(): void {
    this.#isOver = true
    this.#tasks.abort(() => true)
    this.#releaseEarly({ dataBytes: this.#earlyBytes })
  }

  #order(pdu: Pdu, opcode: number): void {
    const { window } = this.context
    if (isImmediate(pdu.header)) {
      this.#deliver({ pdu, task: this.#open(pdu, opcode) })
      return
    }
    const cmdSn = cmdSnOf(pdu.header)
    const place = window.place(cmdSn)
    if (place === 'outside') return
    if (place === 'early') {
      this.#holdEarly(cmdSn, pdu, opcode)
      return
    }
    window.advance()
    this.#deliverAll({ pdu, task: this.#open(pdu, opcode) })
  }

  /**
   * A command that is aborted before it arrived counts as received (RFC 7143 §11.6.1), so that it is not executed when it comes.
   * False for a number that no such command can have.
   */
  #countAsReceived(cmdSn: number): boolean {
    const { window } = this.context
    if (!window.contains(cmdSn)) return false
    const place = window.place(cmdSn)
    const nothing = { pdu: undefined, task: undefined }
    if (place === 'early') window.hold(cmdSn, nothing)
    else if (place === 'next') {
      window.advance()
      this.#deliverAll(nothing)
    }
    return true
  }

  /** What has arrived in its turn, and what waited for it. */
  #deliverAll(first: Arrival): void {
    for (let next: Arrival | undefined = first; next !== undefined; next = this.#takeEarly()) this.#deliverOrdered(next)
  }

  #takeEarly(): Arrival | undefined {
    const early = this.#isOver ? undefined : this.context.window.takeHeld()
    if (early?.pdu !== undefined) this.#releaseEarly(early.pdu)
    return early
  }

  #holdEarly(cmdSn: number, pdu: Pdu, opcode: number): void {
    // The data of a SCSI command is held by its task.
    const kept = opcode === INITIATOR_OPCODE.scsiCommand ? { ...pdu, data: NO_DATA, dataBytes: 0 } : pdu
    // A PDU that there is no room for counts as not received.
    if (!this.context.memory.hold(kept.dataBytes)) return
    this.#earlyBytes += kept.dataBytes
    this.context.window.hold(cmdSn, { pdu: kept, task: this.#open(pdu, opcode) })
  }

  #releaseEarly({ dataBytes }: Pick<Pdu, 'dataBytes'>): void {
    this.context.memory.release(dataBytes)
    this.#earlyBytes -= dataBytes
  }

  #open(pdu: Pdu, opcode: number): Task | undefined {
    if (opcode !== INITIATOR_OPCODE.scsiCommand) return undefined
    if (!this.context.facts.discovery) return this.#tasks.open(pdu)
    rejectPdu(this.context, pdu.header, REJECT_REASON.commandNotSupported)
    return undefined
  }

  /** A task retires itself when it ends; everything else is done at once. */
  #deliverOrdered(arrival: Arrival): void {
    if (arrival.task === undefined) this.context.window.retire()
    this.#deliver(arrival)
  }

  #deliver({ pdu, task }: Arrival): void {
    if (pdu !== undefined) this.#commands[opcodeOf(pdu.header)]?.(pdu, task)
  }

  #nopOut(pdu: Pdu): void {
    const request = decodeNopOut(pdu.header)
    // The answer to our ping: only its arrival matters.
    if (request.initiatorTaskTag === RESERVED_TAG) return
    const echo = new ChunkCursor(pdu.data).take(Math.min(pdu.dataBytes, this.context.peerMaxRecvBytes))
    const { lun, initiatorTaskTag } = request
    const header = encodeNopIn({ lun, initiatorTaskTag, targetTransferTag: RESERVED_TAG, ...statusSequence(this.context) })
    this.context.outbound.send({ header, data: echo })
  }

  #taskManagement(pdu: Pdu): void {
    if (this.context.facts.discovery) rejectPdu(this.context, pdu.header, REJECT_REASON.commandNotSupported)
    else {
      const { endTasks, dropOwnSessions, noteReset } = this.#reach
      manageTasks(this.context, decodeTaskManagementRequest(pdu.header), this.#tasks, {
        endTasks,
        dropOwnSessions,
        noteReset,
        countAsReceived: (cmdSn) => this.#countAsReceived(cmdSn),
      })
    }
  }

  #textRequest(pdu: Pdu): void {
    const request = decodeTextRequest(pdu.header)
    const reply = this.#text.request(request, pdu.data, this.context.peerMaxRecvBytes)
    if (!reply.ok) {
      rejectPdu(this.context, pdu.header, reply.error)
      return
    }
    const { text, ...flags } = reply.value
    const header = encodeTextResponse({ ...flags, initiatorTaskTag: request.initiatorTaskTag, ...statusSequence(this.context) })
    this.context.outbound.send({ header, data: [text], dataBytes: text.length })
  }

  #logout(pdu: Pdu): void {
    const request = decodeLogoutRequest(pdu.header)
    const isOwnConnection = request.connectionId === this.context.facts.connectionId
    const response =
      request.reason === LOGOUT_REASON.closeSession || (request.reason === LOGOUT_REASON.closeConnection && isOwnConnection)
        ? LOGOUT_OUTCOME.closed
        : request.reason === LOGOUT_REASON.closeConnection
          ? LOGOUT_OUTCOME.connectionNotFound
          : LOGOUT_OUTCOME.recoveryNotSupported
    if (response === LOGOUT_OUTCOME.closed) this.#tasks.abort(() => true)
    const { initiatorTaskTag } = request
    const { DefaultTime2Wait: time2Wait, DefaultTime2Retain: time2Retain } = this.context.facts.parameters
    this.context.outbound.send({
      header: encodeLogoutResponse({ response, initiatorTaskTag, time2Wait, time2Retain, ...statusSequence(this.context) }),
    })
    if (response === LOGOUT_OUTCOME.closed) this.#reach.loggedOut()
  }

  #refuse(pdu: Pdu, opcode: number): void {
    const reason =
      opcode === INITIATOR_OPCODE.snackRequest
        ? REJECT_REASON.snack
        : opcode === INITIATOR_OPCODE.loginRequest
          ? REJECT_REASON.protocolError
          : REJECT_REASON.commandNotSupported
    rejectPdu(this.context, pdu.header, reason)
  }
}
