import { assert } from '../../base/assert'
import { isSameNexus } from '../../contract/reservations'
import { checkCondition, RESERVATION_CONFLICT } from './command'
import type { Call, Done, Operation, Service, TargetIdentity, UnitCall } from './command'
import type {
  AccessState,
  DataDirection,
  EndTasksOf,
  LogicalUnit,
  LogicalUnitDirectory,
  Nexus,
  ReservationChange,
  ScsiCommand,
  ScsiResponse,
  ScsiTarget,
} from './device'
import { inaccessible } from './faults'
import { findOperation, OPERATIONS, refuseCdb, refuseOperationCode } from './opcode-table'
import { conflicts, type ReservationRule } from './reservations/access'
import { ReservedUnits } from './reservations/reserved-units'
import { illegalRequest } from './sense'
import { ADDITIONAL_SENSE } from './spec'
import { UnitAttentions } from './unit-attentions'
import type { UnitAttentionKind } from './unit-attentions'

export interface ScsiTargetOptions {
  readonly directory: LogicalUnitDirectory
  readonly identity: TargetIdentity
  readonly endTasksOf: EndTasksOf
  /** Runs something again after a while. */
  readonly again: (run: () => void) => void
}

/** The target of one controller. The controller notes changes in it, which hosts get as unit attentions. */
export interface ControllerScsiTarget extends ScsiTarget {
  /** Asymmetric access states of a LUN, or of all, have changed. */
  noteAccessStatesChanged(lun?: number | 'all'): void
  /** LUNs were mapped or unmapped. */
  noteLunsChanged(): void
  /** The volume at a LUN has changed its number of blocks. */
  noteCapacityChanged(lun: number): void
  /** Reservations of the volume at a LUN have changed. */
  noteReservationsChanged(lun: number, news: ReservationChange['news']): void
}

/**
 * SCSI commands on the logical units of `directory`. Every command gets exactly one response, which may come before
 * `execute` returns; no CDB makes it throw.
 */
export function createScsiTarget({ directory, identity, endTasksOf, again }: ScsiTargetOptions): ControllerScsiTarget {
  const reserved = new ReservedUnits({ directory, again })
  const nexuses = new Map<number, KnownNexus>()
  const all = (): readonly UnitAttentions[] => [...nexuses.values()].map(({ attentions }) => attentions)

  return {
    execute(command, done) {
      const attentions = nexuses.get(command.nexus.id)?.attentions
      assert(attentions !== undefined, `a command of nexus ${command.nexus.id}, which is not there`)
      const unit = directory.find(command.lun)
      if (unit !== undefined) attentions.use(command.lun, unit.volumeId)
      const operation = findOperation(command.cdb)
      const answer = answerOf(command, operation, done)
      const refusal = refuse(command, { operation, unit, attentions })
      if (refusal !== undefined) return answer(refusal)
      assert(operation !== undefined, 'an unknown command was not refused')
      serve(operation.service, { command, unit, directory, identity, attentions, operations: OPERATIONS, endTasksOf, reserved }, answer)
    },

    memoryBytes: (cdb) => findOperation(cdb)?.memoryBytes?.(cdb) ?? 0,

    hasUnit: (lun) => directory.find(lun) !== undefined,

    nexusGained(nexus) {
      assert(!nexuses.has(nexus.id), `nexus ${nexus.id} is there already`)
      nexuses.set(nexus.id, { nexus, attentions: new UnitAttentions() })
    },

    nexusLost(nexus, isMoved) {
      nexuses.delete(nexus.id)
      if (!isMoved) reserved.end({ lun: 'all', by: nexus }, () => undefined)
    },

    releaseReserved(lun, done) {
      reserved.end({ lun }, done)
    },

    reset(lun) {
      for (const attentions of all()) establish(attentions, lun, 'reset')
    },

    commandsCleared(nexus, lun) {
      nexuses.get(nexus.id)?.attentions.establish(lun, 'commands-cleared')
    },

    noteAccessStatesChanged(lun = 'all') {
      for (const attentions of all()) establish(attentions, lun, 'access-state-changed')
    },

    noteLunsChanged() {
      for (const attentions of all()) attentions.establishEverywhere('luns-changed')
    },

    noteCapacityChanged(lun) {
      for (const attentions of all()) attentions.establish(lun, 'capacity-changed')
    },

    noteReservationsChanged(lun, news) {
      for (const { nexus, attentions } of nexuses.values())
        for (const { nexus: told, kind } of news) if (isSameNexus(told, nexus)) attentions.establish(lun, kind)
    },
  }
}

