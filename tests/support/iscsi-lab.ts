import { concatBytes, getU16, getU32 } from '../../src-main/base/bytes'
import { assert } from '../../src-main/base/assert'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { SecurityNote } from '../../src-main/contract/security'
import type { ClockPort, ConnectionHandler, ConnectionPort, TracePort } from '../../src-main/core/ports'
import type { Nexus, ScsiCommand, ScsiResponse, ScsiTarget } from '../../src-main/core/scsi/device'
import { assemblePdu, NO_DIGESTS, type DigestUse } from '../../src-main/core/iscsi/codec/assemble'
import { PduFramer, type Pdu } from '../../src-main/core/iscsi/codec/framer'
import { MAX_DATA_SEGMENT_BYTES, opcodeOf, TARGET_OPCODE } from '../../src-main/core/iscsi/codec/layout'
import { decodeDataIn } from '../../src-main/core/iscsi/codec/pdu/data'
import {
  decodeLoginResponse,
  encodeLoginRequest,
  LOGIN_STAGE,
  type LoginRequestPdu,
  type LoginResponsePdu,
} from '../../src-main/core/iscsi/codec/pdu/login'
import { encodeScsiCommand, type ScsiCommandPdu } from '../../src-main/core/iscsi/codec/pdu/scsi-command'
import { decodeScsiResponse, senseOfSegment, type Residual } from '../../src-main/core/iscsi/codec/pdu/scsi-response'
import { encodeTextKeys, parseTextKeys } from '../../src-main/core/iscsi/codec/text-keys'
import { IscsiTarget, type PeerTasks } from '../../src-main/core/iscsi/session/target'
import { Rounds } from '../../src-main/core/turns/rounds'
import { ManualTurns } from './manual-turns'
import type { TaskEnd } from '../../src-main/core/iscsi/session/task-management'

/** An IscsiTarget with everything around it faked, and an initiator that says raw PDUs. */

export const TARGET_NAME = 'iqn.2026-01.example.takeover-lab:array'
export const INITIATOR_NAME = 'iqn.2026-01.example.tests:initiator'
const BLOCK_BYTES = 512

class ManualClock implements ClockPort {
  #nowMs = 0
  readonly #timers = new Set<{ readonly atMs: number; readonly run: () => void }>()

  nowMs(): number {
    return this.#nowMs
  }

  after(delayMs: number, run: () => void): { cancel(): void } {
    const timer = { atMs: this.#nowMs + delayMs, run }
    this.#timers.add(timer)
    return { cancel: () => void this.#timers.delete(timer) }
  }

  get pendingTimers(): number {
    return this.#timers.size
  }

  advance(byMs: number): void {
    const untilMs = this.#nowMs + byMs
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.atMs <= untilMs).sort((x, y) => x.atMs - y.atMs)[0]
      if (due === undefined) break
      this.#timers.delete(due)
      this.#nowMs = due.atMs
      due.run()
    }
    this.#nowMs = untilMs
  }
}

/** A disk in memory behind LUN 0: TEST UNIT READY, READ(10), WRITE(10). With `isHolding`, completions wait for `release`. */
class FakeScsi implements ScsiTarget {
  readonly disk = new Uint8Array(8 * 1024 * 1024)
  readonly #turns: ManualTurns
  readonly luns = new Set([0, 1])
  readonly executed: ScsiCommand[] = []
  readonly nexuses: Nexus[] = []
  readonly resets: (number | 'all')[] = []
  readonly released: (number | 'all')[] = []
  readonly cleared: { readonly nexus: Nexus; readonly lun: number }[] = []
  readonly lost: Nexus[] = []
  isHolding = false
  /** Instead of what the disk would answer. */
  answer: ((command: ScsiCommand) => ScsiResponse) | undefined
  #held: (() => void)[] = []

  constructor(turns: ManualTurns) {
    this.#turns = turns
  }

  memoryBytes(cdb: Uint8Array): number {
    return cdb[0] === 0x28 ? getU16(cdb, 7) * BLOCK_BYTES : 0
  }

