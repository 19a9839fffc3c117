/** The lab of a soak over the lives of its process: always on the same folder and the same ports. */
import { randomInt } from 'node:crypto'
import * as fs from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import * as path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BLOCK_BYTES, MIB } from '../../src-main/base/units'
import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import type { LabCommandName } from '../../src-main/contract/lab-api'
import type { SocketAddress } from '../../src-main/contract/midplane'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { isWhole, labClient, type LabClient } from '../support/lab-client'
import { killWhileStarting, startLabProcess, type LabProcess, type LabProcessOptions } from '../support/lab-process'
import { mountSmallDisk, type SmallDisk } from './small-disk'

/**
 * Below the ports that systems give to connections: a host that tries again and again to reach a closed port of those
 * would at last be connected to itself, and keep the port.
 */
const PORTS = { from: 15_000, to: 30_000 } as const
const VOLUME_MIB = 8
/** LUNs of the host outside; the lab's own host has those of a new lab. */
export const OUTSIDE_LUNS = [2, 3] as const
/** Of the writers outside that write over each other. */
export const OVERLAPPING = { lun: 4, blockCount: (VOLUME_MIB * MIB) / BLOCK_BYTES } as const
const INSIDE_LUNS = [0, 1] as const

export class SoakedLab {
  /** A drive that was hurt and is not being rebuilt yet. The lab may not have noticed. */
  hurtDrive: number | undefined
  /** Undefined where the lab has to be on a disk that it must not fill. */
  readonly disk: SmallDisk | undefined
  readonly #options: LabProcessOptions
  readonly #ports: readonly number[]
  #process: LabProcess | undefined
  #client: LabClient | undefined
  /** Of the lab's own host, in the lives before this one. */
  #lostBefore = 0
  #acknowledgedBefore = 0
  #lastSeen = { lost: 0, acknowledged: 0 }
  /** Copies of the image files from the beginning. */
  readonly #copies = fs.mkdtempSync(path.join(tmpdir(), 'soak-copies-'))

  private constructor(options: LabProcessOptions, ports: readonly number[], disk: SmallDisk | undefined) {
    this.#options = options
    this.disk = disk
    this.#ports = ports
  }

  static async create(folder: string): Promise<SoakedLab> {
    const ports = await freePorts(4)
    const [portalA, portalB, managementA, managementB] = ports
    const args = [
      '--lab',
      path.resolve(folder),
      '--drive-mib',
      '64',
      `--portal-a=${portalA}`,
      `--portal-b=${portalB}`,
      `--management-a=${managementA}`,
      `--management-b=${managementB}`,
      '--http=0',
    ]
    fs.mkdirSync(folder, { recursive: true })
    return new SoakedLab({ command: [process.execPath, 'out/main/serve.js', ...args] }, ports, mountSmallDisk(folder))
  }

