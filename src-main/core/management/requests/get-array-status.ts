import { ok } from '../../../base/result'
import { CONTROLLER_IDS, peerOf } from '../../../contract/controller-id'
import { arbiterOf } from '../../controller/state/array-changes'
import { resultCount } from '../../controller/state/expired-ids'
import { monitoringRequest } from '../request'
import { driveViews } from '../request-parts'
import { controllerView } from '../views'

export const getArrayStatus = monitoringRequest({
  name: 'get-array-status',
  summary: 'The array at a glance: its controllers, drives and volumes, who serves service requests, and whether the pair is redundant.',
  parameters: {},
  look(parts) {
    const { self, standing } = parts
    const { state } = parts.store
    const drives = driveViews(parts)
    const failedDrives = drives.filter((drive) => drive.state === 'failed').map(({ index }) => index)
    return ok({
      name: state?.configuration.name ?? null,
      arrayId: state?.configuration.arrayId ?? null,
      target: parts.targetName,
      generation: state?.generation ?? null,
      resultCount: state === undefined ? null : resultCount(state),
      health: failedDrives.length > 0 || !standing.peerIsMember ? 'degraded' : 'good',
      redundant: standing.peerIsMember,
      missingController: standing.peerIsMember ? null : peerOf(self),
      controllers: CONTROLLER_IDS.map((id) => controllerView(parts, id)),
      driveCount: drives.length,
      failedDrives,
      volumeCount: state?.configuration.volumes.length ?? 0,
      lunCount: state?.configuration.luns.length ?? 0,
      serviceOwner: state?.serviceOwner ?? null,
      arbiter: state === undefined ? null : arbiterOf(state),
      serviceEpoch: state?.serviceEpoch ?? null,
      dispatchScheme: state?.dispatchScheme ?? null,
      ownershipByLoad: state?.ownershipByLoad ?? false,
      automaticGiveback: state?.automaticGiveback ?? null,
    })
  },
})
