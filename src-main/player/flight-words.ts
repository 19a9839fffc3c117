import { BLOCK_BYTES } from '../base/units'
import { peerOf, type ControllerId } from '../contract/controller-id'
import type { FlightRecord } from '../contract/flight'
import type { FlightRow } from '../contract/flight-rows'
import type { Place } from '../contract/trace'
import { commandOf, pduNameOf, taskTagOf } from './pdu-words'

/** `controller`: whose flight recorder has it. */
export interface BookedRecord {
  readonly controller: ControllerId
  readonly record: FlightRecord
}

type RowPart = Pick<FlightRow, 'from' | 'to' | 'name'> & Partial<FlightRow>

export function rowOf({ controller, record }: BookedRecord): FlightRow {
  const { timeMs, kind, action, byteCount, hash } = record
  return { atMs: timeMs, controller, kind, action, byteCount, ...(hash === undefined ? {} : { hash }), ...partOf(controller, record) }
}

function partOf(controller: ControllerId, record: FlightRecord): RowPart {
  const self: Place = `controller-${controller}`
  switch (record.kind) {
    case 'pdu':
      return { ...wayOf(record.action, record.address), name: pduNameOf(record.header), ...tagged(record.header) }
    case 'connection':
      return { from: 'host', to: record.address, name: '' }
    case 'http':
      return { ...wayOf(record.action, record.address), name: record.text.trim() }
    case 'message': {
      const peer: Place = `controller-${peerOf(controller)}`
      const way = record.action === 'received' ? { from: peer, to: self } : { from: self, to: peer }
      return { ...way, name: record.number === 0 ? record.type : `${record.type} #${record.number}` }
    }
    case 'drive': {
      const { drive, block, byteCount, outcome, durationMs, slot, epoch, action } = record
      const claim = action === 'write' ? { slot, epoch } : {}
      const range = action === 'flush' ? {} : { block, blockCount: byteCount / BLOCK_BYTES }
      return { from: self, to: `drive-${drive}`, name: action.toUpperCase(), outcome, durationMs, ...range, ...claim }
    }
    case 'claim':
      return { from: self, to: 'midplane', name: '', slot: record.slot, epoch: record.epoch }
    case 'line':
      return { from: self, to: 'midplane', name: record.of.toUpperCase() }
  }
}

function wayOf(action: 'received' | 'sent', address: Place): Pick<FlightRow, 'from' | 'to'> {
  return action === 'received' ? { from: 'host', to: address } : { from: address, to: 'host' }
}

function tagged(header: Uint8Array): Partial<FlightRow> {
  return { ...taskTagOf(header), ...commandOf(header) }
}
