import { expect } from 'vitest'
import { assert } from '../../src-main/base/assert'
import { concatBytes } from '../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../src-main/base/units'
import type { PortalGroup } from '../../src-main/contract/controller-id'
import type { NexusName, UnitReservations } from '../../src-main/contract/reservations'
import type {
  AccessState,
  LogicalUnit,
  Nexus,
  ReservationChange,
  ScsiCommand,
  ScsiResponse,
  VolumeFault,
  VolumeOutcome,
} from '../../src-main/core/scsi/device'
import { readCdb, testUnitReadyCdb } from '../../src-main/core/scsi/initiator-cdbs'
import { decodeSense } from '../../src-main/core/scsi/sense'
import type { FieldPointer } from '../../src-main/core/scsi/sense'
import { ADDITIONAL_SENSE, SENSE_KEY, STATUS } from '../../src-main/core/scsi/spec'
import type { AdditionalSense, SenseKey } from '../../src-main/core/scsi/spec'
import { createScsiTarget } from '../../src-main/core/scsi/target'
import type { ControllerScsiTarget } from '../../src-main/core/scsi/target'
import { CompletionQueue } from './memory-drive'

export const TARGET_NAME = 'iqn.2026-11.lab.takeover:array'

interface UnitCallRecord {
  readonly operation: 'read' | 'write' | 'write-atomic' | 'or-write' | 'compare-and-write' | 'flush'
  readonly firstBlock: number
  readonly blockCount: number
  readonly forceUnitAccess: boolean
}

const OPERATIONS = { plain: 'write', atomic: 'write-atomic', or: 'or-write' } as const

/** A volume in memory. Blocks that were never written are zeros, so it may claim to be as large as a test needs. */
class MemoryUnit implements LogicalUnit {
  readonly calls: UnitCallRecord[] = []
  readonly blocks = new Map<number, Uint8Array>()
  readonly states: Record<PortalGroup, AccessState> = { 1: 'active-optimized', 2: 'active-non-optimized' }
  preferredGroup: PortalGroup = 1
  /** The next operation fails with it. */
  fault: VolumeFault | undefined
  readonly name = 'volume'
  /** Registrations with other units. */
  elsewhere = 0
  /** As both controllers do. */
  tell: (news: ReservationChange['news']) => void = () => undefined
  reservations: UnitReservations | undefined
  /**
   * Comes when the next change of reservations is decided and not committed yet. What it returns is committed in between, so the change is
   * made again.
   */
  decided: ((unit: UnitReservations) => UnitReservations | undefined) | undefined
  /** Comes with the next change of reservations, before its answer. */
  committed = (): void => undefined

  constructor(
    readonly completions: CompletionQueue,
    readonly volumeId: number,
    readonly serial: string,
    public blockCount: number,
  ) {}

  changeReservations(change: Parameters<LogicalUnit['changeReservations']>[0], done: (outcome: VolumeOutcome<undefined>) => void): void {
    this.completions.add(() => {
      const { fault } = this
      this.fault = undefined
      let before = this.reservations ?? { volumeId: this.volumeId, generation: 0, outlivesPowerLoss: false, registrations: [] }
      let changed = fault === undefined ? change(before, this.elsewhere) : undefined
      const { decided } = this
      this.decided = undefined
      const overtaking = decided?.(before)
      if (overtaking !== undefined) {
        this.reservations = before = overtaking
        changed = change(before, this.elsewhere)
      }
      if (changed !== undefined) {
        this.reservations = changed.unit
        this.tell(changed.news)
      }
      const { committed } = this
      this.committed = () => undefined
      committed()
      done(fault === undefined ? { ok: true, value: undefined } : { ok: false, fault })
    })
  }

  accessState(group: PortalGroup): AccessState {
    return this.states[group]
  }

