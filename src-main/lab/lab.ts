import type { Worker, WorkerOptions } from 'node:worker_threads'
import type { ControllerId } from '../contract/controller-id'
import type { LabApi } from '../contract/lab-api'
import type { LiveLab } from '../exercise/live/live-lab'
import type { Workload } from '../contract/workload'

/**
 * Starts the worker threads. Given by the entry, because only entry files may say
 * `new Worker(new URL('./controller-worker.js', import.meta.url), options)`.
 */
export interface LabSpawn {
  controller(options: WorkerOptions): Worker
  host(options: WorkerOptions): Worker
  simulation(options: WorkerOptions): Worker
  shelf(options: WorkerOptions): Worker
}

export interface LabOptions {
  readonly folder: string
  /** For a new lab; undefined: the usual ones. An existing lab keeps what it has. */
  readonly driveCount: number | undefined
  readonly driveMib: number | undefined
  /** Open it also if it was copied while it was open, or if another copy of it is open. */
  readonly acceptsCopy?: boolean
  /** TCP ports on loopback. 0: any free port. Undefined: the usual port, or any free one if it is in use. */
  readonly portalPorts: Readonly<Record<ControllerId, number | undefined>>
  readonly managementPorts: Readonly<Record<ControllerId, number | undefined>>
  /** Undefined: as it was when the lab was last closed. */
  readonly startWorkload: boolean | undefined
  readonly workload: Partial<Workload>
  /** Room for recordings that nobody keeps; undefined: as the lab remembers it. */
  readonly recordingsMib?: number | undefined
  /** The folder that the labs of a class share; undefined: as the lab remembers it. */
  readonly classFolder?: string | undefined
  /** Without what the ports see around faults in the recordings: to measure what that costs. */
  readonly withoutFlightRecorder?: boolean
  /** Folders of exercises that ship. Those in the lab’s own folder come after them. */
  readonly exerciseFolders?: readonly string[]
  readonly version: string
  /** Shown in the window, e.g. "Electron 33.2.1 from the package registry". */
  readonly developmentBuild?: string | undefined
  readonly spawn: LabSpawn
}

/** A lab that runs in this process. */
export interface Lab {
  readonly api: LabApi
  /** As the check of a live exercise uses it. */
  readonly live: LiveLab
  /** Sentences for the person who started it, e.g. that a usual port was taken. */
  readonly notices: readonly string[]
  /** The page's address refused somebody, for its token or as a foreign page. `remote`: where from. */
  notePageRefusal(remote: string, text: string): void
  /** Where the lab takes commands, once it listens there: programs find that in `access.json`. `page`: browsers get the window there. */
  announce(address: { readonly commands: string; readonly page: boolean }): void
  /** Resolves when both controllers serve; rejects with a sentence when they do not within `timeoutMs`. */
  untilServing(timeoutMs: number): Promise<void>
  /** Orderly: workload, controllers, files, lock. */
  close(): Promise<void>
}