  get client(): LabClient {
    if (this.#client === undefined) throw new Error('the application is not running')
    return this.#client
  }

  get targetName(): string {
    return this.#process?.ready.target ?? ''
  }

  get portals(): Readonly<Record<ControllerId, SocketAddress>> {
    const [a = 0, b = 0] = this.#ports
    return { a: { host: '127.0.0.1', port: a }, b: { host: '127.0.0.1', port: b } }
  }

  /** What the lab's own host found, in all lives of the application. */
  get insideHost(): { readonly lost: number; readonly acknowledged: number } {
    return { lost: this.#lostBefore + this.#lastSeen.lost, acknowledged: this.#acknowledgedBefore + this.#lastSeen.acknowledged }
  }

  async startApplication(): Promise<void> {
    this.#process = await startLabProcess(this.#options)
    this.#client = labClient(this.#process.ready)
  }

  killWhileStarting(afterMs: number): Promise<void> {
    return killWhileStarting(this.#options, afterMs)
  }

  async killApplication(): Promise<void> {
    await this.look()
    this.#lostBefore += this.#lastSeen.lost
    this.#acknowledgedBefore += this.#lastSeen.acknowledged
    this.#lastSeen = { lost: 0, acknowledged: 0 }
    await this.#process?.kill()
    this.#client = undefined
  }

  async stop(): Promise<void> {
    await this.#process?.stop()
    this.#client = undefined
    fs.rmSync(this.#copies, { recursive: true, force: true })
  }

  /** All of the application stands still for a while: a laptop that sleeps, a machine that swaps. */
  async freeze(ms: number): Promise<void> {
    this.#process?.signal('SIGSTOP')
    await sleep(ms)
    this.#process?.signal('SIGCONT')
  }

  copyOf(file: string): string {
    return path.join(this.#copies, path.basename(file))
  }

  /** Sends a service request, and to the other controller if the first one cannot. Says whether one took it. */
  async asks(name: string, params: object): Promise<boolean> {
    for (const controller of CONTROLLER_IDS) {
      const answer = await this.client.service(controller, name, params).catch(() => undefined)
      if (answer !== undefined && !('error' in answer)) return true
    }
    return false
  }

  /** False where the lab says that it cannot be done now. */
  async tries(name: LabCommandName, parameters: object = {}): Promise<boolean> {
    try {
      await this.client.command(name, parameters)
      return true
    } catch (error) {
      if (error instanceof Error && error.message.includes('not-possible-now')) return false
      throw error
    }
  }

  async look(): Promise<LabSnapshot> {
    const snapshot = await this.client.snapshot()
    this.#note(snapshot)
    return snapshot
  }

  async until(what: string, holds: (snapshot: LabSnapshot) => boolean, timeoutMs: number): Promise<LabSnapshot> {
    const snapshot = await this.client.until(what, holds, timeoutMs)
    this.#note(snapshot)
    return snapshot
  }

  /** Volumes that only the host outside writes, and the workload of the lab's own host on the others. */
  async furnish(): Promise<void> {
    await this.until('a new lab serves', isWhole, 20_000)
    // Older than everything that follows.
    for (const { file } of (await this.look()).drives) fs.copyFileSync(file, this.copyOf(file))
    for (const [name, group, preferredOwner, lun] of [
      ['outside-1', 'r5', 'b', OUTSIDE_LUNS[0]],
      ['outside-2', 'r1', 'a', OUTSIDE_LUNS[1]],
      ['overlapping', 'r5', 'a', OVERLAPPING.lun],
    ] as const) {
      for (const [request, params] of [
        ['create-volume', { name, group, megabytes: VOLUME_MIB, preferredOwner }],
        ['map-lun', { volume: name, lun }],
      ] as const) {
        const answer = await this.client.service('a', request, params)
        if ('error' in answer) throw new Error(`${request}: ${JSON.stringify(answer)}`)
      }
    }
    await this.client.command('start-workload', {
      workload: { requestsPerSecond: 150, readShare: 0.4, blockBytes: 4096, regionBytes: 2 * 1024 * 1024, luns: [...INSIDE_LUNS] },
    })
  }

  #note({ host }: LabSnapshot): void {
    if (host !== undefined) this.#lastSeen = { lost: host.ledger.lost, acknowledged: host.ledger.acknowledged }
  }
}

/** Both serve what prefers them, each mirrors to the other, and the lab's own host sees both. */
export function isRedundant(snapshot: LabSnapshot): boolean {
  const { controllers, host } = snapshot
  const isMirrored = CONTROLLER_IDS.every((id) => controllers[id].nvram?.mirror === 'in-step')
  const hasAllDrives = snapshot.drives.every(({ state }) => state === 'online')
  return (
    isWhole(snapshot) &&
    isMirrored &&
    hasAllDrives &&
    host?.paths.length === CONTROLLER_IDS.length &&
    host.paths.every(({ state }) => state === 'up')
  )
}

async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = randomInt(PORTS.from, PORTS.to)
    if (await isFree(port)) ports.add(port)
  }
  return [...ports]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
