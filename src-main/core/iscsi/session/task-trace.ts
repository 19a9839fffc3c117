import { ioRequestName } from '../../../contract/trace'
import type { TraceTag } from '../../ports'
import type { ScsiCommandPdu } from '../codec/pdu/scsi-command'
import type { SessionContext } from './context'
import type { Task } from './task'

/** `qualifier` and the task tag name the command. Undefined if it is not drawn for tracing. */
export function traceArrival(context: SessionContext, qualifier: number, command: ScsiCommandPdu): TraceTag | undefined {
  const { trace, portal, controller, commandName } = context
  if (!trace.admit()) return undefined
  const request = ioRequestName(qualifier, command.initiatorTaskTag)
  const name = commandName === undefined ? {} : { name: commandName(command.cdb) }
  const data = { lun: command.lun, opcode: command.cdb[0]!, ...name }
  return {
    request,
    cause: trace.record({ place: `portal-${portal}`, kind: 'portal.command', to: `controller-${controller}`, request, data }),
  }
}

export function traceEnd(
  { trace, portal }: SessionContext,
  task: Task,
  data: { readonly status: number } | { readonly aborted: true },
): void {
  if (task.trace === undefined) return
  const { request, cause } = task.trace
  const to = 'status' in data ? 'host' : undefined
  trace.record({ place: `portal-${portal}`, kind: 'portal.response', to, request, cause, data: { ...data } })
}
