import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { HostReport, Outage } from '../contract/host'
import type { ControllerFaults } from '../contract/pair-faults'
import type { ControllerSnapshot, DriveSnapshot, LabSnapshot } from '../contract/snapshot'
import type { DrawnFault } from './surprise-draw'

/** Outages around the moment of the act may begin a little before it. */
const BEFORE_MS = 500

/** A snapshot that does not say what was done, though all that comes of it. */
export function withoutFault(snapshot: LabSnapshot, { command, parameters }: DrawnFault, struckAtMs: number): LabSnapshot {
  const { controllers, drives, interconnect, host } = snapshot
  const { extraLatencyMs, ...link } = interconnect
  const maskController = (id: ControllerId): ControllerSnapshot =>
    parameters['controller'] === id ? withoutControllerFault(controllers[id], command, parameters['address']) : controllers[id]
  return {
    ...snapshot,
    controllers: { a: maskController(CONTROLLER_IDS[0]), b: maskController(CONTROLLER_IDS[1]) },
    drives: drives.map((drive) => (drive.index === parameters['drive'] ? withoutDriveFaults(drive) : drive)),
    interconnect: command === 'slow-interconnect' || extraLatencyMs === undefined ? link : interconnect,
    host: host && withoutCauses(host, struckAtMs - BEFORE_MS),
  }
}

function withoutControllerFault(snapshot: ControllerSnapshot, command: string, address: unknown): ControllerSnapshot {
  const { faults, ...rest } = snapshot
  if (faults === undefined) return snapshot
  const left: ControllerFaults = {
    unplugged: faults.unplugged.filter((kind) => command !== `unplug-${kind}`),
    stolen: faults.stolen.filter((kind) => command !== 'steal-address' || kind !== address),
    battery: command === 'remove-battery' ? 'present' : faults.battery,
  }
  const isWell = left.unplugged.length === 0 && left.stolen.length === 0 && left.battery === 'present'
  return isWell ? rest : { ...rest, faults: left }
}

function withoutDriveFaults(drive: DriveSnapshot): DriveSnapshot {
  const { faults: _hidden, ...rest } = drive
  return rest
}

function withoutCauses(host: HostReport, fromMs: number): HostReport {
  const mask = (outage: Outage): Outage =>
    outage.cause !== undefined && outage.startedAtMs >= fromMs ? { ...outage, cause: { kind: 'hidden' } } : outage
  const { longest, luns } = host.outages
  return {
    ...host,
    outages: {
      ...host.outages,
      ...(longest === undefined ? {} : { longest: mask(longest) }),
      luns: luns.map((lun) => (lun.longest === undefined ? lun : { ...lun, longest: mask(lun.longest) })),
    },
  }
}
