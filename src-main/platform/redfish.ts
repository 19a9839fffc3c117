import { BLOCK_BYTES } from '../base/units'
import type { ArrayState } from '../contract/array-state'
import type { RaidGroup, Volume } from '../contract/configuration'
import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { ControllerReport } from '../contract/snapshot'

/**
 * The array in the shape of DMTF's Redfish (DSP0266) and SNIA's Swordfish, to be read only: service root, chassis with drives, storage
 * with its two controllers, pools and volumes. Whoever serves the address answers, so after a takeover the survivor tells of both.
 * Owner and epoch of a volume have no property there; they stand under `Oem`.
 */
export const REDFISH_PREFIX = '/redfish'
const ROOT = `${REDFISH_PREFIX}/v1`
const CHASSIS = `${ROOT}/Chassis/shelf`
const STORAGE = `${ROOT}/Storage/array`

type Resource = Readonly<Record<string, unknown>>
interface Link {
  readonly '@odata.id': string
}

/** Whether anybody may read what is at that path: the versions and the root, which tell nothing of the array (DSP0266, Authentication). */
export function isOpenToAll(path: string): boolean {
  return [REDFISH_PREFIX, ROOT].includes(path.replace(/\/$/, ''))
}

/** The resource at that path, with or without a slash at its end. Undefined: there is none. */
export function redfishResource(path: string, report: ControllerReport): Resource | undefined {
  const wanted = path.replace(/\/$/, '')
  if (wanted === REDFISH_PREFIX) return { v1: `${ROOT}/` }
  return resources(report).get(wanted)?.()
}

function resources(report: ControllerReport): ReadonlyMap<string, () => Resource> {
  const all = new Map<string, () => Resource>()
  const add = (path: string, make: (id: string) => Resource): void => void all.set(path, () => make(path))
  add(ROOT, serviceRoot)
  add(`${ROOT}/SessionService`, sessionService)
  add(`${ROOT}/SessionService/Sessions`, (path) => collection(path, 'Session', 'Sessions', []))
  add(`${ROOT}/Chassis`, (path) => collection(path, 'Chassis', 'Chassis', [CHASSIS]))
  add(`${ROOT}/Storage`, (path) => collection(path, 'Storage', 'Storage', [STORAGE]))
  add(`${STORAGE}/Controllers`, (path) => collection(path, 'StorageController', 'Controllers', CONTROLLER_IDS.map(controllerPath)))
  for (const id of CONTROLLER_IDS) add(controllerPath(id), () => controller(id, report))
  const { array } = report
  const drives = array?.configuration.drives ?? []
  const groups = array?.configuration.groups ?? []
  const volumes = array?.configuration.volumes ?? []
  add(CHASSIS, chassis)
  const drivePaths = drives.map(({ index }) => drivePath(index))
  add(`${CHASSIS}/Drives`, (path) => collection(path, 'Drive', 'Drives', drivePaths))
  add(STORAGE, () => storage(report))
  const poolPaths = groups.map(({ id }) => poolPath(id))
  add(`${STORAGE}/StoragePools`, (path) => collection(path, 'StoragePool', 'Storage pools', poolPaths))
  const volumePaths = volumes.map(({ id }) => volumePath(id))
  add(`${STORAGE}/Volumes`, (path) => collection(path, 'Volume', 'Volumes', volumePaths))
  if (array === undefined) return all
  for (const { index, blockCount } of drives) add(drivePath(index), () => drive(index, blockCount, report))
  for (const group of groups) add(poolPath(group.id), () => pool(group, array))
  for (const one of volumes) add(volumePath(one.id), () => volume(one, array))
  return all
}

const controllerPath = (id: ControllerId): string => `${STORAGE}/Controllers/${id}`
const drivePath = (index: number): string => `${CHASSIS}/Drives/${index}`
const poolPath = (id: number): string => `${STORAGE}/StoragePools/${id}`
const volumePath = (id: number): string => `${STORAGE}/Volumes/${id}`
const linkTo = (path: string): Link => ({ '@odata.id': path })

/** What every resource has. `type`: "Volume.v1_9_0". */
function resource(path: string, type: string, id: string, name: string): Resource {
  const [schema = ''] = type.split('.')
  return { '@odata.id': path, '@odata.type': `#${type}.${schema}`, Id: id, Name: name }
}

function collection(path: string, member: string, name: string, members: readonly string[]): Resource {
  return {
    '@odata.id': path,
    '@odata.type': `#${member}Collection.${member}Collection`,
    Name: name,
    Members: members.map(linkTo),
    'Members@odata.count': members.length,
  }
}

function serviceRoot(): Resource {
  return {
    ...resource(ROOT, 'ServiceRoot.v1_15_0', 'RootService', 'Takeover Lab'),
    RedfishVersion: '1.15.0',
    Product: 'Takeover Lab',
    Chassis: linkTo(`${ROOT}/Chassis`),
    Storage: linkTo(`${ROOT}/Storage`),
    SessionService: linkTo(`${ROOT}/SessionService`),
    Links: { Sessions: linkTo(`${ROOT}/SessionService/Sessions`) },
  }
}

/** The lab's token takes the place of sessions, so none can be made. */
function sessionService(): Resource {
  return {
    ...resource(`${ROOT}/SessionService`, 'SessionService.v1_1_8', 'SessionService', 'Sessions'),
    ServiceEnabled: false,
    Sessions: linkTo(`${ROOT}/SessionService/Sessions`),
  }
}

