import { LIMITS } from '../../contract/limits'
import type { DataDirection, EndTasksOf, LogicalUnit, LogicalUnitDirectory, ScsiCommand, ScsiResponse } from './device'
import type { ReservationRule } from './reservations/access'
import type { ReservedUnits } from './reservations/reserved-units'
import { STATUS } from './spec'
import type { UnitAttentions } from './unit-attentions'

/** What a command gets, and how it answers. */

export interface TargetIdentity {
  /** iSCSI name of the target: the same on both controllers. */
  readonly targetName: string
  /** Product revision level: at most four characters of ASCII. */
  readonly revision: string
}

export interface Call {
  readonly command: ScsiCommand
  readonly unit: LogicalUnit | undefined
  readonly directory: LogicalUnitDirectory
  readonly identity: TargetIdentity
  /** Those of this nexus. */
  readonly attentions: UnitAttentions
  /** The table of commands, for commands that report it. */
  readonly operations: readonly Operation[]
  readonly endTasksOf: EndTasksOf
  readonly reserved: ReservedUnits
}

export interface UnitCall extends Call {
  readonly unit: LogicalUnit
}

export type Done = (response: ScsiResponse) => void

/**
 * How a command is served:
 * - `any`: at once, even if no unit is mapped
 * - `unit`: at once, by a mapped unit
 * - `io`: by a mapped unit, and completed when the volume has done its part
 */
export type Service =
  | { readonly kind: 'any'; readonly serve: (call: Call) => ScsiResponse }
  | { readonly kind: 'unit'; readonly serve: (call: UnitCall) => ScsiResponse }
  | { readonly kind: 'io'; readonly start: (call: UnitCall, done: Done) => void }

/**
 * In which asymmetric access states a command is served (SPC-4 5.15.2.4 to 5.15.2.7):
 * - `every`
 * - `not-unavailable`: also in standby, but not when unavailable
 * - `active`: needs an active path; while the state is transitioning the volume holds the I/O until ownership settles
 */
export type AccessRule = 'every' | 'not-unavailable' | 'active'

/**
 * What a pending unit attention does to a command (SAM-5 5.14):
 * - `report`: the command ends with it
 * - `pass`: the command is served and the attention stays
 */
export type AttentionRule = 'report' | 'pass'

export interface Operation {
  readonly name: string
  readonly opcode: number
  readonly serviceAction?: number
  /**
   * CDB usage data (SPC-4 6.35.3): for each byte of the CDB, the bits that are evaluated. Any other bit that is set is an invalid
   * field. The first byte is the operation code. A service action has its bits in the second.
   */
  readonly usage: readonly number[]
  readonly access: AccessRule
  readonly attention: AttentionRule
  readonly reservation: ReservationRule | ((cdb: Uint8Array) => ReservationRule)
  /** Which way data goes, also where a CDB asks for none of it. Absent: there is none. */
  readonly data?: DataDirection | ((cdb: Uint8Array) => DataDirection)
  /** The most memory that it takes, besides its data-out. Absent: little. */
  readonly memoryBytes?: (cdb: Uint8Array) => number
  readonly service: Service
}

export const GOOD: ScsiResponse = { status: STATUS.good }
export const BUSY: ScsiResponse = { status: STATUS.busy }
export const RESERVATION_CONFLICT: ScsiResponse = { status: STATUS.reservationConflict }

export function checkCondition(sense: Uint8Array): ScsiResponse {
  return { status: STATUS.checkCondition, sense }
}

/** Data-in, cut to the allocation length (SPC-4 4.2.5.6), which is not an error. */
export function goodWithData(data: Uint8Array, allocationBytes: number): ScsiResponse {
  return { status: STATUS.good, dataIn: allocationBytes >= data.length ? [data] : [data.subarray(0, allocationBytes)] }
}

/** The longest transfer of one command. */
export const MAX_TRANSFER_BYTES = LIMITS.transferBytes

export function dataOutBytes(dataOut: readonly Uint8Array[]): number {
  let bytes = 0
  for (const chunk of dataOut) bytes += chunk.length
  return bytes
}
