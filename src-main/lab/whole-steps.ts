import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { WholeStep } from '../contract/making-whole'
import type { DriveSnapshot, LabSnapshot } from '../contract/snapshot'

/** The first thing that is missing for a lab to be whole. Undefined: it is whole. */
export function nextStep(snapshot: LabSnapshot): WholeStep | undefined {
  return (
    ofSurprise(snapshot) ??
    ofCables(snapshot) ??
    ofSurroundings(snapshot) ??
    ofBays(snapshot) ??
    ofControllers(snapshot) ??
    ofFailedDrives(snapshot) ??
    ofBadSectors(snapshot) ??
    ofVolumes(snapshot) ??
    ofRedundancy(snapshot) ??
    ofHost(snapshot)
  )
}

/** As long as it is hidden, nobody is told what else is missing. */
function ofSurprise({ surprise }: LabSnapshot): WholeStep | undefined {
  return surprise === undefined || surprise.state === 'revealed' ? undefined : { name: 'end-surprise' }
}

function ofCables({ interconnect }: LabSnapshot): WholeStep | undefined {
  if (interconnect.state === 'cut') return { name: 'mend-interconnect' }
  return (interconnect.extraLatencyMs ?? 0) > 0 ? { name: 'speed-interconnect-up' } : undefined
}

function ofSurroundings({ controllers }: LabSnapshot): WholeStep | undefined {
  for (const controller of CONTROLLER_IDS) {
    const { unplugged = [], stolen = [], battery } = controllers[controller].faults ?? {}
    const [plug] = unplugged
    const [address] = stolen
    if (plug !== undefined) return { name: `plug-in-${plug}`, controller }
    if (address !== undefined) return { name: `give-${address}-back`, controller }
    if (battery === 'gone') return { name: 'put-battery-back', controller }
  }
  return undefined
}

function ofBays({ drives }: LabSnapshot): WholeStep | undefined {
  for (const { index, faults } of drives) {
    if (faults?.presence === 'pulled') return { name: 'put-drive-back', drive: index }
    if (faults?.presence === 'dead') return { name: 'replace-drive', drive: index }
    if (faults !== undefined && faults.extraLatencyMs > 0) return { name: 'speed-drive-up', drive: index }
  }
  return undefined
}

/** Those that are down first: one that waits may wait for them. */
function ofControllers({ controllers }: LabSnapshot): WholeStep | undefined {
  const inState = (...states: readonly string[]): ControllerId | undefined =>
    CONTROLLER_IDS.find((id) => states.includes(controllers[id].state))
  const down = inState('down')
  if (down !== undefined) return { name: 'start-controller', controller: down }
  const hung = inState('hung')
  if (hung !== undefined) return { name: 'restart-controller', controller: hung }
  const absent = CONTROLLER_IDS.find((id) => controllers[id].phase !== 'serving' || controllers[id].portalServedBy !== id)
  return absent === undefined ? undefined : { name: 'await-controller', controller: absent }
}

/** Those that nobody rebuilds first, so that all are rebuilt at the same time. */
function ofFailedDrives({ drives }: LabSnapshot): WholeStep | undefined {
  const out = drives.filter(({ state }) => state !== 'online')
  const drive = out.find((one) => !isBeingRebuilt(one)) ?? out[0]
  return drive === undefined ? undefined : { name: 'rebuild-drive', drive: drive.index }
}

export function isBeingRebuilt({ rebuild }: DriveSnapshot): boolean {
  return rebuild?.state === 'running'
}

/** A sector can be read again when it has been written: a rebuild of the drive writes all that the other drives can compute. */
function ofBadSectors({ drives }: LabSnapshot): WholeStep | undefined {
  const drive = drives.find(({ faults }) => (faults?.badSectors.length ?? 0) > 0)
  return drive === undefined ? undefined : { name: 'rewrite-sectors', drive: drive.index }
}

function ofVolumes({ array }: LabSnapshot): WholeStep | undefined {
  const away = array?.configuration.volumes.find(({ id, preferredOwner }) =>
    array.ownership.some(({ volumeId, owner }) => volumeId === id && owner !== preferredOwner),
  )
  return away === undefined ? undefined : { name: 'give-back', controller: away.preferredOwner }
}

function ofRedundancy({ array, controllers }: LabSnapshot): WholeStep | undefined {
  if (array?.ownership.some(({ unverified }) => unverified !== undefined) === true) return { name: 'await-verification' }
  const apart = CONTROLLER_IDS.find((id) => controllers[id].nvram?.mirror !== 'in-step')
  return apart === undefined ? undefined : { name: 'await-mirror', controller: apart }
}

/** A host that is there has both its paths. */
function ofHost({ host }: LabSnapshot): WholeStep | undefined {
  const lost = host?.paths.find(({ state }) => state !== 'up')
  return lost === undefined ? undefined : { name: 'await-host', controller: lost.controller }
}
