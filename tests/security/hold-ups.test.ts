import { describe, expect, it } from 'vitest'
import { putU32, putU64 } from '../../src-main/base/bytes'
import { BLOCK_BYTES } from '../../src-main/base/units'
import { LIMITS } from '../../src-main/contract/limits'
import { encodeNopOut } from '../../src-main/core/iscsi/codec/pdu/nop'
import { findOperation } from '../../src-main/core/scsi/opcode-table'
import { IscsiLab, type RawInitiator } from '../support/iscsi-lab'

/** One session, or many, that ask for as much as they can: what a turn does, and how long others wait, in turns and bytes. */
const { transferBytes, turnBytes, portionBytes, controllerBufferBytes, sessionBufferBytes } = LIMITS
/** Time passes between turns. */
const TURN_MS = 5
const TRANSFER_BLOCKS = transferBytes / BLOCK_BYTES

function hold(): IscsiLab {
  const lab = new IscsiLab()
  lab.scsi.memoryBytes = (cdb) => findOperation(cdb)?.memoryBytes?.(cdb) ?? 0
  return lab
}

function hostileSession(lab: IscsiLab, number = 0): RawInitiator {
  return lab.session({ isid: `80000001${number.toString(16).padStart(4, '0')}`, initiatorName: 'iqn.2026-11.example.hostile' })
}

function hostile(lab: IscsiLab, count: number): readonly RawInitiator[] {
  return Array.from({ length: count }, (_, number) => hostileSession(lab, number))
}

/** VERIFY(16), or READ(16). */
function rangeCdb(opcode: number, blockCount: number): Uint8Array {
  const cdb = new Uint8Array(16)
  cdb[0] = opcode
  putU64(cdb, 2, 0)
  putU32(cdb, 10, blockCount)
  return cdb
}

const VERIFY = { cdb: rangeCdb(0x8f, TRANSFER_BLOCKS) }
const READ = { cdb: rangeCdb(0x88, TRANSFER_BLOCKS), read: true, expectedDataTransferLength: transferBytes }

function atOnce(initiator: RawInitiator, pdus: readonly Uint8Array[]): void {
  const bytes = new Uint8Array(pdus.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const pdu of pdus) {
    bytes.set(pdu, at)
    at += pdu.length
  }
  initiator.handler.onData(bytes)
}

function commands(initiator: RawInitiator, fields: typeof VERIFY | typeof READ, count: number): void {
  atOnce(
    initiator,
    Array.from({ length: count }, () => initiator.bytesOf(initiator.commandHeader(fields))),
  )
}

function turn(lab: IscsiLab): void {
  lab.turns.step()
  lab.clock.advance(TURN_MS)
}

/** Whoever asks for much has been served once, and waits with its like. */
function becomePatient(lab: IscsiLab): void {
  for (let count = 0; count < 20; count++) turn(lab)
}

describe('a turn of a controller', () => {
  it.each([
    { what: '64 VERIFY(16) of 8192 blocks', fields: VERIFY, count: 64 },
    { what: '32 reads of 4 MiB', fields: READ, count: 32 },
  ])('moves no more than its bound and one command of $what', ({ fields, count }) => {
    const lab = hold()
    const initiator = hostileSession(lab)
    lab.turns.isHolding = true
    commands(initiator, fields, count)
    const inTurns = [lab.scsi.executed.length]
    while (lab.scsi.executed.length < count) {
      const before = lab.scsi.executed.length
      expect(lab.turns.step()).toBe(true)
      inTurns.push(lab.scsi.executed.length - before)
    }
    expect(Math.max(...inTurns) * transferBytes).toBeLessThanOrEqual(turnBytes + transferBytes)
  })

  it('answers no more pings than its bound', () => {
    const lab = hold()
    const initiator = hostileSession(lab)
    lab.turns.isHolding = true
    const ping = (tag: number) =>
      encodeNopOut({ immediate: true, lun: 0, initiatorTaskTag: tag, targetTransferTag: 0xffff_ffff, cmdSn: 1, expStatSn: 1 })
    const count = 4000
    atOnce(
      initiator,
      Array.from({ length: count }, (_, tag) => initiator.bytesOf(ping(tag))),
    )
    let answered = 0
    for (let turns = 1; answered < count; turns++) {
      const inTurn = initiator.receive().length
      expect(inTurn).toBeGreaterThan(0)
      expect(inTurn).toBeLessThanOrEqual(turnBytes / LIMITS.pduBytes + 1)
      answered += inTurn
      lab.turns.step()
    }
    expect(lab.turns.count).toBeGreaterThanOrEqual((count * LIMITS.pduBytes) / turnBytes - 1)
  })
})

