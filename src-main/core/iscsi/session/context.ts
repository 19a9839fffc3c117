import type { ControllerId } from '../../../contract/controller-id'
import type { TracePort } from '../../ports'
import type { Nexus, ScsiTarget } from '../../scsi/device'
import type { TargetSequence } from '../codec/layout'
import { encodeReject } from '../codec/pdu/reject'
import type { CommandWindow } from './command-window'
import type { Pace } from './intake'
import type { LoginFacts } from './login'
import type { MemoryShare } from './memory'
import type { Outbound } from './outbound'
import type { Arrival } from './task'

export interface SessionCounters {
  commands: number
  readBytes: number
  writtenBytes: number
  rejects: number
}

/** What the parts of one session share. */
export interface SessionContext {
  readonly facts: LoginFacts
  readonly nexus: Nexus
  /** The portal that the initiator used, and the controller that serves it. */
  readonly portal: ControllerId
  readonly controller: ControllerId
  readonly scsi: ScsiTarget
  readonly trace: TracePort
  readonly outbound: Outbound
  readonly window: CommandWindow<Arrival>
  readonly memory: MemoryShare
  readonly pace: Pace
  readonly counters: SessionCounters
  /** Names opcodes in the trace. */
  readonly commandName: ((cdb: Uint8Array) => string) | undefined
  /** The most that the initiator accepts in one data segment, in bytes; it may declare this again. */
  peerMaxRecvBytes: number
}

/** For a PDU that carries a status. */
export function statusSequence(context: SessionContext): TargetSequence {
  return { statSn: context.outbound.takeStatSn(), expCmdSn: context.window.expCmdSn, maxCmdSn: context.window.maxCmdSn }
}

/** For a PDU that carries none. */
export function plainSequence(context: SessionContext): TargetSequence {
  return { statSn: context.outbound.statSn, expCmdSn: context.window.expCmdSn, maxCmdSn: context.window.maxCmdSn }
}

/** Refuses one PDU (RFC 7143 §11.17) and says so in the trace, as far as that has room for what initiators do. */
export function rejectPdu(context: SessionContext, rejected: Uint8Array, reason: number): void {
  context.counters.rejects++
  context.outbound.send({ header: encodeReject({ reason, dataSn: 0, ...statusSequence(context) }), data: [rejected.slice()] })
  if (!context.trace.admit()) return
  context.trace.record({
    place: `portal-${context.portal}`,
    kind: 'portal.rejected',
    to: 'host',
    data: { initiator: context.facts.initiatorName, opcode: rejected[0]! & 0x3f, reason },
  })
}
