import { present } from '../../src-main/base/assert'
import type { ArrayState } from '../../src-main/contract/array-state'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { HostReport } from '../../src-main/contract/host'
import type { ServiceRequestDescription } from '../../src-main/contract/service-request'
import type { ControllerSnapshot, DriveSnapshot } from '../../src-main/contract/snapshot'
import { DEFAULT_WORKLOAD } from '../../src-main/contract/workload'
import { defaultConfiguration } from '../../src-main/core/raid/default-configuration'
import { NO_COUNTS } from '../../src-main/snapshot/counter-book'

/** What the pretended lab begins with: six drives of 256 MiB, two volumes, nothing running. */
const DRIVE_BLOCKS = 524_288

export function firstArrayState(driveCount: number): ArrayState {
  const drives = Array.from({ length: driveCount }, (_, index) => ({ index, id: `drive-${index}`, blockCount: DRIVE_BLOCKS }))
  const made = defaultConfiguration({ arrayId: 'fake', drives, serials: ['00000000000000a0', '00000000000000b1'] })
  const configuration = present(made.ok ? made.value : undefined, 'a configuration')
  return {
    generation: 7,
    configuration,
    ownership: [
      { volumeId: 0, owner: 'a', epoch: 3 },
      { volumeId: 1, owner: 'b', epoch: 2 },
    ],
    serviceOwner: 'a',
    serviceEpoch: 3,
    dispatchScheme: 'serve-locally',
    automaticGiveback: true,
    completedRequests: [],
  }
}

export function firstDrives(driveCount: number): DriveSnapshot[] {
  return Array.from({ length: driveCount }, (_, index) => ({
    index,
    id: `drive-${index}`,
    file: `/home/user/.local/share/takeover-lab/drive-${index}.img`,
    blockCount: DRIVE_BLOCKS,
    state: 'online',
    reads: 0,
    writes: 0,
  }))
}

export function firstController(id: ControllerId): ControllerSnapshot {
  return {
    id,
    state: 'running',
    phase: 'serving',
    incarnation: 1,
    portalAddress: id === 'a' ? '127.0.0.1:3260' : '127.0.0.1:3261',
    managementUrl: id === 'a' ? 'http://127.0.0.1:8090' : 'http://127.0.0.1:8091',
    portalServedBy: id,
    peerSilenceMs: 12,
    nvram: {
      bytes: 393_216,
      capacityBytes: 16 * 1024 * 1024,
      records: 44,
      volumesShortOfRoom: [],
      dirtyVolumes: [id === 'a' ? 0 : 1],
      mirror: 'in-step',
      policy: 'write-through',
    },
    initiators: [],
    counters: NO_COUNTS,
  }
}

export function firstHost(): HostReport {
  const luns = (owner: 'a' | 'b', path: 'a' | 'b') => ({
    accessState: owner === path ? 'active/optimized' : 'active/non-optimized',
    inUse: owner === path,
  })
  return {
    initiatorName: 'iqn.2026-11.lab.takeover:host',
    paths: [
      {
        controller: 'a',
        address: '127.0.0.1:3260',
        state: 'up',
        luns: [
          { lun: 0, ...luns('a', 'a') },
          { lun: 1, ...luns('b', 'a') },
        ],
      },
      {
        controller: 'b',
        address: '127.0.0.1:3261',
        state: 'up',
        luns: [
          { lun: 0, ...luns('a', 'b') },
          { lun: 1, ...luns('b', 'b') },
        ],
      },
    ],
    workload: { running: false, settings: DEFAULT_WORKLOAD },
    ledger: { acknowledged: 0, retried: 0, unknown: 0, lost: 0, blocks: 0, verifying: false, checkedBlocks: 0 },
    rates: { readsPerSecond: 0, writesPerSecond: 0, bytesPerSecond: 0, latencyP50Ms: 0, latencyP99Ms: 0 },
    outages: {
      since: { atMs: 0, reason: 'start' },
      luns: [
        { lun: 0, measured: false, unansweredMs: 0 },
        { lun: 1, measured: false, unansweredMs: 0 },
      ],
    },
    commands: { sent: 0, answered: 0, underWay: 0, queued: 0 },
  }
}

const volume = { name: 'volume', type: 'text', required: true, summary: 'Name of the volume' } as const

export const FAKE_REQUESTS: readonly ServiceRequestDescription[] = [
  { name: 'array-status', kind: 'monitoring', summary: 'State of the array as a whole', parameters: [] },
  { name: 'volume-status', kind: 'monitoring', summary: 'Volumes with owner and epoch', parameters: [{ ...volume, required: false }] },
  {
    name: 'create-volume',
    kind: 'configuration',
    summary: 'Makes a volume in a RAID group',
    parameters: [
      { name: 'name', type: 'text', required: true, summary: '1 to 32 letters, digits, spaces, dots, dashes or underscores' },
      { name: 'group', type: 'text', required: true, summary: 'Name of the RAID group' },
      { name: 'size', type: 'integer', required: true, summary: 'Size of the volume', unit: 'MiB' },
      { name: 'owner', type: 'choice', required: false, summary: 'Preferred owner', choices: ['a', 'b'] },
    ],
  },
  { name: 'delete-volume', kind: 'configuration', summary: 'Deletes a volume and all its data', parameters: [volume] },
  {
    name: 'set-dispatch-scheme',
    kind: 'configuration',
    summary: 'How service requests find who serves them',
    parameters: [
      {
        name: 'scheme',
        type: 'choice',
        required: true,
        summary: 'Dispatch scheme',
        choices: ['serve-locally', 'forward-to-owner', 'transfer-ownership', 'primary-only'],
      },
    ],
  },
  {
    name: 'move-volume',
    kind: 'management',
    summary: 'Gives a volume to the other controller',
    parameters: [volume, { name: 'owner', type: 'choice', required: true, summary: 'New owner', choices: ['a', 'b'] }],
  },
  {
    name: 'rebuild-drive',
    kind: 'configuration',
    summary: 'Rebuilds a failed drive',
    parameters: [{ name: 'drive', type: 'integer', required: true, summary: 'The number of the drive.' }],
  },
]
