/**
 * The layers of the project and what each may import, as ARCHITECTURE.md draws them.
 * A file belongs to the layer with the longest path that it starts with. A layer may always import itself.
 */
export interface Layer {
  readonly path: string
  /** Paths of other layers; a path includes the layers below it. */
  readonly mayImport: readonly string[]
  /** Paths of layers of which only types may be imported. */
  readonly mayImportTypes?: readonly string[]
  readonly packages?: readonly RegExp[]
  /** Packages of which only types may be imported. */
  readonly packageTypes?: readonly RegExp[]
}

const NODE = /^node:/
const VALIBOT = /^valibot$/
const ELECTRON = /^electron($|\/)/
/** Everything from npm, but neither Node nor Electron: the window runs without both. */
const BROWSER_PACKAGE = /^(?!node:|electron($|\/))/

const BASE = 'src-main/base/'
const CONTRACT = 'src-main/contract/'
const PORTS = 'src-main/core/ports.ts'
const RAID = 'src-main/core/raid/'
const SCSI = 'src-main/core/scsi/'
const ISCSI = 'src-main/core/iscsi/'
const MAPPING = 'src-main/core/mapping/'
const NVRAM = 'src-main/core/nvram/'
const CONTROLLER = 'src-main/core/controller/'
const PEER = `${CONTROLLER}peer/`
const STATE = `${CONTROLLER}state/`
const VOLUMES = `${CONTROLLER}volumes/`
const DRIVES = `${CONTROLLER}drives/`
const PAIR = `${CONTROLLER}pair/`
const MANAGEMENT = 'src-main/core/management/'
const PLATFORM = 'src-main/platform/'
const SNAPSHOT = 'src-main/snapshot/'
const LAB = 'src-main/lab/'
const FOUNDATION = [BASE, CONTRACT]
const CORE_FOUNDATION = [BASE, CONTRACT, PORTS]

const WINDOW = 'src-renderer/'
const WORDING = `${WINDOW}i18n/`
const WINDOW_FOUNDATION = [BASE, CONTRACT, RAID, MAPPING, WORDING]