describe('a host beside hostile sessions', () => {
  it.each([
    { what: 'VERIFY', fields: VERIFY },
    { what: 'large reads', fields: READ },
  ])('waits one turn at most, however many $what wait', ({ fields }) => {
    const lab = hold()
    const host = lab.session()
    host.testUnitReady()
    const others = hostile(lab, 16)
    lab.turns.isHolding = true
    for (const other of others) commands(other, fields, 64)
    becomePatient(lab)
    for (let round = 0; round < 20; round++) {
      host.send(host.commandHeader())
      turn(lab)
      expect(host.receive(), `round ${round}`).toHaveLength(1)
    }
  })

  it('waits one turn at most while they flood with pings', () => {
    const lab = hold()
    const host = lab.session()
    const others = hostile(lab, 16)
    lab.turns.isHolding = true
    const ping = encodeNopOut({ immediate: true, lun: 0, initiatorTaskTag: 1, targetTransferTag: 0xffff_ffff, cmdSn: 1, expStatSn: 1 })
    for (const other of others)
      atOnce(
        other,
        Array.from({ length: 3000 }, () => other.bytesOf(ping)),
      )
    becomePatient(lab)
    for (let round = 0; round < 20; round++) {
      host.send(host.commandHeader())
      turn(lab)
      expect(host.receive(), `round ${round}`).toHaveLength(1)
    }
  })

  it('is no reason for the others to starve', () => {
    const lab = hold()
    const host = lab.session()
    const other = hostileSession(lab)
    lab.turns.isHolding = true
    commands(other, VERIFY, 8)
    for (let round = 0; round < 100; round++) {
      host.send(host.commandHeader())
      turn(lab)
    }
    expect(other.receive()).toHaveLength(8)
  })
})

describe('the memory that commands will need', () => {
  it('is reserved by the CDB, whatever length the initiator says it expects', () => {
    const lab = hold()
    lab.scsi.isHolding = true
    const initiator = hostileSession(lab)
    commands(initiator, VERIFY, 64)
    expect(lab.scsi.heldCount).toBe(sessionBufferBytes / transferBytes)
    for (let number = 1; number < 16; number++) commands(hostileSession(lab, number), VERIFY, 64)
    expect(lab.scsi.heldCount * transferBytes).toBeLessThanOrEqual(controllerBufferBytes + 16 * transferBytes)
    lab.scsi.isHolding = false
    lab.scsi.release()
    expect(lab.session().testUnitReady().status).toBe(0)
  })

  it.each([
    ['VERIFY(10)', 0x2f],
    ['VERIFY(16)', 0x8f],
    ['READ(16)', 0x88],
    ['WRITE SAME(16)', 0x93],
    ['WRITE AND VERIFY(16)', 0x8e],
  ])('is known of %s', (_, opcode) => {
    const cdb = rangeCdb(opcode, 128)
    if (opcode === 0x2f) cdb.set([0, 0, 0, 0, 0, 0, 128], 2)
    const factor = opcode === 0x8e ? 2 : 1
    expect(findOperation(cdb)?.memoryBytes?.(cdb)).toBe(factor * 128 * BLOCK_BYTES)
  })
})

describe('what has come in and waits', () => {
  it('is bounded: nothing more is read from a connection until it was served', () => {
    const lab = hold()
    const initiator = hostileSession(lab)
    lab.turns.isHolding = true
    const ping = encodeNopOut({ immediate: true, lun: 0, initiatorTaskTag: 1, targetTransferTag: 0xffff_ffff, cmdSn: 1, expStatSn: 1 })
    const bytes = initiator.bytesOf(ping, new Uint8Array(portionBytes / 2))
    for (let i = 0; i < 12 && !initiator.port.isPaused; i++) initiator.handler.onData(bytes)
    expect(initiator.port.isPaused).toBe(true)
    lab.turns.isHolding = false
    lab.turns.settle()
    expect(initiator.port.isPaused).toBe(false)
  })
})
