import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { ArrayState } from '../contract/array-state'
import type { HostReport } from '../contract/host'
import type { ControllerAddresses } from '../contract/midplane'
import type { ControllerCounters, ControllerSnapshot, DriveSnapshot, LabIdentity, LabSnapshot, TakeoverRecord } from '../contract/snapshot'
import { isNewer } from '../core/raid/superblock'
import type { DriveFile } from '../platform/drive-files'
import type { InterconnectState } from '../platform/interconnect'
import type { ControllerSlot } from './controller-slot'

export interface SnapshotSources {
  readonly identity: LabIdentity
  readonly slots: Readonly<Record<ControllerId, ControllerSlot>>
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly interconnect: InterconnectState
  readonly drives: readonly DriveFile[]
  readonly nowMs: () => number
  readonly takeovers: () => readonly TakeoverRecord[]
  readonly host: () => HostReport | undefined
  readonly trace: () => LabSnapshot['trace']
}

const NO_COUNTS: ControllerCounters = {
  reads: 0,
  writes: 0,
  readBytes: 0,
  writtenBytes: 0,
  forwarded: 0,
  forwardedIn: 0,
  serviceReceived: 0,
  serviceServed: 0,
  refusedWrites: 0,
}

/** Puts together what the controllers, the host and the midplane say. */
export function createSnapshotComposer(sources: SnapshotSources): () => LabSnapshot {
  const { identity, slots, interconnect, nowMs, takeovers, host, trace } = sources
  let sequence = 0
  let array: ArrayState | undefined
  return () => {
    for (const id of CONTROLLER_IDS) {
      const reported = slots[id].report?.array
      // The answers kept for requests that come again are nothing to look at, and the most of it.
      if (reported !== undefined && (array === undefined || isNewer(reported, array))) array = { ...reported, completedRequests: [] }
    }
    return {
      sequence: ++sequence,
      timeMs: nowMs(),
      lab: identity,
      controllers: { a: controllerSnapshot(sources, 'a'), b: controllerSnapshot(sources, 'b') },
      interconnect: { state: interconnect.isCut ? 'cut' : 'up', ...interconnect.totals() },
      drives: sources.drives.map((drive) => driveSnapshot(sources, drive, array)),
      array,
      takeovers: takeovers(),
      host: host(),
      trace: trace(),
    }
  }
}

function controllerSnapshot({ slots, addresses }: SnapshotSources, id: ControllerId): ControllerSnapshot {
  const { state, incarnation, lastFailure, report, isPresent } = slots[id]
  const { portal, management } = addresses[id]
  return {
    id,
    state,
    phase: isPresent ? report?.phase : undefined,
    ...(isPresent && report?.reason !== undefined ? { reason: report.reason } : {}),
    incarnation,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    portalAddress: `${portal.host}:${portal.port}`,
    managementUrl: `http://${management.host}:${management.port}`,
    portalServedBy: CONTROLLER_IDS.find((server) => servesPortal(slots[server], id)),
    ...(isPresent && report?.peerSilenceMs !== undefined ? { peerSilenceMs: report.peerSilenceMs } : {}),
    initiators: isPresent ? (report?.initiators ?? []) : [],
    counters: report?.counters ?? NO_COUNTS,
    ...(isPresent && report?.nvram !== undefined ? { nvram: report.nvram } : {}),
  }
}

function servesPortal(slot: ControllerSlot, of: ControllerId): boolean {
  return slot.isPresent && slot.state === 'running' && slot.report?.portals.includes(of) === true
}

/** A drive that has failed stays so for the array, whichever controllers are up and whatever it answers them. */
function driveSnapshot({ slots }: SnapshotSources, { index, id, file, blockCount }: DriveFile, array: ArrayState | undefined): DriveSnapshot {
  let reads = 0
  let writes = 0
  let failed: { readonly message?: string } | undefined
  for (const controller of CONTROLLER_IDS) {
    const drive = slots[controller].report?.drives.find((reported) => reported.index === index)
    if (drive === undefined) continue
    reads += drive.reads
    writes += drive.writes
    if (drive.state === 'failed' && slots[controller].isPresent) failed ??= drive
  }
  const isOnRecord = array?.failedMembers?.some(({ drive }) => drive === index) === true
  const message = failed?.message
  return { index, id, file, blockCount, state: failed === undefined && !isOnRecord ? 'online' : 'failed', ...(message === undefined ? {} : { message }), reads, writes }
}
