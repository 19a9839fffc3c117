import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { getU32 } from '../../../src-main/base/bytes'
import { isFinal, opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { decodeDataIn } from '../../../src-main/core/iscsi/codec/pdu/data'
import { encodeTextRequest } from '../../../src-main/core/iscsi/codec/pdu/text'
import { encodeTextKeys } from '../../../src-main/core/iscsi/codec/text-keys'
import { blockCdb, IscsiLab, outcomeOf, pattern } from '../../support/iscsi-lab'

/** RFC 7143 §11.7: reads, their segments, sequences, status and residual counts. */
const CHECK = { status: 2, sense: Uint8Array.of(0x70, 0, 3) }

describe('Data-In', () => {
  it('carries data and GOOD in one PDU where it fits', () => {
    const lab = new IscsiLab()
    lab.scsi.disk.set(pattern(4096), 512)
    const { pdus, data, status, residual } = lab.session().read({ firstBlock: 1, blockCount: 8 })
    expect({ status, residual }).toEqual({ status: 0, residual: { kind: 'none', bytes: 0 } })
    expect(data).toEqual(pattern(4096))
    expect(pdus).toHaveLength(1)
    expect(decodeDataIn(present(pdus[0], 'PDU').header)).toMatchObject({
      final: true,
      dataSn: 0,
      bufferOffset: 0,
      statSn: 2,
      expCmdSn: 2,
      maxCmdSn: 129,
    })
  })

  it('is cut by what the initiator takes, and by MaxBurstLength into sequences', () => {
    const lab = new IscsiLab()
    lab.scsi.disk.set(pattern(20_480))
    const initiator = lab.session({ keys: { MaxRecvDataSegmentLength: '3000', MaxBurstLength: '8192' } })
    const { pdus, data } = initiator.read({ firstBlock: 0, blockCount: 40 })
    expect(data).toEqual(pattern(20_480))
    const decoded = pdus.map(({ header }) => decodeDataIn(header))
    expect(pdus.map(({ dataBytes }) => dataBytes)).toEqual([3000, 3000, 2192, 3000, 3000, 2192, 3000, 1096])
    expect(decoded.map(({ final }) => final)).toEqual([false, false, true, false, false, true, false, true])
    expect(decoded.map(({ dataSn }) => dataSn)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(decoded.map(({ bufferOffset }) => bufferOffset)).toEqual([0, 3000, 6000, 8192, 11_192, 14_192, 16_384, 19_384])
    expect(decoded.map(({ status }) => status)).toEqual([...Array<undefined>(7).fill(undefined), 0])
    expect(pdus.map(({ header }) => getU32(header, 20))).toEqual(Array(8).fill(RESERVED_TAG))
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('takes data from SCSI in chunks of any size', () => {
    const lab = new IscsiLab()
    const whole = pattern(5000)
    lab.scsi.answer = () => ({
      status: 0,
      dataIn: [0, 1, 700, 700, 4999, 5000].map((start, i, starts) => whole.subarray(start, starts[i + 1])),
    })
    const initiator = lab.session({ keys: { MaxRecvDataSegmentLength: '512' } })
    const { data, status } = initiator.read({ firstBlock: 0, blockCount: 0, expectedBytes: 5000 })
    expect({ data, status }).toEqual({ data: whole, status: 0 })
    lab.scsi.answer = undefined
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it.each([
    ['underflow', 8192, 4096, { kind: 'underflow', bytes: 4096 }],
    ['overflow', 1024, 1024, { kind: 'overflow', bytes: 3072 }],
    ['nothing expected', 0, 0, { kind: 'overflow', bytes: 4096 }],
  ])('counts the residual: %s', (_, expectedBytes, sentBytes, residual) => {
    const initiator = new IscsiLab().session()
    const outcome = initiator.read({ firstBlock: 0, blockCount: 8, expectedBytes })
    expect(outcome).toMatchObject({ status: 0, residual })
    expect(outcome.data).toHaveLength(sentBytes)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('sends no data that was not asked for', () => {
    const initiator = new IscsiLab().session()
    initiator.send(initiator.commandHeader({ cdb: blockCdb(0x28, { firstBlock: 0, blockCount: 1 }) }))
    expect(outcomeOf(initiator.receive())).toMatchObject({ status: 0, residual: { kind: 'overflow', bytes: 512 }, data: new Uint8Array(0) })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('leaves a status other than GOOD to a response of its own', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.answer = () => ({ ...CHECK, dataIn: [pattern(512)] })
    const { pdus, status, sense, data } = initiator.read({ firstBlock: 0, blockCount: 2 })
    expect(pdus.map(({ header }) => opcodeOf(header))).toEqual([TARGET_OPCODE.dataIn, TARGET_OPCODE.scsiResponse])
    expect(isFinal(present(pdus[0], 'PDU').header)).toBe(true)
    expect({ status, sense, data }).toEqual({ status: 2, sense: CHECK.sense, data: pattern(512) })
    lab.scsi.answer = undefined
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('uses a bound that the initiator declares later', () => {
    const initiator = new IscsiLab().session({ keys: { MaxRecvDataSegmentLength: '8192' } })
    const flags = {
      immediate: true,
      final: true,
      continued: false,
      initiatorTaskTag: 1,
      targetTransferTag: RESERVED_TAG,
      cmdSn: 1,
      expStatSn: 2,
    }
    initiator.send(encodeTextRequest(flags), encodeTextKeys([{ key: 'MaxRecvDataSegmentLength', value: '1024' }]))
    initiator.receive()
    expect(initiator.read({ firstBlock: 0, blockCount: 4 }).pdus.map(({ dataBytes }) => dataBytes)).toEqual([1024, 1024])
  })
})
