import type { PortalGroup } from '../../contract/controller-id'
import type { NexusName, ReservationNews, UnitReservations } from '../../contract/reservations'
import type { TraceTag } from '../ports'

/** The seam between the transport (iSCSI) and SCSI, and between SCSI and the volumes. */

/** An initiator port and the target port it came by (SAM-5 I_T nexus). */
export interface Nexus {
  /** Unique while the session lives. */
  readonly id: number
  /** iSCSI initiator port name: "iqn…,i,0x<isid>". */
  readonly initiatorPort: string
  readonly portalGroup: PortalGroup
}

/** The task of a command, as seen by the code that carries it out. Absent: it is never aborted. */
export interface CommandTask {
  /** Aborted by its initiator or with its I_T nexus. Nobody waits for it, and a write that has not begun must not begin. */
  readonly isAborted: boolean
}

/** `in`: to the initiator. */
export type DataDirection = 'none' | 'in' | 'out'

export interface ScsiCommand {
  readonly nexus: Nexus
  /** Single-level LUN (SAM-5 4.7); -1 if the address method is not supported. */
  readonly lun: number
  readonly cdb: Uint8Array
  /** All data-out of the command, already collected; empty for other commands. */
  readonly dataOut: readonly Uint8Array[]
  /** Which way the initiator expects data to go. Absent: as the CDB says. */
  readonly expects?: DataDirection | undefined
  readonly task?: CommandTask | undefined
  readonly trace: TraceTag | undefined
}

export interface ScsiResponse {
  /** SAM-5 status code: 0x00 GOOD, 0x02 CHECK CONDITION, 0x08 BUSY, 0x18 RESERVATION CONFLICT, 0x28 TASK SET FULL, 0x40 TASK ABORTED. */
  readonly status: number
  /** Fixed-format sense data (SPC-4 4.5.3), with CHECK CONDITION. */
  readonly sense?: Uint8Array
  /** Belongs to the transport from now on, so the bytes must not change. */
  readonly dataIn?: readonly Uint8Array[]
  /** Bytes of data-out that the CDB asks for; absent: all that arrived. The transport reports the difference as residual. */
  readonly dataOutBytes?: number
}

/** What the transport talks to: one per controller. */
export interface ScsiTarget {
  /** Exactly one response to each command, which may come before `execute` returns. A command of a nexus that was not gained is a bug. */
  execute(command: ScsiCommand, done: (response: ScsiResponse) => void): void
  /** The most memory that a command takes by its CDB, besides its data-out. */
  memoryBytes(cdb: Uint8Array): number
  /** Whether a logical unit is mapped at this LUN. */
  hasUnit(lun: number): boolean
  nexusGained(nexus: Nexus): void
  /** `isMoved`: its target port goes to the other controller, so what the nexus has reserved stays reserved. */
  nexusLost(nexus: Nexus, isMoved: boolean): void
  /** LOGICAL UNIT RESET or TARGET RESET: unit attentions for all (SAM-5 6.3.3). The transport ends the tasks. */
  reset(lun: number | 'all'): void
  /** Ends what was reserved with RESERVE(6), after a reset (SPC-2 7.21). */
  releaseReserved(lun: number | 'all', done: () => void): void
  /** Commands of this nexus were cleared by another one: a unit attention (SAM-5 5.14, TAS=0). The transport ends the tasks. */
  commandsCleared(nexus: Nexus, lun: number): void
}

/** SPC-4 asymmetric access states. */
export type AccessState = 'active-optimized' | 'active-non-optimized' | 'standby' | 'unavailable' | 'transitioning'

/**
 * - `medium-error`: blocks can be neither read nor rebuilt from the other drives
 * - `hardware-error`: too many drives are gone
 * - `no-space`: the drives have no room for a write now
 * - `transitioning`: ownership did not settle in time; the initiator tries again (ALUA)
 * - `busy`: a queue is full; the initiator tries again
 * - `unknown-end`: whether it was done is not known, and to do it again would not be the same
 */
export type VolumeFault = 'medium-error' | 'hardware-error' | 'no-space' | 'transitioning' | 'busy' | 'unknown-end'

export type VolumeOutcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: VolumeFault }

export interface UnitWrite {
  readonly firstBlock: number
  readonly blockCount: number
  readonly data: readonly Uint8Array[]
  readonly forceUnitAccess: boolean
  readonly task?: CommandTask | undefined
  readonly trace: TraceTag | undefined
}

/**
 * How a write goes with all other commands at its blocks, by either controller:
 * - `plain`: in any order; parts of two may mix
 * - `atomic`: as a whole or not at all, also if a controller dies
 * - `or`: the bits that it has are set, and the others stay; nothing comes between reading and writing
 */
export type WriteManner = 'plain' | 'atomic' | 'or'

/** A volume behind a LUN, as SCSI sees it. Blocks are of 512 bytes; ranges are already checked against `blockCount`. */
export interface LogicalUnit {
  readonly volumeId: number
  /** 16 hex digits: the unit serial number. The NAA identifier contains it, the same on both controllers. */
  readonly serial: string
  readonly name: string
  readonly blockCount: number
  accessState(group: PortalGroup): AccessState
  /** Of the volume's preferred owner (SPC-4 PREF bit). */
  readonly preferredGroup: PortalGroup
  read(
    io: { readonly firstBlock: number; readonly blockCount: number; readonly trace: TraceTag | undefined },
    done: (outcome: VolumeOutcome<readonly Uint8Array[]>) => void,
  ): void
  write(io: UnitWrite & { readonly manner?: WriteManner }, done: (outcome: VolumeOutcome<undefined>) => void): void
  /**
   * Writes `data` if the blocks are `expected`, as an atomic write, and nothing comes between. Otherwise it writes nothing and gives
   * what the blocks are.
   */
  compareAndWrite(
    io: UnitWrite & { readonly expected: readonly Uint8Array[] },
    done: (outcome: VolumeOutcome<readonly Uint8Array[] | undefined>) => void,
  ): void
  flush(io: { readonly trace: TraceTag | undefined }, done: (outcome: VolumeOutcome<undefined>) => void): void
  /** As both controllers know them to be committed. Undefined: nobody has ever registered with the unit or reserved it. */
  readonly reservations: UnitReservations | undefined
  /**
   * Commits a change of the reservations. `change` may run several times, each time on the newest ones: it returns what they become and
   * who is told, or undefined if nothing changes. `elsewhere`: how many nexuses are registered with other units. When `done` has come
   * with success, both controllers act by them.
   */
  changeReservations(
    change: (unit: UnitReservations, elsewhere: number) => ReservationChange | undefined,
    done: (outcome: VolumeOutcome<undefined>) => void,
  ): void
}

export interface ReservationChange {
  readonly unit: UnitReservations
  readonly news: readonly { readonly nexus: NexusName; readonly kind: ReservationNews }[]
}

/** Ends tasks of these nexuses at one logical unit, at both controllers, and calls `done` when they have ended. */
export type EndTasksOf = (lun: number, nexuses: readonly NexusName[], by: Nexus, done: () => void) => void

/** What SCSI needs from the controller. */
export interface LogicalUnitDirectory {
  /** Mapped LUNs in ascending order. */
  luns(): readonly number[]
  find(lun: number): LogicalUnit | undefined
  /** All of them, mapped or not. */
  units(): readonly LogicalUnit[]
}
