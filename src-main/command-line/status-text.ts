import { BLOCK_BYTES, MIB } from '../base/units'
import type { ArrayState } from '../contract/array-state'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { HostReport } from '../contract/host'
import type { LabSnapshot, NvramReport } from '../contract/snapshot'
import { table } from './table'

/** The lab at a glance. */
export function statusText(snapshot: LabSnapshot): string {
  const { lab, array, interconnect, missing } = snapshot
  const name = array?.configuration.name ?? 'unknown'
  const whole = missing === undefined ? 'whole' : `not whole (${missing.name}; do make-whole mends it)`
  return [
    `Array ${name} in ${lab.folder}: ${whole}. The interconnect is ${interconnect.state}.`,
    controllersText(snapshot),
    ...(array === undefined ? [] : [volumesText(array)]),
    drivesText(snapshot),
    hostText(snapshot.host),
  ].join('\n\n')
}

function controllersText({ controllers, array }: LabSnapshot): string {
  const rows = CONTROLLER_IDS.map((id) => {
    const { state, phase, initiators, nvram } = controllers[id]
    const serves = CONTROLLER_IDS.filter((address) => controllers[address].portalServedBy === id)
    const owned = array?.ownership.filter(({ owner }) => owner === id).map(({ volumeId }) => volumeName(array, volumeId)) ?? []
    return [
      id.toUpperCase(),
      phase === undefined || state !== 'running' ? state : phase,
      letters(serves),
      owned.length === 0 ? '-' : owned.join(','),
      array?.serviceOwner === id ? 'yes' : '-',
      String(initiators.length),
      nvramText(nvram),
    ]
  })
  return table(['controller', 'state', 'addresses', 'volumes', 'service owner', 'sessions', 'NVRAM'], rows)
}

function nvramText(nvram: NvramReport | undefined): string {
  if (nvram === undefined) return '-'
  return `${(nvram.bytes / MIB).toFixed(1)} of ${Math.round(nvram.capacityBytes / MIB)} MiB, mirror ${nvram.mirror}`
}

function letters(ids: readonly ControllerId[]): string {
  return ids.length === 0 ? '-' : ids.map((id) => id.toUpperCase()).join(',')
}

function volumesText(array: ArrayState): string {
  const { volumes, groups, luns } = array.configuration
  const rows = volumes.map(({ id, name, groupId, blockCount, preferredOwner }) => {
    const owner = array.ownership.find(({ volumeId }) => volumeId === id)?.owner
    return [
      name,
      luns
        .filter(({ volumeId }) => volumeId === id)
        .map(({ lun }) => String(lun))
        .join(',') || '-',
      groups.find((group) => group.id === groupId)?.level ?? '-',
      String(Math.round((blockCount * BLOCK_BYTES) / MIB)),
      owner?.toUpperCase() ?? '-',
      preferredOwner.toUpperCase(),
    ]
  })
  return table(['volume', 'LUN', 'level', 'MiB', 'owner', 'preferred'], rows)
}

function volumeName(array: ArrayState, volumeId: number): string {
  return array.configuration.volumes.find(({ id }) => id === volumeId)?.name ?? String(volumeId)
}

function drivesText({ drives }: LabSnapshot): string {
  const rows = drives.map(({ index, state, reads, writes, rebuild, message }) => {
    const progress = rebuild?.state === 'running' ? `rebuilding, ${rebuild.done} of ${rebuild.total} stripes` : (message ?? '')
    return [String(index), state, String(reads), String(writes), progress]
  })
  return table(['drive', 'state', 'reads', 'writes', ''], rows)
}

function hostText(host: HostReport | undefined): string {
  if (host === undefined) return 'The lab’s host does not run.'
  const { workload, ledger, rates, outages } = host
  const rate = Math.round(rates.readsPerSecond + rates.writesPerSecond)
  const runs = workload.running ? `runs its workload (${rate} requests a second)` : 'runs no workload'
  const verified = ledger.verified === undefined ? 'none read back yet' : `${ledger.verified} blocks read back`
  const gap = outages.longest === undefined ? 'no outage' : `longest outage ${Math.round(outages.longest.durationMs)} ms`
  return `The host ${runs}: ${ledger.acknowledged} writes acknowledged, ${verified}, ${ledger.lost} lost, ${gap}.`
}
