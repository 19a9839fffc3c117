import { describe, expect, it } from 'vitest'
import { putU16, putU32 } from '../../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../../src-main/base/units'

import { decodeReject, REJECT_REASON } from '../../../src-main/core/iscsi/codec/pdu/reject'
import { IscsiTarget } from '../../../src-main/core/iscsi/session/target'
import { OPERATIONS } from '../../../src-main/core/scsi/opcode-table'
import { Rounds } from '../../../src-main/core/turns/rounds'
import { connectRaw, outcomeOf, senseCodes, type CommandOutcome, type RawInitiator } from '../../support/iscsi-lab'
import { ManualTurns } from '../../support/manual-turns'
import { ScsiBench, TARGET_NAME } from '../../support/scsi-bench'
import { RecordedTrace, VirtualClock } from '../../support/virtual-world'

/**
 * What the R and W bits and the expected length of a command say, against what its CDB transfers, for every command there is
 * (RFC 7143 §11.4.5): the residual is right, or the command is refused. Never does an initiator take data for transferred that
 * was not.
 */
const INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT = [0x05, 0x0e, 0x03]
const BLOCKS = 2
/** More than any command here returns. */
const PLENTY = 4096

interface Sample {
  readonly name: string
  readonly cdb: readonly number[]
  readonly data: 'none' | 'in' | 'out'
  /** That it takes. */
  readonly outBytes?: number
  /** With data of zeros, if that is not GOOD. */
  readonly status?: number
}

function cdbOf(length: number, fill: (cdb: Uint8Array) => void): readonly number[] {
  const cdb = new Uint8Array(length)
  fill(cdb)
  return [...cdb]
}

/** Two blocks from block 0 on. */
function range(opcode: number, length: 6 | 10 | 12 | 16, flags = 0): readonly number[] {
  return cdbOf(length, (cdb) => {
    cdb[0] = opcode
    cdb[1] = flags
    if (length === 6) cdb[4] = BLOCKS
    else if (length === 10) putU16(cdb, 7, BLOCKS)
    else putU32(cdb, length === 12 ? 6 : 10, BLOCKS)
  })
}

function allocating(opcode: number, length: number, options: { readonly at: number; readonly width: 1 | 2 | 4; readonly action?: number }) {
  return cdbOf(length, (cdb) => {
    cdb[0] = opcode
    cdb[1] = options.action ?? 0
    if (options.width === 1) cdb[options.at] = 252
    else if (options.width === 2) putU16(cdb, options.at, 512)
    else putU32(cdb, options.at, 512)
  })
}

