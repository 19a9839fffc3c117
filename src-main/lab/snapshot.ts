import type { DriveFaults } from '../contract/drive-faults'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { ArrayState } from '../contract/array-state'
import type { HostReport } from '../contract/host'
import type { ControllerAddresses } from '../contract/midplane'
import type { MakingWhole } from '../contract/making-whole'
import type { ControllerFaults } from '../contract/pair-faults'
import type { DriveSnapshot, LabIdentity, LabSnapshot, TakeoverRecord } from '../contract/snapshot'
import type { SurpriseReport } from '../contract/surprise'
import type { DriveFile } from '../platform/drive-files'
import type { InterconnectState } from '../platform/interconnect'
import { composeSnapshot, newestArray } from '../snapshot/compose'
import type { CounterBook } from '../snapshot/counter-book'
import { driveCondition } from '../snapshot/drive-condition'
import type { ControllerSlot } from './controller-slot'
import { nextStep } from './whole-steps'

export interface SnapshotSources {
  readonly identity: LabIdentity
  readonly slots: Readonly<Record<ControllerId, ControllerSlot>>
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly interconnect: InterconnectState
  readonly counts: CounterBook
  readonly drives: readonly DriveFile[]
  readonly faultsOf: (drive: number) => DriveFaults | undefined
  readonly faultsAround: (id: ControllerId) => ControllerFaults | undefined
  readonly nowMs: () => number
  readonly takeovers: () => readonly TakeoverRecord[]
  readonly host: () => HostReport | undefined
  readonly trace: () => LabSnapshot['trace']
  readonly makingWhole: () => MakingWhole | undefined
  readonly surprise: () => SurpriseReport | undefined
}

/** The lab as it stands whenever it is asked for. */
export function createSnapshotComposer({
  identity,
  slots,
  addresses,
  interconnect,
  counts,
  drives,
  faultsOf,
  faultsAround,
  nowMs,
  takeovers,
  host,
  trace,
  makingWhole,
  surprise,
}: SnapshotSources): () => LabSnapshot {
  let sequence = 0
  let array: ArrayState | undefined
  return () => {
    for (const id of CONTROLLER_IDS) array = newestArray(array, slots[id].report?.array)
    const hidden = surprise()
    const snapshot = composeSnapshot({
      sequence: ++sequence,
      timeMs: nowMs(),
      lab: identity,
      slots,
      addresses,
      counts,
      interconnect: linkSnapshot(interconnect),
      faultsAround,
      drives: drives.map((drive) => driveSnapshot(drive, { slots, array, counts, faults: faultsOf(drive.index) })),
      array,
      takeovers: takeovers(),
      host: host(),
      trace: trace(),
      ...(hidden === undefined ? {} : { surprise: hidden }),
    })
    const missing = nextStep(snapshot)
    const making = makingWhole()
    return {
      ...snapshot,
      ...(missing === undefined ? {} : { missing }),
      ...(making === undefined ? {} : { makingWhole: making }),
    }
  }
}

function linkSnapshot(link: InterconnectState): LabSnapshot['interconnect'] {
  const { isCut, extraLatencyMs } = link
  return { state: isCut ? 'cut' : 'up', ...link.totals(), ...(extraLatencyMs === 0 ? {} : { extraLatencyMs }) }
}

function driveSnapshot(
  { index, id, file, blockCount }: DriveFile,
  of: Pick<SnapshotSources, 'slots' | 'counts'> & { readonly array: ArrayState | undefined; readonly faults: DriveFaults | undefined },
): DriveSnapshot {
  let failed: { readonly message?: string } | undefined
  // One that works may refuse writes for want of room.
  let message: string | undefined
  for (const controller of CONTROLLER_IDS) {
    const { report, isPresent } = of.slots[controller]
    const drive = report?.drives.find((reported) => reported.index === index)
    if (drive === undefined) continue
    if (drive.state === 'failed' && isPresent) failed ??= drive
    if (isPresent) message ??= drive.message
  }
  message = failed?.message ?? message
  return {
    index,
    id,
    file,
    blockCount,
    ...driveCondition(index, of.array, failed !== undefined),
    ...(message === undefined ? {} : { message }),
    ...(of.faults === undefined ? {} : { faults: of.faults }),
    ...of.counts.ofDrive(index),
  }
}