export const LAYERS: readonly Layer[] = [
  { path: BASE, mayImport: [] },
  { path: CONTRACT, mayImport: [BASE], packages: [VALIBOT], packageTypes: [/^node:worker_threads$/] },

  { path: PORTS, mayImport: FOUNDATION },
  { path: RAID, mayImport: CORE_FOUNDATION, packages: [VALIBOT] },
  { path: SCSI, mayImport: CORE_FOUNDATION },
  { path: ISCSI, mayImport: CORE_FOUNDATION },
  { path: `${ISCSI}session/`, mayImport: [...CORE_FOUNDATION, ISCSI, SCSI] },
  {
    path: 'src-main/core/host/',
    // What goes over the wire, and the initiator's side of it; nothing of the target.
    mayImport: [...CORE_FOUNDATION, `${ISCSI}codec/`, `${ISCSI}initiator/`, `${SCSI}spec`, `${SCSI}sense`, `${SCSI}initiator-`],
    mayImportTypes: [`${SCSI}device`],
  },
  // Volumes are found through it: nothing above counts in blocks of a group.
  { path: MAPPING, mayImport: [...CORE_FOUNDATION, RAID] },
  { path: NVRAM, mayImport: [...CORE_FOUNDATION, RAID, MAPPING] },
  // The rooms of a controller, each on top of those before it.
  { path: PEER, mayImport: CORE_FOUNDATION },
  { path: STATE, mayImport: [...CORE_FOUNDATION, RAID, MAPPING, PEER] },
  { path: VOLUMES, mayImport: [...CORE_FOUNDATION, RAID, MAPPING, NVRAM, SCSI, PEER, STATE] },
  { path: DRIVES, mayImport: [...CORE_FOUNDATION, RAID, MAPPING, PEER, STATE, VOLUMES] },
  { path: PAIR, mayImport: [...CORE_FOUNDATION, RAID, MAPPING, NVRAM, PEER, STATE, VOLUMES, DRIVES], mayImportTypes: [`${ISCSI}session/`] },
  { path: MANAGEMENT, mayImport: [...CORE_FOUNDATION, CONTROLLER, RAID, MAPPING], packages: [VALIBOT] },
  // One controller, put together: the only part of the core that knows its transport, its volumes and its management.
  { path: 'src-main/core/assembly/', mayImport: [...CORE_FOUNDATION, CONTROLLER, MANAGEMENT, RAID, NVRAM, SCSI, ISCSI] },

  // What is shown of a pair, of threads or simulated: the lab and the simulator put together the same.
  { path: SNAPSHOT, mayImport: [...FOUNDATION, `${RAID}superblock`, `${STATE}rebuild-changes`] },
  { path: 'src-main/simulator/', mayImport: [...FOUNDATION, 'src-main/core/', SNAPSHOT] },
  {
    path: PLATFORM,
    // The format of a drive is the core's; telling whose an image file is needs it.
    mayImport: [...CORE_FOUNDATION, `${RAID}superblock`],
    mayImportTypes: ['src-main/core/'],
    packages: [NODE, /^ws$/, VALIBOT],
  },
  // Making a new lab means laying out its array: geometry and superblocks.
  { path: LAB, mayImport: [...FOUNDATION, PLATFORM, RAID, SNAPSHOT], mayImportTypes: [PORTS], packages: [NODE, VALIBOT] },
  { path: 'src-main/preload/', mayImport: [CONTRACT], packages: [ELECTRON] },
  {
    path: 'src-main/shells/electron/',
    mayImport: FOUNDATION,
    mayImportTypes: [LAB],
    packages: [NODE, ELECTRON, VALIBOT],
  },
  { path: 'src-main/shells/browser/', mayImport: [...FOUNDATION, LAB, PLATFORM], packages: [NODE, /^ws$/, VALIBOT] },
  { path: 'src-main/launcher/', mayImport: [BASE], packages: [NODE, /^@electron\/fuses$/, /^yauzl$/] },
  { path: 'src-main/packaging/', mayImport: [], packages: [NODE, /^@electron\/fuses$/, /^@electron-forge\//] },
  { path: 'src-main/entries/', mayImport: ['src-main/'], packages: [NODE] },
  { path: 'src-main/entries/electron.ts', mayImport: ['src-main/'], packages: [NODE, ELECTRON] },

  { path: WORDING, mayImport: FOUNDATION, packages: [BROWSER_PACKAGE] },
  { path: `${WINDOW}bridge/`, mayImport: FOUNDATION, packages: [BROWSER_PACKAGE] },
  { path: `${WINDOW}stores/`, mayImport: [...WINDOW_FOUNDATION, `${WINDOW}bridge/`], packages: [BROWSER_PACKAGE] },
  {
    path: `${WINDOW}composables/`,
    mayImport: [...WINDOW_FOUNDATION, `${WINDOW}bridge/`, `${WINDOW}stores/`],
    packages: [BROWSER_PACKAGE],
  },
  {
    path: `${WINDOW}components/`,
    mayImport: [...WINDOW_FOUNDATION, `${WINDOW}stores/`, `${WINDOW}composables/`],
    packages: [BROWSER_PACKAGE],
  },
  { path: WINDOW, mayImport: [...WINDOW_FOUNDATION, WINDOW], packages: [BROWSER_PACKAGE] },
]

/** The only folder whose files start worker threads: the build places workers beside the entries. */
export const WORKER_STARTERS = 'src-main/entries/'
export const CORE = 'src-main/core/'

export function layerOf(file: string): Layer | undefined {
  const candidates = LAYERS.filter((layer) => file.startsWith(layer.path))
  return candidates.sort((one, other) => other.path.length - one.path.length)[0]
}
