import { present } from '../../base/assert'
import type { Prng } from '../../base/prng'
import type { Checks } from '../checkers/checks'
import type { Swarm } from '../faults/swarm'
import { LIMITS } from '../../contract/limits'
import type { Ground } from '../hosts/ground'
import { LedgerHost } from '../hosts/ledger-host'
import { Repeater } from '../hosts/repeater'
import { ReservingHosts } from '../hosts/reserving-hosts'
import { ScsiHost } from '../hosts/scsi-host'
import { Station } from '../hosts/station'
import { VirtualHost, type HostWatcher } from '../hosts/virtual-host'
import type { World } from '../world'

/** Of all stations: the results of as many are remembered. */
const MAX_REQUESTS = 120
/** Those before it belong to the first volumes. */
const FIRST_NEW_LUN = 8

export interface ActorsParts {
  readonly world: World
  readonly random: Prng
  readonly swarm: Swarm
  readonly checks: Checks
  readonly watcher: HostWatcher | undefined
}

/** Those who ask something of a world's controllers: hosts, management stations and, in some worlds, a host with a ledger. */
export class Actors {
  readonly hosts: VirtualHost[] = []
  readonly stations: Station[] = []
  readonly #parts: ActorsParts
  #ledgerHost: LedgerHost | undefined
  #repeater: Repeater | undefined
  #scsiHost: ScsiHost | undefined
  #reservingHosts: ReservingHosts | undefined

  constructor(parts: ActorsParts) {
    this.#parts = parts
  }

  addHosts(ground: Ground): void {
    const { world, random, swarm, checks, watcher } = this.#parts
    const around = { blocks: checks.blocks, violations: checks.violations, watcher }
    for (const [index, habits] of swarm.hosts.entries()) {
      this.hosts.push(new VirtualHost({ name: `host ${index + 1}`, world, random: random.fork(), habits, ground, around }))
    }
  }

  startStations(): void {
    const { world, swarm, checks } = this.#parts
    const groups = (world.controller('a')?.state?.configuration.groups ?? []).map(({ name }) => name)
    let lun = FIRST_NEW_LUN
    const newLun = (): number | undefined => (lun < LIMITS.luns ? lun++ : undefined)
    for (let number = 1; number <= swarm.stations; number++) {
      const random = this.#parts.random.fork()
      const habits = {
        thinkMs: random.pick([20, 100, 400]),
        twiceShare: random.pick([0, 0.2]),
        deletesAtOnce: swarm.deletesAtOnce,
        groups,
        maxRequests: Math.floor(MAX_REQUESTS / swarm.stations),
      }
      const station = new Station({ name: `station ${number}`, world, random, habits, check: checks.services, newLun })
      this.stations.push(station)
      station.start()
    }
    if (!swarm.hasRepeater) return
    this.#repeater = new Repeater({ world, random: this.#parts.random.fork(), check: checks.services })
    this.#repeater.start()
  }

  /** In worlds that have one. */
  startLedgerHost(): void {
    const { world, random, swarm, checks } = this.#parts
    if (!swarm.hasLedgerHost) return
    const state = present(world.controller('a')?.state, 'array state')
    this.#ledgerHost = new LedgerHost({ world, state, random: random.fork(), violations: checks.violations, blocks: checks.blocks })
    this.#ledgerHost.start()
  }

  /** In worlds that have one. */
  startScsiHost(ground: Ground): void {
    const { world, random, swarm, checks } = this.#parts
    if (!swarm.hasScsiHost) return
    this.#scsiHost = new ScsiHost({ world, ground, random: random.fork(), violations: checks.violations, blocks: checks.blocks })
    this.#scsiHost.start()
  }

  /** In worlds that have some. */
  startReservingHosts(ground: Ground): void {
    const { world, random, swarm, checks } = this.#parts
    // Nobody takes this one away.
    const volume = ground.volumes.find(({ isCreated }) => !isCreated)
    if (!swarm.hasReservingHosts || volume === undefined) return
    this.#reservingHosts = new ReservingHosts({ world, random: random.fork(), violations: checks.violations, lun: volume.lun })
    this.#reservingHosts.start()
  }

  /** Host commands and service requests so far. */
  get answered(): number {
    return [...this.hosts, ...this.stations].reduce(
      (sum, { answered }) => sum + answered,
      (this.#scsiHost?.answered ?? 0) + (this.#reservingHosts?.answered ?? 0),
    )
  }

  /** Nobody waits for an answer. */
  get isIdle(): boolean {
    const all = [...this.hosts, ...this.stations, ...(this.#ledgerHost === undefined ? [] : [this.#ledgerHost])]
    const others = [this.#repeater, this.#scsiHost, this.#reservingHosts]
    return all.every(({ isBusy }) => !isBusy) && others.every((one) => one?.isBusy !== true)
  }

  burst(commandsPerClient: number): void {
    for (const host of this.hosts) host.burst(commandsPerClient)
    this.#scsiHost?.burst(commandsPerClient)
    this.#reservingHosts?.burst()
  }

  /** Hosts come to their end by themselves. */
  stop(): void {
    for (const station of this.stations) station.stop()
    this.#repeater?.stop()
    this.#ledgerHost?.stop()
    this.#scsiHost?.stop()
    this.#reservingHosts?.stop()
  }

  /** Reads everything that hosts have touched, each part by one of them. */
  readBack({ volumes }: Ground): void {
    const { blocks } = this.#parts.checks
    for (const volume of volumes)
      for (const run of blocks.touched(volume.contentId)) this.#parts.random.pick(this.hosts).readBack(volume, run)
    this.#ledgerHost?.verify()
    this.#scsiHost?.verify()
    this.#reservingHosts?.verify()
  }
}
