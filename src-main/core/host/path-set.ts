import { controllerOfPortalGroup } from '../../contract/controller-id'
import type { HostPath as PathReport } from '../../contract/host'
import type { TraceData, TraceKind } from '../../contract/trace'
import type { ClockPort, NetworkPort, Timer, TracePort } from '../ports'
import type { TargetPortGroup } from '../scsi/initiator-decoders'
import { HostPath, type HostPortal } from './host-path'
import { VolumeRoutes } from './host-volume'

export interface PathSetOptions {
  readonly clock: ClockPort
  readonly network: NetworkPort
  readonly trace: TracePort
  readonly initiatorName: string
  /** Of the first portal; the others count on from it. */
  readonly isidQualifier: number
  readonly portals: readonly HostPortal[]
  /** Undefined: found by discovery. */
  readonly targetName: string | undefined
}

export interface PathSetHandler {
  /** Volumes came, went or changed size. */
  volumesChanged(): void
  /** No path that is up leads to it any more, and the target does not list it. */
  volumeGone(identifier: string): void
  pathUp(path: HostPath): void
  pathDown(path: HostPath): void
  /** There may be a better way now for what waits. */
  routesChanged(): void
}

/** How often the states of a volume are asked for while no path of its owner is known. */
const POLL_MS = 1000

/** The paths of the host, and the volumes that they lead to, joined by identifier. */
export class PathSet {
  readonly paths: readonly HostPath[]
  readonly #options: PathSetOptions
  readonly #handler: PathSetHandler
  readonly #volumes = new Map<string, VolumeRoutes>()
  readonly #up = new Set<HostPath>()
  #targetName: string | undefined
  #pollTimer: Timer | undefined
  #closed: (() => void) | undefined
  #openPaths = 0

  constructor(options: PathSetOptions, handler: PathSetHandler) {
    this.#options = options
    this.#handler = handler
    this.#targetName = options.targetName
    const { clock, network, initiatorName } = options
    this.paths = options.portals.map((portal, index) => {
      const isidQualifier = options.isidQualifier + index
      return new HostPath(
        { clock, network, portal, initiatorName, isidQualifier },
        {
          targetName: () => this.#targetName,
          targetFound: (name) => (this.#targetName = name),
          lunsRead: (path) => this.#lunsRead(path),
          accessStatesRead: (path, lun, groups) => this.#accessStatesRead(path, lun, groups),
          down: (path, reason) => this.#pathDown(path, reason),
          closed: () => this.#pathClosed(),
        },
      )
    })
  }

  open(): void {
    this.#openPaths = this.paths.length
    for (const path of this.paths) path.open()
    this.#schedulePoll()
  }

  /** `done` is called when all have logged out, never before this returns. */
  close(done: () => void): void {
    this.#closed = done
    this.#pollTimer?.cancel()
    if (this.#openPaths === 0) this.#options.clock.after(0, done)
    else for (const path of this.paths) path.close()
  }

  find(identifier: string): VolumeRoutes | undefined {
    return this.#volumes.get(identifier)
  }

  /** By LUN. */
  volumes(): readonly VolumeRoutes[] {
    return [...this.#volumes.values()].sort((a, b) => a.lun - b.lun)
  }

  report(): readonly PathReport[] {
    return this.paths.map((path) => ({
      controller: path.controller,
      address: path.address,
      state: path.state,
      ...(path.message === undefined ? {} : { message: path.message }),
      luns: [...path.luns.values()].map((lun) => {
        const volume = this.#volumes.get(lun.identifier)
        return { lun: lun.lun, accessState: volume?.stateOn(path) ?? 'unavailable', inUse: volume?.lastPath === path }
      }),
    }))
  }

  #lunsRead(path: HostPath): void {
    const found = new Set<string>()
    for (const lun of path.luns.values()) {
      found.add(lun.identifier)
      const volume = this.#volumes.get(lun.identifier) ?? new VolumeRoutes(lun.identifier)
      this.#volumes.set(lun.identifier, volume)
      volume.setRoute(path, lun)
      this.#takeStates(volume, lun.groups)
    }
    for (const volume of [...this.#volumes.values()]) {
      if (found.has(volume.identifier)) continue
      volume.dropRoute(path)
      if (volume.hasRoutes) continue
      this.#volumes.delete(volume.identifier)
      this.#handler.volumeGone(volume.identifier)
    }
    if (!this.#up.has(path)) {
      this.#up.add(path)
      this.#trace('host.path-up', { portal: path.controller, address: path.address, luns: path.luns.size })
      this.#handler.pathUp(path)
    }
    this.#handler.volumesChanged()
    this.#handler.routesChanged()
  }

  #accessStatesRead(path: HostPath, lun: number, groups: readonly TargetPortGroup[]): void {
    const identifier = path.luns.get(lun)?.identifier
    const volume = identifier === undefined ? undefined : this.#volumes.get(identifier)
    if (!volume) return
    this.#takeStates(volume, groups)
    this.#handler.routesChanged()
  }

  #takeStates(volume: VolumeRoutes, groups: readonly TargetPortGroup[]): void {
    for (const { group, state } of groups) {
      if (!volume.setState(group, state) || (group !== 1 && group !== 2)) continue
      this.#trace('host.path-changed', { portal: controllerOfPortalGroup(group), lun: volume.lun, accessState: state })
    }
  }

  #pathDown(path: HostPath, reason: string): void {
    this.#up.delete(path)
    for (const volume of this.#volumes.values()) volume.dropRoute(path)
    this.#trace('host.path-down', { portal: path.controller, address: path.address, message: reason })
    this.#handler.pathDown(path)
    this.#handler.routesChanged()
  }

  #pathClosed(): void {
    if (--this.#openPaths === 0) this.#closed?.()
  }

  #schedulePoll(): void {
    this.#pollTimer = this.#options.clock.after(POLL_MS, () => {
      for (const volume of this.#volumes.values()) {
        if (volume.isOptimized) continue
        for (const path of volume.usablePaths()) path.readAccessStates(volume.lunOn(path)?.lun ?? volume.lun)
      }
      this.#schedulePoll()
    })
  }

  #trace(kind: TraceKind, data: TraceData): void {
    this.#options.trace.record({ place: 'host', kind, data })
  }
}