const out = BLOCKS * BLOCK_BYTES
const SAMPLES: readonly Sample[] = [
  { name: 'TEST UNIT READY', cdb: cdbOf(6, () => undefined), data: 'none' },
  { name: 'REQUEST SENSE', cdb: allocating(0x03, 6, { at: 4, width: 1 }), data: 'in' },
  { name: 'INQUIRY', cdb: allocating(0x12, 6, { at: 3, width: 2 }), data: 'in' },
  { name: 'MODE SELECT(6)', cdb: [0x15, 0x10, 0, 0, 4, 0], data: 'out', outBytes: 4 },
  { name: 'MODE SENSE(6)', cdb: [0x1a, 0, 0x3f, 0, 252, 0], data: 'in' },
  { name: 'START STOP UNIT', cdb: [0x1b, 0, 0, 0, 1, 0], data: 'none' },
  { name: 'PREVENT ALLOW MEDIUM REMOVAL', cdb: [0x1e, 0, 0, 0, 0, 0], data: 'none' },
  { name: 'READ CAPACITY(10)', cdb: cdbOf(10, (cdb) => (cdb[0] = 0x25)), data: 'in' },
  { name: 'MODE SELECT(10)', cdb: [0x55, 0x10, 0, 0, 0, 0, 0, 0, 8, 0], data: 'out', outBytes: 8 },
  { name: 'MODE SENSE(10)', cdb: [0x5a, 0, 0x3f, 0, 0, 0, 0, 2, 0, 0], data: 'in' },
  { name: 'READ CAPACITY(16)', cdb: allocating(0x9e, 16, { at: 10, width: 4, action: 0x10 }), data: 'in' },
  { name: 'GET LBA STATUS', cdb: allocating(0x9e, 16, { at: 10, width: 4, action: 0x12 }), data: 'in' },
  { name: 'READ DEFECT DATA(10)', cdb: allocating(0x37, 10, { at: 7, width: 2 }), data: 'in' },
  { name: 'READ DEFECT DATA(12)', cdb: allocating(0xb7, 12, { at: 6, width: 4 }), data: 'in' },
  { name: 'REPORT LUNS', cdb: allocating(0xa0, 12, { at: 6, width: 4 }), data: 'in' },
  { name: 'REPORT TARGET PORT GROUPS', cdb: allocating(0xa3, 12, { at: 6, width: 4, action: 0x0a }), data: 'in' },
  { name: 'REPORT SUPPORTED OPERATION CODES', cdb: allocating(0xa3, 12, { at: 6, width: 4, action: 0x0c }), data: 'in' },
  { name: 'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS', cdb: allocating(0xa3, 12, { at: 6, width: 4, action: 0x0d }), data: 'in' },
  { name: 'READ(6)', cdb: range(0x08, 6), data: 'in' },
  { name: 'READ(10)', cdb: range(0x28, 10), data: 'in' },
  { name: 'READ(12)', cdb: range(0xa8, 12), data: 'in' },
  { name: 'READ(16)', cdb: range(0x88, 16), data: 'in' },
  { name: 'WRITE(6)', cdb: range(0x0a, 6), data: 'out', outBytes: out },
  { name: 'WRITE(10)', cdb: range(0x2a, 10), data: 'out', outBytes: out },
  { name: 'WRITE(12)', cdb: range(0xaa, 12), data: 'out', outBytes: out },
  { name: 'WRITE(16)', cdb: range(0x8a, 16), data: 'out', outBytes: out },
  ...(
    [
      ['VERIFY(10)', 0x2f, 10],
      ['VERIFY(12)', 0xaf, 12],
      ['VERIFY(16)', 0x8f, 16],
    ] as const
  ).flatMap(([name, opcode, length]): Sample[] => [
    { name, cdb: range(opcode, length), data: 'none' },
    { name, cdb: range(opcode, length, 0x02), data: 'out', outBytes: out },
    { name, cdb: range(opcode, length, 0x06), data: 'out', outBytes: BLOCK_BYTES },
  ]),
  { name: 'WRITE AND VERIFY(10)', cdb: range(0x2e, 10), data: 'out', outBytes: out },
  { name: 'WRITE AND VERIFY(12)', cdb: range(0xae, 12), data: 'out', outBytes: out },
  { name: 'WRITE AND VERIFY(16)', cdb: range(0x8e, 16, 0x02), data: 'out', outBytes: out },
  { name: 'PRE-FETCH(10)', cdb: range(0x34, 10), data: 'none' },
  { name: 'PRE-FETCH(16)', cdb: range(0x90, 16), data: 'none' },
  { name: 'COMPARE AND WRITE', cdb: [0x89, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0], data: 'out', outBytes: 2 * BLOCK_BYTES },
  { name: 'ORWRITE(16)', cdb: range(0x8b, 16), data: 'out', outBytes: out },
  { name: 'WRITE ATOMIC(16)', cdb: [0x9c, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, BLOCKS, 0, 0], data: 'out', outBytes: out },
  { name: 'UNMAP', cdb: [0x42, 0, 0, 0, 0, 0, 0, 0, 8, 0], data: 'out', outBytes: 8 },
  ...(['READ KEYS', 'READ RESERVATION', 'REPORT CAPABILITIES', 'READ FULL STATUS'] as const).map((name, action): Sample => ({
    name: `PERSISTENT RESERVE IN, ${name}`,
    cdb: allocating(0x5e, 10, { at: 7, width: 2, action }),
    data: 'in',
  })),
  // Of a nexus that is not registered.
  ...(
    [
      ['REGISTER', 0x00],
      ['RESERVE', 0x18],
      ['RELEASE', 0x18],
      ['CLEAR', 0x18],
      ['PREEMPT', 0x18],
      ['PREEMPT AND ABORT', 0x18],
      ['REGISTER AND IGNORE EXISTING KEY', 0x00],
      ['REGISTER AND MOVE', 0x02],
    ] as const
  ).map(([name, status], action): Sample => ({
    name: `PERSISTENT RESERVE OUT, ${name}`,
    cdb: [0x5f, action, 0, 0, 0, 0, 0, 0, 24, 0],
    data: 'out',
    outBytes: 24,
    status,
  })),
  { name: 'RESERVE(6)', cdb: [0x16, 0, 0, 0, 0, 0], data: 'none' },
  { name: 'RELEASE(6)', cdb: [0x17, 0, 0, 0, 0, 0], data: 'none' },
  { name: 'SYNCHRONIZE CACHE(10)', cdb: range(0x35, 10), data: 'none' },
  { name: 'SYNCHRONIZE CACHE(16)', cdb: range(0x91, 16), data: 'none' },
  { name: 'WRITE SAME(10)', cdb: range(0x41, 10), data: 'out', outBytes: BLOCK_BYTES },
  { name: 'WRITE SAME(16)', cdb: range(0x93, 16), data: 'out', outBytes: BLOCK_BYTES },
  { name: 'WRITE SAME(16)', cdb: range(0x93, 16, 0x01), data: 'none' },
]

