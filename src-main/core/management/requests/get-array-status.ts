import { ok } from '../../../base/result'
import { CONTROLLER_IDS, peerOf } from '../../../contract/controller-id'
import { arbiterOf } from '../../controller/state/array-changes'
import { monitoringRequest } from '../request'
import { controllerView } from '../views'

export const getArrayStatus = monitoringRequest({
  name: 'get-array-status',
  summary: 'The array at a glance: its controllers, drives and volumes, who serves service requests, and whether the pair is redundant.',
  parameters: {},
  look(context) {
    const { state, peer, drives } = context
    const failedDrives = drives.filter((drive) => drive.state === 'failed').map(({ index }) => index)
    return ok({
      name: state?.configuration.name ?? null,
      arrayId: state?.configuration.arrayId ?? null,
      target: context.targetName,
      generation: state?.generation ?? null,
      health: failedDrives.length > 0 || !peer.isMember ? 'degraded' : 'good',
      redundant: peer.isMember,
      missingController: peer.isMember ? null : peerOf(context.self),
      controllers: CONTROLLER_IDS.map((id) => controllerView(context, id)),
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
