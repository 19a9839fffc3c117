import type { NexusName } from '../../../contract/reservations'
import {
  encodeTaskManagementResponse,
  TASK_MANAGEMENT_FUNCTION,
  TASK_MANAGEMENT_OUTCOME,
  type TaskManagementRequestPdu,
} from '../codec/pdu/task-management'
import { serialDistance } from '../codec/serial-number'
import { statusSequence, type SessionContext } from './context'
import type { ScsiTasks } from './scsi-tasks'
import { afterAll } from './task'

/**
 * Ends tasks in all sessions of both controllers: those of one logical unit, or all. A reset is told to all initiators. Otherwise each
 * nexus is told whose commands another one has cleared.
 */
export interface TaskEnd {
  readonly unit: number | 'all'
  readonly isReset: boolean
  /** Only tasks of these nexuses. Absent: of all. */
  readonly of?: readonly NexusName[] | undefined
}

/** What task management reaches beyond the tasks of its own session: its numbers, and every session of the controller. */
export interface TaskManagementReach {
  /** The command with this number never arrived and must not be executed any more. False if there can be no such command. */
  countAsReceived(cmdSn: number): boolean
  /** `refused`: too many wait for the peer already, and nothing has ended. */
  endTasks(end: TaskEnd, done: (outcome: 'ended' | 'refused') => void): void
  /**
   * TARGET COLD RESET ends sessions (RFC 7143 §11.5.1): here those of the initiator that asks for it, since nobody knows whether it
   * may end those of others.
   */
  dropOwnSessions(): void
  /** For the security log. */
  noteReset(what: string): void
}

type Scope = 'task' | 'own-tasks-of-unit' | 'tasks-of-unit' | 'unit-reset' | 'target-reset'

const SCOPES: { readonly [code: number]: Scope } = {
  [TASK_MANAGEMENT_FUNCTION.abortTask]: 'task',
  [TASK_MANAGEMENT_FUNCTION.abortTaskSet]: 'own-tasks-of-unit',
  [TASK_MANAGEMENT_FUNCTION.clearTaskSet]: 'tasks-of-unit',
  [TASK_MANAGEMENT_FUNCTION.logicalUnitReset]: 'unit-reset',
  [TASK_MANAGEMENT_FUNCTION.targetWarmReset]: 'target-reset',
  [TASK_MANAGEMENT_FUNCTION.targetColdReset]: 'target-reset',
}

/**
 * Task management (RFC 7143 §11.5, §11.6). The response waits until SCSI has given back every task concerned, so that
 * no write of an aborted command lands after it.
 */
export function manageTasks(
  context: SessionContext,
  request: TaskManagementRequestPdu,
  tasks: ScsiTasks,
  reach: TaskManagementReach,
): void {
  const respond = (response: number): void => {
    const { initiatorTaskTag } = request
    context.outbound.send({ header: encodeTaskManagementResponse({ response, initiatorTaskTag, ...statusSequence(context) }) })
  }
  const scope = SCOPES[request.function]
  if (scope === undefined) {
    respond(
      request.function === TASK_MANAGEMENT_FUNCTION.taskReassign
        ? TASK_MANAGEMENT_OUTCOME.reassignmentNotSupported
        : TASK_MANAGEMENT_OUTCOME.notSupported,
    )
    return
  }
  if (scope === 'task' && tasks.find(request.referencedTaskTag) === undefined) {
    const isYetToArrive = serialDistance(request.refCmdSn, request.cmdSn) < 0 && reach.countAsReceived(request.refCmdSn)
    respond(isYetToArrive ? TASK_MANAGEMENT_OUTCOME.complete : TASK_MANAGEMENT_OUTCOME.noSuchTask)
    return
  }
  if (scope !== 'task' && scope !== 'target-reset' && !context.scsi.hasUnit(request.lun)) {
    respond(TASK_MANAGEMENT_OUTCOME.noSuchLun)
    return
  }
  if (scope === 'task' || scope === 'own-tasks-of-unit') {
    afterAll(
      tasks.abort(({ command }) =>
        scope === 'task' ? command.initiatorTaskTag === request.referencedTaskTag : command.lun === request.lun,
      ),
      () => respond(TASK_MANAGEMENT_OUTCOME.complete),
    )
    return
  }
  if (scope !== 'tasks-of-unit') reach.noteReset(scope === 'unit-reset' ? `a reset of LUN ${request.lun}` : 'a reset of the target')
  const end = { unit: scope === 'target-reset' ? ('all' as const) : request.lun, isReset: scope !== 'tasks-of-unit' }
  reach.endTasks(end, (outcome) => {
    if (outcome === 'refused') {
      respond(TASK_MANAGEMENT_OUTCOME.rejected)
      return
    }
    respond(TASK_MANAGEMENT_OUTCOME.complete)
    if (request.function === TASK_MANAGEMENT_FUNCTION.targetColdReset) reach.dropOwnSessions()
  })
}