function chassis(): Resource {
  return {
    ...resource(CHASSIS, 'Chassis.v1_23_0', 'shelf', 'Shelf'),
    ChassisType: 'StorageEnclosure',
    Status: status('OK'),
    Drives: linkTo(`${CHASSIS}/Drives`),
    Links: { Storage: [linkTo(STORAGE)] },
  }
}

type Health = 'OK' | 'Warning' | 'Critical'

function status(health: Health, state: 'Enabled' | 'UnavailableOffline' = 'Enabled'): Resource {
  return { State: state, Health: health }
}

/** Of the pair: whoever serves the addresses of both serves alone. */
function isAlone({ portals }: ControllerReport): boolean {
  return CONTROLLER_IDS.every((id) => portals.includes(id))
}

function storage(report: ControllerReport): Resource {
  const { array } = report
  const paths = CONTROLLER_IDS.map(controllerPath).map(linkTo)
  const health: Health = isAlone(report) || (array?.failedMembers ?? []).length > 0 ? 'Warning' : 'OK'
  return {
    ...resource(STORAGE, 'Storage.v1_15_0', 'array', array?.configuration.name ?? 'Array'),
    Status: status(health),
    Controllers: linkTo(`${STORAGE}/Controllers`),
    Drives: (array?.configuration.drives ?? []).map(({ index }) => linkTo(drivePath(index))),
    StoragePools: linkTo(`${STORAGE}/StoragePools`),
    Volumes: linkTo(`${STORAGE}/Volumes`),
    Redundancy: [
      {
        '@odata.id': `${STORAGE}#/Redundancy/0`,
        MemberId: '0',
        Name: 'Controllers',
        Mode: 'Failover',
        MinNumNeeded: 1,
        MaxNumSupported: paths.length,
        RedundancySet: paths,
        Status: status(isAlone(report) ? 'Warning' : 'OK'),
      },
    ],
    Links: { Enclosures: [linkTo(CHASSIS)] },
  }
}

/** What the one that answers knows of itself, and of its peer. */
function controller(id: ControllerId, report: ControllerReport): Resource {
  const isServing = id === report.id ? report.phase === 'serving' : !isAlone(report)
  return {
    ...resource(controllerPath(id), 'StorageController.v1_7_0', id, `Controller ${id.toUpperCase()}`),
    Status: isServing ? status('OK') : status('Critical', 'UnavailableOffline'),
    SupportedControllerProtocols: ['iSCSI'],
    SupportedRAIDTypes: ['RAID0', 'RAID1', 'RAID5'],
    Oem: { TakeoverLab: { '@odata.type': '#TakeoverLab.v1_0_0.Controller', IsServiceOwner: report.array?.serviceOwner === id } },
  }
}

function drive(index: number, blockCount: number, { drives }: ControllerReport): Resource {
  const isOnline = drives.find((one) => one.index === index)?.state === 'online'
  return {
    ...resource(drivePath(index), 'Drive.v1_17_0', String(index), `Drive ${index}`),
    CapacityBytes: blockCount * BLOCK_BYTES,
    BlockSizeBytes: BLOCK_BYTES,
    Status: isOnline ? status('OK') : status('Critical', 'UnavailableOffline'),
  }
}

const RAID_TYPES: Readonly<Record<RaidGroup['level'], string>> = {
  linear: 'None',
  raid0: 'RAID0',
  raid1: 'RAID1',
  raid5: 'RAID5',
  raid6: 'RAID6',
  raid10: 'RAID10',
}

function pool(group: RaidGroup, { configuration, failedMembers = [] }: ArrayState): Resource {
  const volumes = configuration.volumes.filter(({ groupId }) => groupId === group.id)
  const isDegraded = failedMembers.some(({ groupId }) => groupId === group.id)
  return {
    ...resource(poolPath(group.id), 'StoragePool.v1_9_0', String(group.id), group.name),
    Status: status(isDegraded ? 'Warning' : 'OK'),
    SupportedRAIDTypes: [RAID_TYPES[group.level]],
    Capacity: { Data: { ConsumedBytes: volumes.reduce((sum, { blockCount }) => sum + blockCount * BLOCK_BYTES, 0) } },
    Links: { OwningStorageResource: linkTo(STORAGE) },
    AllocatedVolumes: linkTo(`${STORAGE}/Volumes`),
  }
}

function volume({ id, name, serial, groupId, blockCount }: Volume, { configuration, ownership, failedMembers = [] }: ArrayState): Resource {
  const group = configuration.groups.find((one) => one.id === groupId)
  const owned = ownership.find(({ volumeId }) => volumeId === id)
  const isDegraded = failedMembers.some((one) => one.groupId === groupId)
  return {
    ...resource(volumePath(id), 'Volume.v1_9_0', String(id), name),
    CapacityBytes: blockCount * BLOCK_BYTES,
    BlockSizeBytes: BLOCK_BYTES,
    RAIDType: group === undefined ? 'None' : RAID_TYPES[group.level],
    Status: status(isDegraded ? 'Warning' : 'OK'),
    Links: { Drives: (group?.sections ?? []).map(({ drive: index }) => linkTo(drivePath(index))) },
    Oem: {
      TakeoverLab: {
        '@odata.type': '#TakeoverLab.v1_0_0.Volume',
        Serial: serial,
        Owner: owned === undefined ? null : linkTo(controllerPath(owned.owner)),
        Epoch: owned?.epoch ?? null,
        Luns: configuration.luns.filter(({ volumeId }) => volumeId === id).map(({ lun }) => lun),
      },
    },
  }
}
