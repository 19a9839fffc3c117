import { BLOCK_BYTES } from '../../src-main/base/units'
import { assert } from '../../src-main/base/assert'
import { concatBytes } from '../../src-main/base/bytes'
import { Prng } from '../../src-main/base/prng'
import { portalGroupOf, type ControllerId, type PortalGroup } from '../../src-main/contract/controller-id'
import type { UnitReservations } from '../../src-main/contract/reservations'
import { LabHost, type LabHostOptions } from '../../src-main/core/host/lab-host'
import { IscsiTarget } from '../../src-main/core/iscsi/session/target'
import type { AccessState, LogicalUnit, VolumeFault, VolumeOutcome } from '../../src-main/core/scsi/device'
import { Rounds } from '../../src-main/core/turns/rounds'
import { createScsiTarget, type ControllerScsiTarget } from '../../src-main/core/scsi/target'
import { RecordedTrace, VirtualClock, VirtualNetwork } from './virtual-world'

const BENCH_TARGET = 'iqn.2026-11.lab.takeover:bench'
const PORTALS = [
  { controller: 'a', host: '127.0.0.1', port: 3260 },
  { controller: 'b', host: '127.0.0.1', port: 3261 },
] as const

/** A volume that both controllers of a bench serve, with blocks that can be spoilt. */
class BenchUnit implements LogicalUnit {
  readonly blocks = new Map<number, Uint8Array>()
  readonly states: Record<PortalGroup, AccessState>
  readonly preferredGroup: PortalGroup
  readonly serial: string
  readonly name: string
  /** Of all operations until it is taken back. */
  fault: VolumeFault | undefined
  /** Called for each write with its block address and data before it is stored; false: it is acknowledged and dropped. */
  onWrite: (firstBlock: number, data: Uint8Array) => boolean = () => true
  latencyMs = 0.2
  reservations: UnitReservations | undefined
  writes = 0
  reads = 0

  constructor(
    readonly clock: VirtualClock,
    readonly volumeId: number,
    public owner: ControllerId,
    public blockCount: number,
  ) {
    this.preferredGroup = portalGroupOf(owner)
    this.serial = (0xbe0 + volumeId).toString(16).padStart(16, '0')
    this.name = `volume ${volumeId}`
    this.states = statesOf(owner)
  }

  changeReservations(change: Parameters<LogicalUnit['changeReservations']>[0], done: (outcome: VolumeOutcome<undefined>) => void): void {
    const changed = change(this.reservations ?? { volumeId: this.volumeId, generation: 0, outlivesPowerLoss: false, registrations: [] }, 0)
    if (changed !== undefined) this.reservations = changed.unit
    this.clock.after(this.latencyMs, () => done({ ok: true, value: undefined }))
  }

  accessState(group: PortalGroup): AccessState {
    return this.states[group]
  }

  setOwner(owner: ControllerId): void {
    this.owner = owner
    Object.assign(this.states, statesOf(owner))
  }

  blockAt(block: number): Uint8Array {
    return this.blocks.get(block) ?? new Uint8Array(BLOCK_BYTES)
  }

  read(io: Parameters<LogicalUnit['read']>[0], done: (outcome: VolumeOutcome<readonly Uint8Array[]>) => void): void {
    this.reads++
    this.#later(done, () => Array.from({ length: io.blockCount }, (_, index) => this.blockAt(io.firstBlock + index).slice()))
  }

  compareAndWrite(
    io: Parameters<LogicalUnit['compareAndWrite']>[0],
    done: (outcome: VolumeOutcome<readonly Uint8Array[] | undefined>) => void,
  ): void {
    this.read(io, (stored) => {
      if (!stored.ok || Buffer.compare(concatBytes(stored.value), concatBytes(io.expected)) !== 0) done(stored)
      else this.write(io, done)
    })
  }

  write(io: Parameters<LogicalUnit['write']>[0], done: (outcome: VolumeOutcome<undefined>) => void): void {
    this.writes++
    this.#later(done, () => {
      const data = concatBytes(io.data)
      if (!this.onWrite(io.firstBlock, data)) return undefined
      for (let i = 0; i < io.blockCount; i++) this.blocks.set(io.firstBlock + i, data.slice(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))
      return undefined
    })
  }

  flush(_io: Parameters<LogicalUnit['flush']>[0], done: (outcome: VolumeOutcome<undefined>) => void): void {
    this.#later(done, () => undefined)
  }

  #later<T>(done: (outcome: VolumeOutcome<T>) => void, run: () => T): void {
    this.clock.after(this.latencyMs, () => done(this.fault === undefined ? { ok: true, value: run() } : { ok: false, fault: this.fault }))
  }
}

function statesOf(owner: ControllerId): Record<PortalGroup, AccessState> {
  return { 1: owner === 'a' ? 'active-optimized' : 'active-non-optimized', 2: owner === 'b' ? 'active-optimized' : 'active-non-optimized' }
}

