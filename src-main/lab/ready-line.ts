import type { LabAccess } from '../contract/lab-api'
import type { LabSnapshot } from '../contract/snapshot'
import { BLOCK_BYTES } from '../base/units'

/** What programs that start the lab wait for. */
export function readyLine(access: LabAccess, { array }: LabSnapshot) {
  const luns = (array?.configuration.luns ?? []).map(({ lun, volumeId }) => {
    const volume = array?.configuration.volumes.find(({ id }) => id === volumeId)
    return {
      lun,
      volume: volume?.name,
      bytes: (volume?.blockCount ?? 0) * BLOCK_BYTES,
      owner: array?.ownership.find((ownership) => ownership.volumeId === volumeId)?.owner,
    }
  })
  const { target, portals, management, http, token } = access
  return { ready: true, target, portals, management, http, token, luns }
}