class Bench {
  readonly scsi = new ScsiBench()
  readonly initiator: RawInitiator

  constructor() {
    const turns = new ManualTurns()
    const clock = new VirtualClock()
    const target = new IscsiTarget({
      targetName: TARGET_NAME,
      alias: 'bench',
      controller: 'a',
      portalAddresses: () => [],
      scsi: this.scsi.target,
      peerTasks: { hasRoom: true, end: (_, done) => done() },
      clock,
      trace: new RecordedTrace(),
      rounds: new Rounds({ clock, turn: turns }),
      security: { note: () => undefined },
    })
    this.initiator = connectRaw((port) => turns.around(target.accept(port, 'a')))
    this.initiator.login({ targetName: TARGET_NAME })
    this.initiator.testUnitReady()
  }

  /** With as much data as it announces. */
  run(sample: Sample, bits: { readonly read?: boolean; readonly write?: boolean; readonly expectedBytes: number }): CommandOutcome {
    const { read = false, write = false, expectedBytes } = bits
    const cdb = new Uint8Array(16)
    cdb.set(sample.cdb)
    const header = this.initiator.commandHeader({ cdb, read, write, expectedDataTransferLength: expectedBytes })
    this.initiator.send(header, new Uint8Array(write ? expectedBytes : 0))
    this.scsi.completions.runAll()
    return outcomeOf(this.initiator.receive())
  }
}

/** What the SCSI layer moved, against what the initiator expected. */
function residualOf(expectedBytes: number, movedBytes: number): CommandOutcome['residual'] {
  const difference = expectedBytes - movedBytes
  if (difference === 0) return { kind: 'none', bytes: 0 }
  return difference > 0 ? { kind: 'underflow', bytes: difference } : { kind: 'overflow', bytes: -difference }
}

function expectRefused(outcome: CommandOutcome, expectedBytes: number): void {
  expect(outcome.status).toBe(0x02)
  expect(senseCodes(outcome.sense)).toEqual(INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT)
  expect(outcome.residual).toEqual(residualOf(expectedBytes, 0))
  expect(outcome.data).toHaveLength(0)
}

/** Good with this residual, or refused as one that contradicts itself. */
function expectTold(outcome: CommandOutcome, residual: CommandOutcome['residual']): void {
  if (outcome.status === 0) expect(outcome.residual).toEqual(residual)
  else expect(senseCodes(outcome.sense)).toEqual(INVALID_FIELD_IN_COMMAND_INFORMATION_UNIT)
}

