/** A recording with traffic in it: a login, a write in three PDUs, its answer, a service request, and what else the ports saw. */
import { concatBytes, putU16, putU32 } from '../../src-main/base/bytes'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { LIMITS } from '../../src-main/contract/limits'
import type { FlightPiece } from '../../src-main/contract/recording'
import { assemblePdu, NO_DIGESTS } from '../../src-main/core/iscsi/codec/assemble'
import {
  COMMON,
  FLAG,
  INITIATOR_OPCODE,
  newHeader,
  READY_TO_TRANSFER,
  SCSI_COMMAND,
  TARGET_OPCODE,
} from '../../src-main/core/iscsi/codec/layout'
import { tapConnection } from '../../src-main/platform/flight/connection-tap'
import { FlightLog, wireStream } from '../../src-main/platform/flight/flight-log'
import { createFlightRing, FlightRingReader } from '../../src-main/platform/flight/flight-ring'
import type { ShownRun } from '../../src-main/player/player'
import { event, frame, recordingOf } from './exported-run'
import { flightTurns } from './flight'

export const WRITTEN_BYTES = 100_000
export const TASK_TAG = 0xabcd_0123

function pdu(opcode: number, options: { readonly taskTag?: number; readonly data?: Uint8Array; readonly flags?: number } = {}): Uint8Array {
  const { taskTag = TASK_TAG, data = new Uint8Array(0), flags = 0x80 } = options
  const header = newHeader(opcode, flags)
  putU32(header, COMMON.initiatorTaskTag, taskTag)
  const out: Uint8Array[] = []
  assemblePdu({ header, data: [data] }, NO_DIGESTS, out)
  return concatBytes(out)
}

function writeCommand(): Uint8Array {
  const command = pdu(INITIATOR_OPCODE.scsiCommand, { flags: 0xa1 })
  command[COMMON.lun + 1] = 2
  putU32(command, SCSI_COMMAND.expectedDataTransferLength, WRITTEN_BYTES)
  command[SCSI_COMMAND.cdb] = 0x2a
  putU32(command, SCSI_COMMAND.cdb + 2, 4096)
  putU16(command, SCSI_COMMAND.cdb + 7, 195)
  return command
}

function readyToTransfer(): Uint8Array {
  const request = pdu(TARGET_OPCODE.readyToTransfer)
  putU32(request, READY_TO_TRANSFER.desiredLength, WRITTEN_BYTES)
  return request
}

/** The piece of a controller, with what `fill` writes into its log. `nowMs`: its clock. */
export function flightPiece(controller: 'a' | 'b', nowMs: () => number, fill: (log: FlightLog, endTurn: () => void) => void): FlightPiece {
  const memory = createFlightRing(256)
  const { turns, endTurn } = flightTurns(nowMs)
  fill(new FlightLog(memory, turns), endTurn)
  endTurn()
  const { bytes } = new FlightRingReader(memory).take(LIMITS.flightLineRecords, Number.POSITIVE_INFINITY)
  return { controller, missing: 0, records: Buffer.from(bytes).toString('base64') }
}

export function recordedTraffic(picture: LabSnapshot): ShownRun {
  let nowMs = 1100
  const a = flightPiece(
    'a',
    () => (nowMs += 1.000_001),
    (log, endTurn) => {
      const ends = { localAddress: '127.0.0.1', localPort: 3260, remoteAddress: '127.0.0.1', remotePort: 50_412 }
      const tap = tapConnection(log, 'portal-a', ends)
      tap.received(pdu(INITIATOR_OPCODE.loginRequest | FLAG.immediate, { taskTag: 1, data: new Uint8Array(200), flags: 0x87 }))
      endTurn()
      tap.sent([pdu(TARGET_OPCODE.loginResponse, { taskTag: 1, data: new Uint8Array(30), flags: 0x87 })])
      endTurn()
      tap.received(writeCommand())
      endTurn()
      tap.sent([readyToTransfer()])
      endTurn()
      tap.received(pdu(INITIATOR_OPCODE.dataOut, { data: new Uint8Array(WRITTEN_BYTES).fill(7) }))
      endTurn()
      log.drive('write', {
        ...{ drive: 3, block: 77, outcome: 'good', startedAtMs: log.now(), byteCount: 4096, hash: 0xcafe },
        claim: { slot: 2, epoch: 9 },
      })
      endTurn()
      tap.sent([pdu(TARGET_OPCODE.scsiResponse)])
    },
  )
  const b = flightPiece(
    'b',
    () => (nowMs += 1),
    (log, endTurn) => {
      const socket = { localAddress: '::1', localPort: 8082, remoteAddress: '::1', remotePort: 40_000 }
      const stream = wireStream('management-b', socket)
      log.line('reset-asked', 'a')
      endTurn()
      log.claim('raised', { slot: 2, epoch: 10 })
      endTurn()
      log.http('received', stream, { text: 'GET /v1/service-requests HTTP/1.1\r\n', byteCount: 180, position: 5000 })
      endTurn()
      log.http('sent', stream, { text: 'HTTP/1.1 200 OK\r\n', byteCount: 70_000, position: 9000 })
      endTurn()
      log.message('lost', { from: 1, to: 1, number: 12, received: 4, words: { type: 'volume-moved', callId: 3 } })
    },
  )
  const kill = event(1, 1105.5, { place: 'midplane', kind: 'midplane.controller-killed', to: 'controller-a' })
  return recordingOf(frame(1000, picture), kill, { flight: b }, { flight: { ...a, missing: 4 } }, event(2, 2000))
}
