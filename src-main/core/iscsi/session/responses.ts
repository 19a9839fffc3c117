import { totalBytes } from '../codec/assemble'
import { encodeDataIn } from '../codec/pdu/data'
import { encodeScsiResponse, NO_RESIDUAL, residualOf, SCSI_SERVICE_RESPONSE, senseSegment, type Residual } from '../codec/pdu/scsi-response'
import type { ScsiResponse } from '../../scsi/device'
import { ChunkCursor } from '../../../base/chunk-cursor'
import { plainSequence, statusSequence, type SessionContext } from './context'
import type { Task } from './task'

const GOOD = 0x00

/**
 * Sends the data and the status of a command. Data goes in segments that the initiator accepts, in sequences of at most
 * MaxBurstLength. GOOD travels with the last of them (RFC 7143 §11.7.2); any other status has its own PDU.
 */
export function sendCompletion(context: SessionContext, task: Task, response: ScsiResponse): void {
  const { command } = task
  const data = response.dataIn ?? []
  const dataBytes = totalBytes(data)
  const sentBytes = command.read ? Math.min(dataBytes, command.expectedDataTransferLength) : 0
  const residual = residualOfTask(task, response, dataBytes)
  const statusRides = response.status === GOOD && sentBytes > 0
  const segments = sentBytes > 0 ? sendData(context, task, { data, dataBytes, sentBytes, residual: statusRides ? residual : undefined }) : 0
  if (statusRides) return
  const header = encodeScsiResponse({
    response: SCSI_SERVICE_RESPONSE.completed,
    status: response.status,
    initiatorTaskTag: command.initiatorTaskTag,
    expDataSn: segments + (task.transfer?.r2tCount ?? 0),
    residual,
    ...statusSequence(context),
  })
  context.outbound.send(response.sense === undefined ? { header } : { header, data: [senseSegment(response.sense)] })
}

function residualOfTask(task: Task, response: ScsiResponse, dataInBytes: number): Residual {
  const { command } = task
  const expectedBytes = command.read || command.write ? command.expectedDataTransferLength : 0
  const outBytes = response.dataOutBytes ?? 0
  // A length of 0 goes with any bits, and whatever the CDB says is too much, whichever way it goes.
  if (!command.write && outBytes > 0) return residualOf(0, outBytes)
  // Nothing was expected the other way.
  if (dataInBytes > 0) return residualOf(command.read ? expectedBytes : 0, dataInBytes)
  if (!command.write) return residualOf(expectedBytes, 0)
  if (response.dataOutBytes !== undefined) return residualOf(expectedBytes, response.dataOutBytes)
  return NO_RESIDUAL
}

interface DataInParts {
  readonly data: readonly Uint8Array[]
  readonly dataBytes: number
  readonly sentBytes: number
  /** With a residual, the last PDU carries GOOD. */
  readonly residual: Residual | undefined
}

/** Returns the number of PDUs sent. */
function sendData(context: SessionContext, task: Task, parts: DataInParts): number {
  const { outbound } = context
  const { initiatorTaskTag } = task.command
  const maxBurstBytes = context.facts.parameters.MaxBurstLength
  const cursor = new ChunkCursor(parts.data)
  let dataSn = 0
  let offset = 0
  let burstEnd = Math.min(maxBurstBytes, parts.sentBytes)
  while (offset < parts.sentBytes) {
    const segmentBytes = Math.min(context.peerMaxRecvBytes, burstEnd - offset)
    const end = offset + segmentBytes
    const withStatus = end === parts.sentBytes && parts.residual !== undefined
    const header = encodeDataIn({
      final: end === burstEnd,
      status: withStatus ? GOOD : undefined,
      residual: parts.residual ?? NO_RESIDUAL,
      initiatorTaskTag,
      dataSn,
      bufferOffset: offset,
      ...(withStatus ? statusSequence(context) : plainSequence(context)),
    })
    outbound.send({ header, data: segmentBytes === parts.dataBytes ? parts.data : cursor.take(segmentBytes), dataBytes: segmentBytes })
    dataSn++
    offset = end
    if (offset === burstEnd) burstEnd = Math.min(burstEnd + maxBurstBytes, parts.sentBytes)
  }
  return dataSn
}