interface BenchController {
  readonly id: ControllerId
  readonly scsi: ControllerScsiTarget
  readonly iscsi: IscsiTarget
}

/** The lab's host against two real iSCSI targets over shared volumes in memory, in virtual time. */
export class HostBench {
  readonly clock = new VirtualClock()
  readonly network = new VirtualNetwork(this.clock)
  readonly trace = new RecordedTrace()
  readonly units = new Map<number, BenchUnit>()
  readonly host: LabHost
  readonly #controllers = new Map<ControllerId, BenchController>()

  constructor(options: { readonly seed?: number; readonly host?: Partial<LabHostOptions>; readonly blockCount?: number } = {}) {
    const blockCount = options.blockCount ?? 4096
    this.map(0, 'a', blockCount)
    this.map(1, 'b', blockCount)
    this.start('a')
    this.start('b')
    const { clock, network, trace } = this
    this.host = new LabHost(
      { clock, network, trace, random: new Prng(options.seed ?? 1) },
      { initiatorName: 'iqn.2026-11.lab.takeover:host', isidQualifier: 0x100, portals: PORTALS, targetName: undefined, ...options.host },
    )
  }

  unit(lun: number): BenchUnit {
    const unit = this.units.get(lun)
    assert(unit !== undefined, `no unit at LUN ${lun}`)
    return unit
  }

  map(lun: number, owner: ControllerId, blockCount: number): BenchUnit {
    const unit = new BenchUnit(this.clock, lun, owner, blockCount)
    this.units.set(lun, unit)
    return unit
  }

  /** Starts a controller, and opens its own portal. */
  start(id: ControllerId): void {
    const scsi = createScsiTarget({
      directory: {
        luns: () => [...this.units.keys()].sort((a, b) => a - b),
        find: (lun) => this.units.get(lun),
        units: () => [...this.units.values()],
      },
      again: (run) => void this.clock.after(0, run),
      identity: { targetName: BENCH_TARGET, revision: '0001' },
      endTasksOf: (_lun, _nexuses, _by, done) => done(),
    })
    const portalAddresses = () =>
      PORTALS.map(({ controller, host, port }) => ({ address: `${host}:${port}`, group: portalGroupOf(controller) }))
    const later = (run: () => void) => void this.clock.after(0, run)
    const iscsi = new IscsiTarget({
      targetName: BENCH_TARGET,
      alias: 'bench',
      controller: id,
      portalAddresses,
      scsi,
      peerTasks: { hasRoom: true, end: (_, done) => done() },
      clock: this.clock,
      trace: this.trace,
      rounds: new Rounds({ clock: this.clock, turn: { atEnd: later, next: later } }),
      security: { note: () => undefined },
    })
    this.#controllers.set(id, { id, scsi, iscsi })
    this.openPortal(id, id)
  }

  openPortal(of: ControllerId, servedBy: ControllerId): void {
    const { iscsi } = this.controller(servedBy)
    this.network.listen(addressOf(of), (connection) => iscsi.accept(connection, of))
  }

  closePortal(of: ControllerId): void {
    this.network.close(addressOf(of))
  }

  silence(of: ControllerId, silent: boolean): void {
    this.network.silence(addressOf(of), silent)
  }

  /** The controller is gone; nothing of what it was doing is answered. */
  kill(id: ControllerId): void {
    this.closePortal(id)
    this.#controllers.delete(id)
  }

  /** What the survivor does at the end of a takeover. */
  takeOver(dead: ControllerId): void {
    const survivor = dead === 'a' ? 'b' : 'a'
    for (const unit of this.units.values()) unit.setOwner(survivor)
    this.controller(survivor).scsi.noteAccessStatesChanged()
    this.openPortal(dead, survivor)
  }

  controller(id: ControllerId): BenchController {
    const controller = this.#controllers.get(id)
    assert(controller !== undefined, `controller ${id} is not there`)
    return controller
  }

  /** Opens the host and waits for both paths. */
  ready(): this {
    this.host.open()
    this.clock.runUntil(() => this.pathStates() === 'up up')
    return this
  }

  pathStates(): string {
    return this.host
      .report()
      .paths.map((path) => path.state)
      .join(' ')
  }

  stopWorkload(): void {
    let stopped = false
    this.host.stopWorkload(() => (stopped = true))
    this.clock.runUntil(() => stopped)
  }

  verify(): { readonly checkedBlocks: number; readonly verified: number; readonly lost: number } {
    let result: { readonly checkedBlocks: number; readonly verified: number; readonly lost: number } | undefined
    this.host.verify((found) => (result = found))
    this.clock.runUntil(() => result !== undefined)
    assert(result !== undefined, 'no result')
    return result
  }
}

function addressOf(id: ControllerId): string {
  const portal = PORTALS[id === 'a' ? 0 : 1]
  return `${portal.host}:${portal.port}`
}
