import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { initiatorTaskTagOf, opcodeOf, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { encodeNopOut } from '../../../src-main/core/iscsi/codec/pdu/nop'
import { decodeScsiResponse } from '../../../src-main/core/iscsi/codec/pdu/scsi-response'
import { blockCdb, IscsiLab, type RawInitiator } from '../../support/iscsi-lab'

/** One budget for all sessions of a controller. Nobody takes all of it, and nobody waits for what only others can give back. */
const TASK_SET_FULL = 0x28
const { transferBytes, controllerBufferBytes, sessions } = LIMITS
const LARGE_WRITE = {
  write: true,
  expectedDataTransferLength: transferBytes,
  cdb: blockCdb(0x2a, { firstBlock: 0, blockCount: transferBytes / 512 }),
}

/** Starts large writes. Returns how many the target asks for data. */
function startWrites(initiator: RawInitiator, count: number): number {
  for (let i = 0; i < count; i++) initiator.send(initiator.commandHeader(LARGE_WRITE))
  const asked = initiator.receive().filter(({ header }) => opcodeOf(header) === TARGET_OPCODE.readyToTransfer)
  return new Set(asked.map(({ header }) => initiatorTaskTagOf(header))).size
}

function greedySessions(lab: IscsiLab, count: number): readonly RawInitiator[] {
  return Array.from({ length: count }, (_, i) => lab.session({ isid: `80000000${i.toString(16).padStart(4, '0')}`, portal: 'b' }))
}

function pingOf(cmdSn: number): Uint8Array {
  return encodeNopOut({ immediate: false, lun: 0, initiatorTaskTag: cmdSn, targetTransferTag: 0xffff_ffff, cmdSn, expStatSn: 2 })
}

describe('the memory of a controller', () => {
  it('is bounded for all sessions together, and every session gets some', () => {
    const lab = new IscsiLab()
    const begun = greedySessions(lab, sessions).map((initiator) => startWrites(initiator, 100))
    expect(Math.min(...begun)).toBeGreaterThan(0)
    expect(begun.reduce((sum, count) => sum + count) * transferBytes).toBeLessThanOrEqual(controllerBufferBytes + sessions * transferBytes)
    expect(lab.session().testUnitReady().status).toBe(0)
  })

  it('comes back when sessions end', () => {
    const lab = new IscsiLab()
    const initiators = greedySessions(lab, sessions)
    for (const initiator of initiators) startWrites(initiator, 100)
    for (const { handler } of initiators) handler.onClosed()
    expect(startWrites(lab.session(), 100)).toBe(LIMITS.sessionBufferBytes / transferBytes)
  })

  it('comes back when sessions end that held PDUs of which the turn had not come', () => {
    const lab = new IscsiLab()
    const data = new Uint8Array(LIMITS.sessionAssuredBytes)
    for (let heldBytes = 0; heldBytes <= controllerBufferBytes; heldBytes += 100 * data.length) {
      const initiator = lab.session({ keys: { MaxRecvDataSegmentLength: '262144' } })
      for (let cmdSn = 2; cmdSn <= 101; cmdSn++) initiator.send(pingOf(cmdSn), data)
      initiator.handler.onClosed()
    }
    expect(startWrites(lab.session(), 100)).toBe(LIMITS.sessionBufferBytes / transferBytes)
  })

  it('has a little for the unsolicited data of every session; beyond that the initiator is told to come again', () => {
    const lab = new IscsiLab()
    for (const initiator of greedySessions(lab, sessions)) startWrites(initiator, 100)
    const initiator = lab.session({ keys: { ImmediateData: 'Yes', FirstBurstLength: '65536' } })
    expect(startWrites(initiator, 1)).toBe(1)
    const fitting = LIMITS.sessionAssuredBytes / 65_536
    for (let i = 0; i < fitting; i++) initiator.send(initiator.commandHeader(LARGE_WRITE), new Uint8Array(65_536))
    expect(initiator.receive()).toEqual([])
    initiator.send(initiator.commandHeader(LARGE_WRITE), new Uint8Array(65_536))
    expect(decodeScsiResponse(initiator.receiveOne().header).status).toBe(TASK_SET_FULL)
  })

  it('is not taken by PDUs that come before their turn', () => {
    const lab = new IscsiLab()
    for (const initiator of greedySessions(lab, sessions)) startWrites(initiator, 100)
    const initiator = lab.session({ keys: { MaxRecvDataSegmentLength: '262144' } })
    const data = new Uint8Array(LIMITS.sessionAssuredBytes)
    for (const cmdSn of [2, 3]) initiator.send(pingOf(cmdSn), data)
    initiator.send(initiator.commandHeader({ cmdSn: 1 }))
    // The third was not kept, so its number is still expected.
    expect(initiator.receive()).toHaveLength(2)
    initiator.send(pingOf(3), data)
    expect(initiator.receive()).toHaveLength(1)
  })

  it('counts what is queued for initiators that do not take it, until they do', () => {
    const lab = new IscsiLab()
    const slow = Array.from({ length: sessions }, (_, i) =>
      lab.session({ isid: `80000000${i.toString(16).padStart(4, '0')}`, portal: 'b' }),
    )
    for (const initiator of slow) {
      initiator.port.queuedBytes = LIMITS.connectionQueueBytes
      initiator.testUnitReady()
    }
    const initiator = lab.session()
    expect(startWrites(initiator, 100)).toBe(1)
    for (const { port } of slow) port.queuedBytes = 0
    expect(startWrites(lab.session({ isid: '800000010000' }), 100)).toBeGreaterThan(1)
  })
})