interface KnownNexus {
  readonly nexus: Nexus
  readonly attentions: UnitAttentions
}

function establish(attentions: UnitAttentions, lun: number | 'all', kind: UnitAttentionKind): void {
  if (lun === 'all') attentions.establishEverywhere(kind)
  else attentions.establish(lun, kind)
}

interface Parties {
  readonly operation: Operation | undefined
  readonly unit: LogicalUnit | undefined
  readonly attentions: UnitAttentions
}

/** Refuses a command before it is looked at in detail, in order of precedence (SAM-5 5.3.3, 5.14, SPC-4 5.15.2). */
function refuse(command: ScsiCommand, { operation, unit, attentions }: Parties): ScsiResponse | undefined {
  if (unit === undefined && operation?.service.kind !== 'any')
    return checkCondition(illegalRequest(ADDITIONAL_SENSE.logicalUnitNotSupported))
  if (unit !== undefined && operation?.attention !== 'pass') {
    const attention = attentions.take(command.lun)
    if (attention !== undefined) return checkCondition(attention)
  }
  if (operation === undefined) return refuseOperationCode(command.cdb)
  if (unit?.reservations !== undefined && conflicts(unit.reservations, command.nexus, ruleOf(operation, command.cdb)))
    return RESERVATION_CONFLICT
  return (
    refuseCdb(operation, command.cdb) ??
    refuseDirection(operation, command) ??
    (unit === undefined ? undefined : refuseState(operation, unit.accessState(command.nexus.portalGroup)))
  )
}

function ruleOf({ reservation }: Operation, cdb: Uint8Array): ReservationRule {
  return typeof reservation === 'function' ? reservation(cdb) : reservation
}

/**
 * The initiator expects to read where the CDB takes data: it would take what it did not send for written. The other way round, nothing
 * is sent to it, and the residual says how much that was (RFC 7143 11.4.5).
 */
function refuseDirection(operation: Operation, { cdb, expects = 'none' }: ScsiCommand): ScsiResponse | undefined {
  if (expects !== 'in' || directionOf(operation, cdb) !== 'out') return undefined
  return checkCondition(illegalRequest(ADDITIONAL_SENSE.invalidFieldInCommandUnit))
}

function directionOf({ data = 'none' }: Operation, cdb: Uint8Array): DataDirection {
  return typeof data === 'function' ? data(cdb) : data
}

/** Data that came with a command that takes none is reported as not used. */
function answerOf({ cdb, dataOut }: ScsiCommand, operation: Operation | undefined, done: Done): Done {
  if (dataOut.length === 0 || (operation !== undefined && directionOf(operation, cdb) === 'out')) return done
  return (response) => done({ ...response, dataOutBytes: 0 })
}

function refuseState({ access }: Operation, state: AccessState): ScsiResponse | undefined {
  if (access === 'every' || state === 'active-optimized' || state === 'active-non-optimized' || state === 'transitioning') return undefined
  return access === 'not-unavailable' && state === 'standby' ? undefined : inaccessible(state)
}

function serve(service: Service, call: Call, done: Done): void {
  if (service.kind === 'any') return done(service.serve(call))
  assert(hasUnit(call), 'a command without its unit was not refused')
  if (service.kind === 'unit') return done(service.serve(call))
  service.start(call, done)
}

function hasUnit(call: Call): call is UnitCall {
  return call.unit !== undefined
}