  execute(command: ScsiCommand, done: (response: ScsiResponse) => void): void {
    this.executed.push(command)
    const response = (this.answer ?? ((asked) => this.#serve(asked)))(command)
    if (this.isHolding) this.#held.push(() => done(response))
    else done(response)
  }

  get heldCount(): number {
    return this.#held.length
  }

  /** Completes what is held, the newest first where asked. */
  release(order: 'oldest-first' | 'newest-first' = 'oldest-first'): void {
    const held = this.#held
    this.#held = []
    if (order === 'newest-first') held.reverse()
    for (const complete of held) complete()
    this.#turns.settle()
  }

  hasUnit(lun: number): boolean {
    return this.luns.has(lun)
  }

  nexusGained(nexus: Nexus): void {
    this.nexuses.push(nexus)
  }

  nexusLost(nexus: Nexus): void {
    this.lost.push(nexus)
    this.nexuses.splice(this.nexuses.indexOf(nexus), 1)
  }

  reset(lun: number | 'all'): void {
    this.resets.push(lun)
  }

  releaseReserved(lun: number | 'all', done: () => void): void {
    this.released.push(lun)
    done()
  }

  commandsCleared(nexus: Nexus, lun: number): void {
    this.cleared.push({ nexus, lun })
  }

  #serve({ cdb, dataOut }: ScsiCommand): ScsiResponse {
    const start = getU32(cdb, 2) * BLOCK_BYTES
    const bytes = getU16(cdb, 7) * BLOCK_BYTES
    if (cdb[0] === 0x28) return { status: 0, dataIn: bytes === 0 ? [] : [this.disk.subarray(start, start + bytes)] }
    if (cdb[0] === 0x2a) {
      this.disk.set(concatBytes(dataOut).subarray(0, bytes), start)
      return { status: 0, dataOutBytes: bytes }
    }
    return { status: 0 }
  }
}

class FakePort implements ConnectionPort {
  readonly remote = '127.0.0.1:50000'
  queuedBytes = 0
  isPaused = false
  isClosed = false
  readonly sent: Uint8Array[] = []
  #calls = 0

  get sendCalls(): number {
    return this.#calls
  }

  send(chunks: readonly Uint8Array[]): void {
    assert(!this.isClosed, 'sent after close')
    this.#calls++
    // What is sent may be reused by nobody, but a copy makes a changed buffer show.
    for (const chunk of chunks) this.sent.push(chunk.slice())
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  close(): void {
    this.isClosed = true
  }
}

export type TraceRecord = Parameters<TracePort['record']>[0] & { readonly id: number }

class FakeTrace implements TracePort {
  readonly records: TraceRecord[] = []
  isAdmitting = true
  admissions = 0

  admit(): boolean {
    this.admissions++
    return this.isAdmitting
  }

  record(event: Parameters<TracePort['record']>[0]): number {
    const id = this.records.length + 1
    this.records.push({ ...event, id })
    return id
  }

  of(kind: string): readonly TraceRecord[] {
    return this.records.filter((record) => record.kind === kind)
  }
}

/** The other controller, which ends its tasks when it is told to. */
class FakePeerTasks implements PeerTasks {
  hasRoom = true
  isHolding = false
  readonly asked: TaskEnd[] = []
  #held: (() => void)[] = []

  end(end: TaskEnd, done: () => void): void {
    this.asked.push(end)
    if (this.isHolding) this.#held.push(done)
    else done()
  }

  release(): void {
    for (const done of this.#held.splice(0)) done()
  }
}

export class IscsiLab {
  readonly peerTasks = new FakePeerTasks()
  readonly clock = new ManualClock()
  readonly turns = new ManualTurns()
  readonly security: SecurityNote[] = []
  readonly scsi = new FakeScsi(this.turns)
  readonly trace = new FakeTrace()
  readonly target = new IscsiTarget({
    targetName: TARGET_NAME,
    alias: 'Takeover Lab',
    controller: 'a',
    portalAddresses: () => [
      { address: '127.0.0.1:3260', group: 1 },
      { address: '127.0.0.1:3261', group: 2 },
    ],
    scsi: this.scsi,
    peerTasks: this.peerTasks,
    clock: this.clock,
    trace: this.trace,
    rounds: new Rounds({ clock: this.clock, turn: this.turns }),
    security: { note: (note) => void this.security.push(note) },
  })

