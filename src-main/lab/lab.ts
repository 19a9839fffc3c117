import type { Worker, WorkerOptions } from 'node:worker_threads'
import type { ControllerId } from '../contract/controller-id'
import type { LabApi } from '../contract/lab-api'
import type { Workload } from '../contract/workload'
import { chooseAddresses } from './addresses'
import { openLabFolder } from './lab-folder'
import { RunningLab } from './running-lab'

export { LabStartError } from '../platform/lab-start-error'

/**
 * Starts the worker threads. Given by the entry, because only entry files may say
 * `new Worker(new URL('./controller-worker.js', import.meta.url), options)`.
 */
export interface LabSpawn {
  controller(options: WorkerOptions): Worker
  host(options: WorkerOptions): Worker
}

export interface LabOptions {
  readonly folder: string
  /** For a new lab; undefined: the usual ones. An existing lab keeps what it has. */
  readonly driveCount: number | undefined
  readonly driveMib: number | undefined
  /** TCP ports on loopback; 0 takes any free one, undefined the usual one or, where that is taken, any free one. */
  readonly portalPorts: Readonly<Record<ControllerId, number | undefined>>
  readonly managementPorts: Readonly<Record<ControllerId, number | undefined>>
  /** Undefined: as the lab was when it was closed. */
  readonly startWorkload: boolean | undefined
  readonly workload: Partial<Workload>
  readonly version: string
  /** Shown in the window, e.g. "Electron 33.2.1 from the package registry". */
  readonly developmentBuild?: string | undefined
  readonly spawn: LabSpawn
}

/** A lab that runs in this process. */
export interface Lab {
  readonly api: LabApi
  /** Sentences for the person who started it, e.g. that a usual port was taken. */
  readonly notices: readonly string[]
  /** The address of the browser host, once it listens: shown by `api.access()`. */
  setHttpUrl(url: string): void
  /** Resolves when both controllers serve; rejects with a sentence when they do not within `timeoutMs`. */
  untilServing(timeoutMs: number): Promise<void>
  /** Orderly: workload, controllers, files, lock. */
  close(): Promise<void>
}

/** Opens the lab in `options.folder`, or makes it there, and starts its controllers and its host. Throws LabStartError. */
export async function createLab(options: LabOptions): Promise<Lab> {
  const folder = openLabFolder(options)
  try {
    const { addresses, notices } = await chooseAddresses(options)
    const lab = new RunningLab({ options, folder, addresses, notices: [...folder.notices, ...notices] })
    lab.start()
    return lab
  } catch (error) {
    folder.release()
    throw error
  }
}
<<<<<<< HEAD

interface LabParts {
  readonly options: LabOptions
  readonly folder: OpenLabFolder
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly notices: readonly string[]
}

const WRITERS = { midplane: 0, a: 1, b: 2, host: 3 } as const
const RING_BYTES = 2 * MIB
const SNAPSHOT_EVERY_MS = 100
/** Changes that come together are told together. */
const SNAPSHOT_SETTLE_MS = 10