  read(io: Parameters<LogicalUnit['read']>[0], done: (outcome: VolumeOutcome<readonly Uint8Array[]>) => void): void {
    this.#start({ operation: 'read', firstBlock: io.firstBlock, blockCount: io.blockCount, forceUnitAccess: false }, done, () =>
      Array.from({ length: io.blockCount }, (_, index) => this.blocks.get(io.firstBlock + index)?.slice() ?? new Uint8Array(BLOCK_BYTES)),
    )
  }

  write(io: Parameters<LogicalUnit['write']>[0], done: (outcome: VolumeOutcome<undefined>) => void): void {
    this.#start(
      {
        operation: OPERATIONS[io.manner ?? 'plain'],
        firstBlock: io.firstBlock,
        blockCount: io.blockCount,
        forceUnitAccess: io.forceUnitAccess,
      },
      done,
      () => {
        const data = concatBytes(io.data)
        const stored = concatBytes(this.#stored(io))
        this.#store(io, io.manner === 'or' ? data.map((byte, index) => byte | (stored[index] ?? 0)) : data)
        return undefined
      },
    )
  }

  compareAndWrite(
    io: Parameters<LogicalUnit['compareAndWrite']>[0],
    done: (outcome: VolumeOutcome<readonly Uint8Array[] | undefined>) => void,
  ): void {
    const { firstBlock, blockCount, forceUnitAccess } = io
    this.#start({ operation: 'compare-and-write', firstBlock, blockCount, forceUnitAccess }, done, () => {
      const stored = this.#stored(io)
      if (Buffer.compare(concatBytes(stored), concatBytes(io.expected)) !== 0) return stored
      this.#store(io, concatBytes(io.data))
      return undefined
    })
  }

  #stored({ firstBlock, blockCount }: { readonly firstBlock: number; readonly blockCount: number }): readonly Uint8Array[] {
    return Array.from({ length: blockCount }, (_, index) => this.blocks.get(firstBlock + index)?.slice() ?? new Uint8Array(BLOCK_BYTES))
  }

  #store({ firstBlock, blockCount }: { readonly firstBlock: number; readonly blockCount: number }, data: Uint8Array): void {
    assert(data.length === blockCount * BLOCK_BYTES, `${data.length} bytes for ${blockCount} blocks`)
    for (let i = 0; i < blockCount; i++) this.blocks.set(firstBlock + i, data.slice(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES))
  }

  flush(_io: Parameters<LogicalUnit['flush']>[0], done: (outcome: VolumeOutcome<undefined>) => void): void {
    this.#start({ operation: 'flush', firstBlock: 0, blockCount: 0, forceUnitAccess: false }, done, () => undefined)
  }

  #start<T>(call: UnitCallRecord, done: (outcome: VolumeOutcome<T>) => void, run: () => T): void {
    assert(call.firstBlock + call.blockCount <= this.blockCount, 'a range that was not checked')
    this.calls.push(call)
    const { fault } = this
    this.fault = undefined
    this.completions.add(() => done(fault === undefined ? { ok: true, value: run() } : { ok: false, fault }))
  }
}

/** One controller's SCSI target with volumes in memory at some LUNs, and nexuses to it. */
export class ScsiBench {
  readonly completions = new CompletionQueue()
  readonly units = new Map<number, MemoryUnit>()
  readonly unmapped: MemoryUnit[] = []
  readonly target: ControllerScsiTarget
  /** Ends tasks that a command wants to have ended. */
  endTasks = (done: () => void): void => done()
  readonly tasksEnded: { readonly lun: number; readonly nexuses: readonly NexusName[] }[] = []
  #nexusCount = 0

  constructor(luns: readonly number[] = [0, 1], blockCount = 2048) {
    luns.forEach((lun) => this.map(lun, lun, blockCount))
    this.target = createScsiTarget({
      directory: {
        luns: () => [...this.units.keys()].sort((a, b) => a - b),
        find: (lun) => this.units.get(lun),
        units: () => [...this.units.values(), ...this.unmapped],
      },
      again: (run) => this.completions.add(run),
      identity: { targetName: TARGET_NAME, revision: '0100' },
      endTasksOf: (lun, nexuses, _, done) => {
        this.tasksEnded.push({ lun, nexuses })
        this.endTasks(done)
      },
    })
  }

  map(lun: number, volumeId: number, blockCount = 2048): MemoryUnit {
    const unit = new MemoryUnit(this.completions, volumeId, (0xabc0 + volumeId).toString(16).padStart(16, '0'), blockCount)
    unit.tell = (news) => this.target.noteReservationsChanged(lun, news)
    this.units.set(lun, unit)
    return unit
  }