  connect(portal: ControllerId = 'a'): RawInitiator {
    return connectRaw((port) => this.turns.around(this.target.accept(port, portal)))
  }

  /** Connected and logged in. */
  session(options: LoginOptions & { readonly portal?: ControllerId } = {}): RawInitiator {
    const initiator = this.connect(options.portal)
    initiator.login(options)
    return initiator
  }
}

export function connectRaw(accept: (port: ConnectionPort) => ConnectionHandler): RawInitiator {
  const port = new FakePort()
  return new RawInitiator(port, accept(port))
}

export interface LoginOptions {
  readonly targetName?: string
  readonly keys?: Readonly<Record<string, string>>
  readonly isid?: string
  readonly discovery?: boolean
  readonly initiatorName?: string
}

export interface CommandOutcome {
  readonly status: number
  readonly sense: Uint8Array | undefined
  readonly data: Uint8Array
  readonly residual: Residual
  readonly pdus: readonly Pdu[]
}

/** Says what it is told to, keeps count of CmdSN and task tags, and decodes what comes back. */
export class RawInitiator {
  readonly port: FakePort
  readonly handler: ConnectionHandler
  cmdSn = 1
  expStatSn = 1
  nextTag = 0x100
  digests: DigestUse = NO_DIGESTS
  readonly #framer = new PduFramer({ maxDataSegmentBytes: MAX_DATA_SEGMENT_BYTES })
  #taken = 0

  constructor(port: FakePort, handler: ConnectionHandler) {
    this.port = port
    this.handler = handler
  }

  send(header: Uint8Array, data: Uint8Array = new Uint8Array(0)): void {
    this.handler.onData(this.bytesOf(header, data))
  }

  bytesOf(header: Uint8Array, data: Uint8Array = new Uint8Array(0)): Uint8Array {
    const chunks: Uint8Array[] = []
    assemblePdu(data.length > 0 ? { header, data: [data] } : { header }, this.digests, chunks)
    return concatBytes(chunks)
  }