describe('the direction and the length of data', () => {
  it('are tested for every command', () => {
    expect(new Set(SAMPLES.map(({ name }) => name))).toEqual(new Set(OPERATIONS.map(({ name }) => name)))
  })

  it.each(SAMPLES.filter(({ data }) => data === 'in'))('of $name, which returns data', (sample) => {
    const bench = new Bench()
    const whole = bench.run(sample, { read: true, expectedBytes: PLENTY })
    const moved = whole.data.length
    expect(moved).toBeGreaterThan(0)
    expect(whole.residual).toEqual(residualOf(PLENTY, moved))
    for (const expectedBytes of [0, 1, moved - 1, moved, moved + 1]) {
      const outcome = bench.run(sample, { read: true, expectedBytes })
      expect(outcome.status).toBe(0)
      expect(outcome.data).toEqual(whole.data.subarray(0, Math.min(moved, expectedBytes)))
      expect(outcome.residual).toEqual(residualOf(expectedBytes, moved))
    }
    for (const bits of [{}, { write: true }]) {
      const outcome = bench.run(sample, { ...bits, expectedBytes: 0 })
      expect(outcome.data).toHaveLength(0)
      expect(outcome.residual).toEqual(residualOf(0, moved))
    }
    // The initiator expects to send: nothing is sent to it, and it is told how much that was.
    const opposite = bench.run(sample, { write: true, expectedBytes: moved })
    expect(opposite.status).toBe(0)
    expect(opposite.data).toHaveLength(0)
    expect(opposite.residual).toEqual(residualOf(0, moved))
  })

  it.each(SAMPLES.filter(({ data }) => data === 'out'))('of $name $cdb.1, which takes data', (sample) => {
    const bench = new Bench()
    const takes = sample.outBytes ?? 0
    const exact = bench.run(sample, { write: true, expectedBytes: takes })
    expect(exact.status).toBe(sample.status ?? 0)
    expect(exact.residual).toEqual(residualOf(takes, takes))
    for (const expectedBytes of [0, 1, takes - 1, takes + 1, PLENTY])
      expectTold(bench.run(sample, { write: true, expectedBytes }), residualOf(expectedBytes, takes))
    for (const bits of [{}, { read: true }]) expectTold(bench.run(sample, { ...bits, expectedBytes: 0 }), residualOf(0, takes))
    const writes = bench.scsi.unit(0).calls.length
    expectRefused(bench.run(sample, { read: true, expectedBytes: takes }), takes)
    expect(bench.scsi.unit(0).calls).toHaveLength(writes)
  })

  it.each(SAMPLES.filter(({ data }) => data === 'none'))('of $name $cdb.1, which has no data', (sample) => {
    const bench = new Bench()
    expect(bench.run(sample, { expectedBytes: 0 })).toMatchObject({ status: 0, residual: residualOf(0, 0) })
    expectTold(bench.run(sample, { read: true, expectedBytes: 512 }), residualOf(512, 0))
    expectTold(bench.run(sample, { write: true, expectedBytes: 512 }), residualOf(512, 0))
    for (const bits of [{ read: true }, { write: true }])
      expect(bench.run(sample, { ...bits, expectedBytes: 0 })).toMatchObject({ status: 0, residual: residualOf(0, 0) })
  })

  it('of an unknown command are told as not used', () => {
    const bench = new Bench()
    const outcome = bench.run({ name: '', cdb: [0xff], data: 'none' }, { write: true, expectedBytes: 512 })
    expect(outcome.status).toBe(0x02)
    expect(outcome.residual).toEqual(residualOf(512, 0))
  })

  it('cannot go both ways', () => {
    const bench = new Bench()
    for (const sample of SAMPLES) {
      const { initiator } = bench
      const cdb = Uint8Array.from({ length: 16 }, (_, i) => sample.cdb[i] ?? 0)
      initiator.send(initiator.commandHeader({ cdb, read: true, write: true, expectedDataTransferLength: 512 }))
      const outcome = outcomeOf(initiator.receive())
      expect(outcome.status).toBe(0x02)
      expect(outcome.residual).toEqual(residualOf(512, 0))
    }
  })

  it('do not let data follow a command that sends none', () => {
    const { initiator } = new Bench()
    for (const read of [true, false]) {
      initiator.send(initiator.commandHeader({ read, final: false }))
      expect(decodeReject(initiator.receiveOne().header).reason).toBe(REJECT_REASON.invalidPduField)
    }
  })
})