  unit(lun: number): MemoryUnit {
    const unit = this.units.get(lun)
    assert(unit !== undefined, `no unit at LUN ${lun}`)
    return unit
  }

  /** A nexus whose power-on attentions are still to come. */
  newNexus(portalGroup: PortalGroup = 1): Nexus {
    const id = ++this.#nexusCount
    const nexus = { id, initiatorPort: `iqn.2026-11.test:host${id},i,0x00023d00000${id}`, portalGroup }
    this.target.nexusGained(nexus)
    return nexus
  }

  /** A nexus that has used all mapped LUNs. */
  readyNexus(portalGroup: PortalGroup = 1): Nexus {
    const nexus = this.newNexus(portalGroup)
    for (const lun of this.units.keys()) this.run(nexus, lun, testUnitReadyCdb())
    return nexus
  }

  run(nexus: Nexus, lun: number, cdb: Uint8Array | readonly number[], dataOut: readonly Uint8Array[] = []): ScsiResponse {
    const responses: ScsiResponse[] = []
    const command: ScsiCommand = { nexus, lun, cdb: Uint8Array.from(cdb), dataOut, trace: undefined }
    this.target.execute(command, (response) => responses.push(response))
    this.completions.runAll()
    const [response] = responses
    expect(responses, 'exactly one response').toHaveLength(1)
    assert(response !== undefined, 'no response')
    return response
  }

  /** Runs a command that must end GOOD, and gives its data-in in one piece. */
  good(nexus: Nexus, lun: number, cdb: Uint8Array | readonly number[], dataOut: readonly Uint8Array[] = []): Uint8Array {
    const response = this.run(nexus, lun, cdb, dataOut)
    expect(describe(response)).toBe('GOOD')
    return concatBytes(response.dataIn ?? [])
  }

  /** Runs a command that must end with CHECK CONDITION and this sense data. */
  check(
    nexus: Nexus,
    lun: number,
    command: { readonly cdb: Uint8Array | readonly number[]; readonly dataOut?: readonly Uint8Array[] },
    expected: {
      readonly key: SenseKey
      readonly additional: AdditionalSense
      readonly field?: FieldPointer & { readonly inCdb: boolean }
      readonly information?: number
    },
  ): void {
    const response = this.run(nexus, lun, command.cdb, command.dataOut)
    expect(describe(response)).toBe(`CHECK CONDITION ${expected.key.toString(16)} ${expected.additional.text}`)
    const sense = decodeSense(response.sense ?? new Uint8Array(0))
    if (expected.field !== undefined) expect(sense?.field).toEqual({ bit: undefined, ...expected.field })
    if (expected.information !== undefined) expect(sense?.information).toBe(expected.information)
    expect(response.dataIn ?? []).toEqual([])
  }

  /** INVALID FIELD IN CDB at a byte (and the field's highest bit). */
  refused(nexus: Nexus, lun: number, cdb: Uint8Array | readonly number[], field: FieldPointer, dataOut: readonly Uint8Array[] = []): void {
    this.check(
      nexus,
      lun,
      { cdb, dataOut },
      { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCdb, field: { inCdb: true, ...field } },
    )
  }

  /** The end of every conformance test: the unit is ready and can be read. */
  expectRecovered(nexus: Nexus, lun = 0): void {
    this.good(nexus, lun, testUnitReadyCdb())
    expect(this.good(nexus, lun, readCdb({ firstBlock: 0, blockCount: 1 }))).toHaveLength(BLOCK_BYTES)
  }
}

/** In words, so that a failed expectation can be read. */
export function describe(response: ScsiResponse): string {
  if (response.status === STATUS.good) return 'GOOD'
  if (response.status === STATUS.busy) return 'BUSY'
  if (response.status === STATUS.reservationConflict) return 'RESERVATION CONFLICT'
  const sense = decodeSense(response.sense ?? new Uint8Array(0))
  return sense === undefined
    ? `status ${response.status}`
    : `CHECK CONDITION ${sense.key.toString(16)} ${sense.text ?? sense.additional.toString(16)}`
}

/** Blocks with contents of their own. */
export function patternBlocks(blockCount: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: blockCount * BLOCK_BYTES }, (_, index) => (index * 7 + seed * 13 + (index >>> 9)) & 0xff)
}
