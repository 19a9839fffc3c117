import type { AccessState } from '../scsi/device'
import type { HostPath } from './host-path'
import type { PathLun } from './lun-scan'

/** One way to a volume. */
export interface Route {
  readonly path: HostPath
  readonly lun: PathLun
}

/** A volume as the host sees it: what has the same identifier on all paths. */
export interface HostVolume {
  /** NAA name in hex. */
  readonly identifier: string
  readonly lun: number
  readonly blockCount: number
}

const RANK: { readonly [state in AccessState]: number } = {
  'active-optimized': 0,
  'active-non-optimized': 1,
  transitioning: 2,
  standby: 3,
  unavailable: 4,
}

/** After "not now", how long until one command tries again. */
export const RETRY_MS = 10

/** The routes of one volume and the access states of its target port groups (SPC-4 5.15). */
export class VolumeRoutes implements HostVolume {
  readonly identifier: string
  readonly #routes = new Map<HostPath, PathLun>()
  readonly #states = new Map<number, AccessState>()
  #lun = 0
  #blockCount = 0
  #lastPath: HostPath | undefined
  /** The volume said "not now". One command at a time probes it, so that the others cost nothing. */
  #pause: { readonly untilMs: number; probing: boolean } | undefined

  constructor(identifier: string) {
    this.identifier = identifier
  }

  get lun(): number {
    return this.#lun
  }

  get blockCount(): number {
    return this.#blockCount
  }

  get hasRoutes(): boolean {
    return this.#routes.size > 0
  }

  /** Where the last command went: what the window shows as in use. */
  get lastPath(): HostPath | undefined {
    return this.#lastPath
  }

  setRoute(path: HostPath, lun: PathLun): void {
    this.#routes.set(path, lun)
    this.#lun = lun.lun
    this.#blockCount = lun.blockCount
  }

  dropRoute(path: HostPath): void {
    this.#routes.delete(path)
    if (this.#lastPath === path) this.#lastPath = undefined
  }

  lunOn(path: HostPath): PathLun | undefined {
    return this.#routes.get(path)
  }

  /** An unknown state counts as non-optimized: the path works, but there may be a better one. */
  stateOn(path: HostPath): AccessState {
    const lun = this.#routes.get(path)
    return (lun && this.#states.get(path.groupOf(lun))) ?? 'active-non-optimized'
  }

  /** Returns whether this is news. */
  setState(group: number, state: AccessState): boolean {
    if (this.#states.get(group) === state) return false
    this.#states.set(group, state)
    return true
  }

  /** The best path that is up and has room; the one used last among equals. */
  choose(hasRoom: (path: HostPath) => boolean): Route | undefined {
    let best: Route | undefined
    let bestRank = Number.POSITIVE_INFINITY
    for (const [path, lun] of this.#routes) {
      if (path.session === undefined || !hasRoom(path)) continue
      const rank = RANK[this.stateOn(path)] - (path === this.#lastPath ? 0.5 : 0)
      if (rank < bestRank) {
        best = { path, lun }
        bestRank = rank
      }
    }
    if (best) this.#lastPath = best.path
    return best
  }

  /** Whether a command may be sent now. If so, it must be. */
  admit(nowMs: number): boolean {
    if (this.#pause === undefined) return true
    if (this.#pause.probing || nowMs < this.#pause.untilMs) return false
    this.#pause.probing = true
    return true
  }

  pause(nowMs: number): void {
    this.#pause = { untilMs: nowMs + RETRY_MS, probing: false }
  }

  resume(): void {
    this.#pause = undefined
  }

  /** Whether I/O goes by a path of the owner. */
  get isOptimized(): boolean {
    for (const path of this.#routes.keys()) if (path.session !== undefined && this.stateOn(path) === 'active-optimized') return true
    return false
  }

  /** Paths to ask for the states. */
  usablePaths(): readonly HostPath[] {
    return [...this.#routes.keys()].filter((path) => path.session !== undefined)
  }
}
