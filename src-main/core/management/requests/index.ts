import type { ServiceTable } from '../../../contract/snapshot'
import type { ServiceRequestDefinition } from '../request'
import { createVolume } from './create-volume'
import { deleteVolume } from './delete-volume'
import { discardHeldWrites } from './discard-held-writes'
import { getArrayStatus } from './get-array-status'
import { getEventLog } from './get-event-log'
import { getSecurityLog } from './get-security-log'
import { getOperation, listOperations } from './get-operation'
import { getTakeovers } from './get-takeovers'
import { giveBack } from './give-back'
import { listControllers } from './list-controllers'
import { listDrives } from './list-drives'
import { listGroups } from './list-groups'
import { listLuns } from './list-luns'
import { listVolumes } from './list-volumes'
import { locateBlock } from './locate-block'
import { locateDriveBlock } from './locate-drive-block'
import { mapLun } from './map-lun'
import { moveVolume } from './move-volume'
import { rebuildDrive } from './rebuild-drive'
import { renameArray } from './rename-array'
import { renameVolume } from './rename-volume'
import { restartController } from './restart-controller'
import { setCachePolicy } from './set-cache-policy'
import { setAutomaticGiveback } from './set-automatic-giveback'
import { setDispatchScheme } from './set-dispatch-scheme'
import { setOwnershipByLoad } from './set-ownership-by-load'
import { takeOver } from './take-over'
import { unmapLun } from './unmap-lun'

/** All service requests: for the management ports, the console, and the simulator alike. */
export const SERVICE_REQUESTS: readonly ServiceRequestDefinition[] = [
  getArrayStatus,
  listControllers,
  listDrives,
  listGroups,
  listVolumes,
  listLuns,
  getTakeovers,
  getEventLog,
  getSecurityLog,
  getOperation,
  listOperations,
  locateBlock,
  locateDriveBlock,
  createVolume,
  deleteVolume,
  renameVolume,
  mapLun,
  unmapLun,
  renameArray,
  setDispatchScheme,
  setAutomaticGiveback,
  setOwnershipByLoad,
  setCachePolicy,
  moveVolume,
  takeOver,
  giveBack,
  restartController,
  discardHeldWrites,
  rebuildDrive,
]

export function findRequest(name: string): ServiceRequestDefinition | undefined {
  return SERVICE_REQUESTS.find((request) => request.name === name)
}

export function serviceTable(): ServiceTable {
  return { requests: SERVICE_REQUESTS.map(({ name, kind, summary, parameters }) => ({ name, kind, summary, parameters })) }
}