function startLab({ options, folder, addresses, notices }: LabParts): Lab {
  const clockOriginNs = clockOrigin()
  const now = traceClock(clockOriginNs)
  const token = randomBytes(24).toString('base64url')
  const targetName = `iqn.2026-11.local.takeover-lab:${folder.id}`
  const rings = Object.fromEntries(Object.entries(WRITERS).map(([name, writer]) => [name, { memory: createTraceRing(RING_BYTES), writer }])) as Record<
    keyof typeof WRITERS,
    TraceRingSetup
  >
  const trace = createTraceWriter({ setup: rings.midplane, now, place: 'midplane' })
  const collector = createTraceCollector({ rings: Object.values(rings).map(({ memory }) => memory), now, files: openTraceFiles(folder.traceFolder) })
  const takeovers = new TakeoverBook()
  const snapshots = createSnapshotSender(() => compose())
  let workload: RememberedWorkload = {
    running: options.startWorkload ?? folder.workload.running,
    settings: { ...folder.workload.settings, ...options.workload },
  }

  const midplane = new Midplane({
    spawn: options.spawn,
    clockOriginNs,
    targetName,
    token,
    addresses,
    drives: folder.drives,
    nvramFiles: folder.nvramFiles,
    traceRings: rings,
    trace,
    changed: () => {
      noteTakeovers()
      snapshots.soon()
    },
  })
  const host = new HostSupervisor({
    spawn: options.spawn,
    clockOriginNs,
    targetName,
    portals: { a: addresses.a.portal, b: addresses.b.portal },
    traceRing: rings.host,
    trace,
    loadLedger: () => folder.loadLedger(),
    saveLedger: (bytes) => folder.saveLedger(bytes),
    noteOutage: (startedAtMs, outageMs) => takeovers.noteHostGap(startedAtMs, outageMs, now()),
    changed: () => snapshots.soon(),
  })
  const compose = createSnapshotComposer({
    identity: {
      id: folder.id,
      folder: folder.folder,
      version: options.version,
      targetName,
      ...(options.developmentBuild === undefined ? {} : { developmentBuild: options.developmentBuild }),
    },
    slots: midplane.slots,
    addresses,
    interconnect: midplane.interconnect,
    drives: folder.drives,
    nowMs: now,
    takeovers: () => takeovers.records,
    host: () => host.report,
    trace: () => collector.counts(),
  })

  function noteTakeovers(): void {
    for (const id of CONTROLLER_IDS) {
      for (const { startedAtMs } of takeovers.note(midplane.slots[id].report?.takeovers ?? [])) host.send({ type: 'takeover', startedAtMs })
    }
  }

  /** Where it cannot be written down, the next session starts with what was written before. */
  function rememberWorkload(next: RememberedWorkload): void {
    workload = next
    try {
      folder.rememberWorkload(next)
    } catch (error) {
      trace.record({ place: 'midplane', kind: 'host.failed', data: { message: error instanceof Error ? error.message : String(error) } })
    }
  }

  let httpUrl: string | undefined
  const management = (id: ControllerId) => ({ address: addresses[id].management, token, name: `controller ${id.toUpperCase()}` })
  const commandTargets: CommandTargets = { midplane, host, workload: () => workload, rememberWorkload }
  const api: LabApi = {
    snapshot: () => Promise.resolve(compose()),
    access: () => Promise.resolve(accessOf({ targetName, addresses, httpUrl, token })),
    serviceTable: () => getServiceTable(management('a')).catch(() => getServiceTable(management('b'))),
    recentEvents: (limit) => Promise.resolve(collector.recent(limit)),
    command: (name, parameters) => Promise.resolve(runLabCommand(commandTargets, name, parameters)),
    requestService: (to, request) => postServiceRequest(management(to), request),
    onSnapshot: (listener) => snapshots.subscribe(listener),
    onEvents: (listener) => collector.onEvents(listener),
  }

  trace.record({ place: 'midplane', kind: 'lab.started', data: { lab: folder.id } })
  rememberWorkload(workload)
  midplane.start(...CONTROLLER_IDS)
  host.start(workload.settings, workload.running)

  return {
    api,
    notices,
    setHttpUrl: (url) => (httpUrl = url),
    untilServing: (timeoutMs) => untilServing({ api, slots: midplane.slots, timeoutMs }),
    async close() {
      await host.close()
      await midplane.close()
      trace.record({ place: 'midplane', kind: 'lab.stopped' })
      snapshots.close()
      trace.close()
      collector.close()
      folder.release()
    },
  }
}

function accessOf(parts: {
  readonly targetName: string
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly httpUrl: string | undefined
  readonly token: string
}): LabAccess {
  const { targetName, addresses, httpUrl, token } = parts
  const portal = ({ portal: { host, port } }: ControllerAddresses) => `${host}:${port}`
  const url = ({ management: { host, port } }: ControllerAddresses) => `http://${host}:${port}`
  return {
    target: targetName,
    portals: { a: portal(addresses.a), b: portal(addresses.b) },
    management: { a: url(addresses.a), b: url(addresses.b) },
    http: httpUrl,
    token,
  }
}

/** Snapshots at a steady pace, and soon after a change; none is made where nobody listens. */
function createSnapshotSender(compose: () => LabSnapshot) {
  const listeners = new Set<(snapshot: LabSnapshot) => void>()
  let soon: NodeJS.Timeout | undefined
  const send = () => {
    clearTimeout(soon)
    soon = undefined
    if (listeners.size === 0) return
    const snapshot = compose()
    for (const listener of listeners) listener(snapshot)
  }
  const steady = setInterval(send, SNAPSHOT_EVERY_MS)
  return {
    soon: () => void (soon ??= setTimeout(send, SNAPSHOT_SETTLE_MS)),
    subscribe(listener: (snapshot: LabSnapshot) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      clearInterval(steady)
      clearTimeout(soon)
      listeners.clear()
    },
  }
}

function untilServing(options: { readonly api: LabApi; readonly slots: Midplane['slots']; readonly timeoutMs: number }): Promise<void> {
  const { api, slots, timeoutMs } = options
  return new Promise((resolve, reject) => {
    const finish = (error?: Error) => {
      clearTimeout(timeout)
      end()
      if (error === undefined) resolve()
      else reject(error)
    }
    const end = api.onSnapshot(({ controllers }) => {
      const all = CONTROLLER_IDS.map((id) => controllers[id])
      const dead = all.find(({ id, lastFailure }) => lastFailure !== undefined && !slots[id].isPresent)
      if (dead !== undefined) finish(new LabStartError(`Controller ${dead.id.toUpperCase()} failed at its start: ${dead.lastFailure}`))
      else if (all.every(({ id, phase, portalServedBy }) => phase === 'serving' && portalServedBy === id)) finish()
    })
    const timeout = setTimeout(() => {
      const phases = CONTROLLER_IDS.map((id) => `${id.toUpperCase()}: ${slots[id].report?.phase ?? slots[id].state}`)
      finish(new LabStartError(`The controllers do not serve after ${timeoutMs / 1000} s (${phases.join(', ')}).`))
    }, timeoutMs)
  })
}
=======
>>>>>>> main