  /** What came since the last call. */
  receive(): Pdu[] {
    const pdus: Pdu[] = []
    for (const chunk of this.port.sent.slice(this.#taken)) {
      const failure = this.#framer.push(chunk, (pdu) => pdus.push(pdu))
      assert(failure === undefined, `the target sent a bad PDU: ${failure}`)
    }
    this.#taken = this.port.sent.length
    return pdus
  }

  receiveOne(): Pdu {
    const pdus = this.receive()
    const [pdu] = pdus
    assert(
      pdu !== undefined && pdus.length === 1,
      `${pdus.length} PDUs came: ${pdus.map((pdu) => opcodeOf(pdu.header).toString(16)).join(' ')}`,
    )
    return pdu
  }

  loginRequest(
    fields: Partial<LoginRequestPdu>,
    keys: Readonly<Record<string, string>>,
  ): { response: LoginResponsePdu; keys: Record<string, string> } {
    const { response, pdu } = this.loginText(fields, encodeTextKeys(Object.entries(keys).map(([key, value]) => ({ key, value }))))
    return { response, keys: keysOf(pdu) }
  }

  loginText(fields: Partial<LoginRequestPdu>, text: Uint8Array): { response: LoginResponsePdu; pdu: Pdu; text: string } {
    const header = encodeLoginRequest({
      transit: true,
      continued: false,
      currentStage: LOGIN_STAGE.operational,
      nextStage: LOGIN_STAGE.fullFeature,
      versionMax: 0,
      versionMin: 0,
      isid: '80123456abcd',
      tsih: 0,
      initiatorTaskTag: 7,
      connectionId: 1,
      cmdSn: this.cmdSn,
      expStatSn: this.expStatSn,
      ...fields,
    })
    this.send(header, text)
    const pdu = this.receiveOne()
    assert(opcodeOf(pdu.header) === TARGET_OPCODE.loginResponse, 'no login response came')
    const response = decodeLoginResponse(pdu.header)
    this.expStatSn = response.statSn + 1
    return { response, pdu, text: new TextDecoder().decode(concatBytes(pdu.data)) }
  }

  login(options: LoginOptions = {}): { response: LoginResponsePdu; keys: Record<string, string> } {
    const identity = options.discovery
      ? { SessionType: 'Discovery' }
      : { SessionType: 'Normal', TargetName: options.targetName ?? TARGET_NAME }
    const keys = { InitiatorName: options.initiatorName ?? INITIATOR_NAME, ...identity, ...options.keys }
    const outcome = this.loginRequest(options.isid === undefined ? {} : { isid: options.isid }, keys)
    assert(outcome.response.status === 0 && outcome.response.transit, `login failed with ${outcome.response.status.toString(16)}`)
    this.digests = { header: outcome.keys['HeaderDigest'] === 'CRC32C', data: outcome.keys['DataDigest'] === 'CRC32C' }
    this.#framer.digests = this.digests
    return outcome
  }

  takeTag(): number {
    return this.nextTag++
  }

  /** The header of an ordered command; CmdSN and tag are counted on unless given. */
  commandHeader(fields: Partial<ScsiCommandPdu> = {}): Uint8Array {
    const immediate = fields.immediate ?? false
    const cmdSn = fields.cmdSn ?? (immediate ? this.cmdSn : this.cmdSn++)
    return encodeScsiCommand({
      final: true,
      read: false,
      write: false,
      attribute: 1,
      lun: 0,
      expectedDataTransferLength: 0,
      expStatSn: this.expStatSn,
      cdb: new Uint8Array(16),
      initiatorTaskTag: fields.initiatorTaskTag ?? this.takeTag(),
      ...fields,
      immediate,
      cmdSn,
    })
  }

  read(options: { readonly firstBlock: number; readonly blockCount: number; readonly expectedBytes?: number }): CommandOutcome {
    this.send(
      this.commandHeader({
        read: true,
        expectedDataTransferLength: options.expectedBytes ?? options.blockCount * BLOCK_BYTES,
        cdb: blockCdb(0x28, options),
      }),
    )
    return outcomeOf(this.receive())
  }

  /** A write whose data goes with the command. */
  writeImmediate(options: { readonly firstBlock: number; readonly data: Uint8Array }): CommandOutcome {
    const blockCount = options.data.length / BLOCK_BYTES
    const cdb = blockCdb(0x2a, { firstBlock: options.firstBlock, blockCount })
    this.send(this.commandHeader({ write: true, expectedDataTransferLength: options.data.length, cdb }), options.data)
    return outcomeOf(this.receive())
  }

  /** The command that proves recovery. */
  testUnitReady(): CommandOutcome {
    this.send(this.commandHeader())
    return outcomeOf(this.receive())
  }
}

export function blockCdb(opcode: number, range: { readonly firstBlock: number; readonly blockCount: number }): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = opcode
  new DataView(cdb.buffer).setUint32(2, range.firstBlock)
  new DataView(cdb.buffer).setUint16(7, range.blockCount)
  return cdb
}

export function keysOf(pdu: Pdu): Record<string, string> {
  const keys = parseTextKeys(concatBytes(pdu.data))
  assert(keys.ok, 'the target sent bad text')
  return Object.fromEntries(keys.value.map(({ key, value }) => [key, value]))
}

/** Puts the Data-Ins and the status of one command together. */
export function outcomeOf(pdus: readonly Pdu[]): CommandOutcome {
  const data: Uint8Array[] = []
  for (const pdu of pdus) {
    const opcode = opcodeOf(pdu.header)
    if (opcode === TARGET_OPCODE.dataIn) {
      data.push(...pdu.data)
      const { status, residual } = decodeDataIn(pdu.header)
      if (status !== undefined) return { status, residual, sense: undefined, data: concatBytes(data), pdus }
    } else if (opcode === TARGET_OPCODE.scsiResponse) {
      const { status, residual } = decodeScsiResponse(pdu.header)
      return { status, residual, sense: senseOfSegment(pdu.data), data: concatBytes(data), pdus }
    }
  }
  throw new Error(`no status in ${pdus.map((pdu) => opcodeOf(pdu.header).toString(16)).join(' ')}`)
}

/** Sense key, additional code and qualifier of fixed-format sense data. */
export function senseCodes(sense: Uint8Array | undefined): (number | undefined)[] {
  return [sense?.[2], sense?.[12], sense?.[13]]
}

/** Bytes that differ from block to block. */
export function pattern(length: number, seed = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >>> 9) * 7 + seed) & 0xff)
}
