import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { concatBytes } from '../../../src-main/base/bytes'
import { LIMITS } from '../../../src-main/contract/limits'
import { initiatorTaskTagOf, opcodeOf, RESERVED_TAG, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { decodeReadyToTransfer, encodeDataOut, type DataOutPdu, type ReadyToTransferPdu } from '../../../src-main/core/iscsi/codec/pdu/data'
import { decodeReject, REJECT_REASON } from '../../../src-main/core/iscsi/codec/pdu/reject'
import { decodeScsiResponse } from '../../../src-main/core/iscsi/codec/pdu/scsi-response'
import { encodeTaskManagementRequest, TASK_MANAGEMENT_FUNCTION } from '../../../src-main/core/iscsi/codec/pdu/task-management'
import { blockCdb, IscsiLab, outcomeOf, pattern, senseCodes, type RawInitiator } from '../../support/iscsi-lab'

/** RFC 7143 §4.2.5, §11.7, §11.8: immediate, unsolicited and solicited data of writes. */
const TAG = 0x55
const ABORTED_COMMAND = 0x0b

function startWrite(
  initiator: RawInitiator,
  options: {
    readonly bytes: number
    readonly immediate?: Uint8Array
    readonly final?: boolean
    readonly tag?: number
    readonly firstBlock?: number
  },
): void {
  const cdb = blockCdb(0x2a, { firstBlock: options.firstBlock ?? 0, blockCount: options.bytes / 512 })
  const fields = {
    write: true,
    final: options.final ?? true,
    expectedDataTransferLength: options.bytes,
    cdb,
    initiatorTaskTag: options.tag ?? TAG,
  }
  initiator.send(initiator.commandHeader(fields), options.immediate)
}

function sendData(initiator: RawInitiator, data: Uint8Array, fields: Partial<DataOutPdu> = {}): void {
  const header = {
    final: true,
    lun: 0,
    initiatorTaskTag: TAG,
    targetTransferTag: RESERVED_TAG,
    expStatSn: 2,
    dataSn: 0,
    bufferOffset: 0,
    ...fields,
  }
  initiator.send(encodeDataOut(header), data)
}

function readyToTransfers(initiator: RawInitiator): ReadyToTransferPdu[] {
  return initiator.receive().map(({ header }) => {
    expect(opcodeOf(header)).toBe(TARGET_OPCODE.readyToTransfer)
    return decodeReadyToTransfer(header)
  })
}

function expectAborted(initiator: RawInitiator, code: readonly [number, number]): void {
  const { status, sense } = outcomeOf(initiator.receive())
  expect(status).toBe(2)
  expect(senseCodes(sense)).toEqual([ABORTED_COMMAND, ...code])
}
const UNEXPECTED = [0x0c, 0x0c] as const
const WRONG_AMOUNT = [0x0c, 0x0d] as const

describe('data of writes', () => {
  it('comes with the command', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    expect(initiator.writeImmediate({ firstBlock: 3, data: pattern(4096) })).toMatchObject({ status: 0, residual: { kind: 'none' } })
    expect(lab.scsi.disk.subarray(1536, 1536 + 4096)).toEqual(pattern(4096))
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('comes by R2T when nothing was sent unasked, each R2T at most MaxBurstLength, one at a time', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { MaxBurstLength: '4096' } })
    const data = pattern(10_240)
    startWrite(initiator, { bytes: data.length })
    const seen: number[][] = []
    for (let r2ts = readyToTransfers(initiator); r2ts.length > 0;) {
      expect(r2ts).toHaveLength(1)
      const { targetTransferTag, bufferOffset, desiredLength, r2tSn, initiatorTaskTag, statSn } = present(r2ts[0], 'PDU')
      expect({ initiatorTaskTag, statSn }).toEqual({ initiatorTaskTag: TAG, statSn: 2 })
      seen.push([r2tSn, bufferOffset, desiredLength])
      const burst = data.subarray(bufferOffset, bufferOffset + desiredLength)
      sendData(initiator, burst.subarray(0, 1000), { targetTransferTag, bufferOffset, final: false })
      sendData(initiator, burst.subarray(1000), { targetTransferTag, bufferOffset: bufferOffset + 1000, dataSn: 1 })
      r2ts = seen.length === 3 ? [] : readyToTransfers(initiator)
    }
    expect(seen).toEqual([
      [0, 0, 4096],
      [1, 4096, 4096],
      [2, 8192, 2048],
    ])
    expect(outcomeOf(initiator.receive()).status).toBe(0)
    expect(lab.scsi.disk.subarray(0, data.length)).toEqual(data)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('comes by several R2Ts at once where that was agreed', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { MaxBurstLength: '1024', MaxOutstandingR2T: '3' } })
    const data = pattern(5120)
    startWrite(initiator, { bytes: data.length })
    const first = readyToTransfers(initiator)
    expect(first.map(({ bufferOffset }) => bufferOffset)).toEqual([0, 1024, 2048])
    const answer = ({ targetTransferTag, bufferOffset, desiredLength }: ReadyToTransferPdu): void =>
      sendData(initiator, data.subarray(bufferOffset, bufferOffset + desiredLength), { targetTransferTag, bufferOffset })
    answer(present(first[0], 'R2T'))
    answer(present(first[1], 'R2T'))
    const more = readyToTransfers(initiator)
    expect(more.map(({ bufferOffset }) => bufferOffset)).toEqual([3072, 4096])
    for (const r2t of [present(first[2], 'R2T'), ...more]) answer(r2t)
    expect(outcomeOf(initiator.receive()).status).toBe(0)
    expect(lab.scsi.disk.subarray(0, data.length)).toEqual(data)
  })

  it('is answered with the number of the R2Ts that were sent for it (RFC 7143 §11.4.8)', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { MaxBurstLength: '1024', MaxOutstandingR2T: '3' } })
    const data = pattern(3072)
    startWrite(initiator, { bytes: data.length })
    for (const { targetTransferTag, bufferOffset, desiredLength } of readyToTransfers(initiator))
      sendData(initiator, data.subarray(bufferOffset, bufferOffset + desiredLength), { targetTransferTag, bufferOffset })
    expect(decodeScsiResponse(initiator.receiveOne().header)).toMatchObject({ status: 0, expDataSn: 3 })
    expect(initiator.writeImmediate({ firstBlock: 0, data }).pdus.map(({ header }) => decodeScsiResponse(header).expDataSn)).toEqual([0])
  })

  it('comes immediate, unsolicited and solicited in one write', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { InitialR2T: 'No', FirstBurstLength: '4096', MaxBurstLength: '8192' } })
    const data = pattern(8192)
    startWrite(initiator, { bytes: 8192, immediate: data.subarray(0, 1024), final: false })
    expect(initiator.receive()).toEqual([])
    sendData(initiator, data.subarray(1024, 2048), { bufferOffset: 1024, final: false })
    sendData(initiator, data.subarray(2048, 4096), { bufferOffset: 2048, dataSn: 1 })
    const [r2t] = readyToTransfers(initiator)
    expect(r2t).toMatchObject({ r2tSn: 0, bufferOffset: 4096, desiredLength: 4096 })
    sendData(initiator, data.subarray(4096), { targetTransferTag: present(r2t, 'R2T').targetTransferTag, bufferOffset: 4096 })
    expect(outcomeOf(initiator.receive()).status).toBe(0)
    expect(lab.scsi.disk.subarray(0, 8192)).toEqual(data)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('may come for a command whose turn has not come', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { InitialR2T: 'No' } })
    initiator.cmdSn = 2
    startWrite(initiator, { bytes: 1024, final: false })
    sendData(initiator, pattern(1024))
    expect(lab.scsi.executed).toEqual([])
    initiator.send(initiator.commandHeader({ cmdSn: 1 }))
    expect(initiator.receive()).toHaveLength(2)
    expect(lab.scsi.disk.subarray(0, 1024)).toEqual(pattern(1024))
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('is put together rightly however it is cut and mixed between two writes', () => {
    const size = fc.integer({ min: 1, max: 40 })
    fc.assert(
      fc.property(size, size, fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 10 }), (blocksA, blocksB, cuts) => {
        const lab = new IscsiLab()
        const initiator = lab.session({ keys: { MaxBurstLength: '5000', MaxOutstandingR2T: '2' } })
        const writes = [
          { tag: 1, firstBlock: 0, data: pattern(blocksA * 512, 1), dataSns: new Map<number, number>() },
          { tag: 2, firstBlock: 100, data: pattern(blocksB * 512, 2), dataSns: new Map<number, number>() },
        ]
        for (const { tag, firstBlock, data } of writes) startWrite(initiator, { bytes: data.length, tag, firstBlock })
        let statuses = 0
        for (let round = 0; statuses < 2; round++) {
          expect(round).toBeLessThan(100)
          for (const pdu of initiator.receive()) {
            if (opcodeOf(pdu.header) === TARGET_OPCODE.scsiResponse) {
              statuses++
              continue
            }
            const { initiatorTaskTag, targetTransferTag, bufferOffset, desiredLength } = decodeReadyToTransfer(pdu.header)
            const { data } = present(
              writes.find(({ tag }) => tag === initiatorTaskTag),
              'the write',
            )
            const end = bufferOffset + desiredLength
            for (let offset = bufferOffset, dataSn = 0; offset < end; dataSn++) {
              const next = Math.min(end, offset + present(cuts[dataSn % cuts.length], 'a cut'))
              sendData(initiator, data.subarray(offset, next), {
                initiatorTaskTag,
                targetTransferTag,
                bufferOffset: offset,
                dataSn,
                final: next === end,
              })
              offset = next
            }
          }
        }
        for (const { firstBlock, data } of writes)
          expect(lab.scsi.disk.subarray(firstBlock * 512, firstBlock * 512 + data.length)).toEqual(data)
        expect(initiator.testUnitReady().status).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['underflow', 4096, 1024, { kind: 'underflow', bytes: 3072 }],
    ['overflow', 1024, 2048, { kind: 'overflow', bytes: 1024 }],
  ])('counts the residual: %s', (_, expectedBytes, cdbBytes, residual) => {
    const initiator = new IscsiLab().session()
    const cdb = blockCdb(0x2a, { firstBlock: 0, blockCount: cdbBytes / 512 })
    initiator.send(initiator.commandHeader({ write: true, expectedDataTransferLength: expectedBytes, cdb }), pattern(expectedBytes))
    expect(outcomeOf(initiator.receive())).toMatchObject({ status: 0, residual })
    expect(initiator.testUnitReady().status).toBe(0)
  })
})

describe('wrong data of writes', () => {
  it('immediate data that was not agreed on', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { ImmediateData: 'No' } })
    startWrite(initiator, { bytes: 1024, immediate: pattern(512) })
    expectAborted(initiator, UNEXPECTED)
    expect(lab.scsi.executed).toEqual([])
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it.each([
    ['more immediate data than the first burst', { bytes: 8192, immediate: pattern(4608) }],
    ['more immediate data than the command has', { bytes: 512, immediate: pattern(1024) }],
    ['unsolicited data announced against InitialR2T=Yes', { bytes: 8192, final: false }],
  ])('%s', (_, write) => {
    const initiator = new IscsiLab().session({ keys: { FirstBurstLength: '4096' } })
    startWrite(initiator, write)
    expectAborted(initiator, UNEXPECTED)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('data with a command that writes nothing', () => {
    const initiator = new IscsiLab().session()
    initiator.send(initiator.commandHeader(), pattern(16))
    expectAborted(initiator, UNEXPECTED)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it.each<[string, Partial<DataOutPdu>, number]>([
    ['a gap in DataSN', { dataSn: 1 }, 4096],
    ['a wrong offset', { bufferOffset: 512 }, 512],
    ['more than was asked for', {}, 4608],
    ['less than was asked for', {}, 2048],
    ['all that was asked for without an end', { final: false }, 4096],
  ])('solicited: %s', (_, fields, bytes) => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { MaxBurstLength: '4096' } })
    startWrite(initiator, { bytes: 8192 })
    const [r2t] = readyToTransfers(initiator)
    sendData(initiator, pattern(bytes), { targetTransferTag: present(r2t, 'R2T').targetTransferTag, ...fields })
    expectAborted(initiator, WRONG_AMOUNT)
    // What is still on its way is dropped.
    sendData(initiator, pattern(512), { targetTransferTag: present(r2t, 'R2T').targetTransferTag })
    expect(initiator.receive()).toEqual([])
    expect(lab.scsi.executed).toEqual([])
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('unsolicited beyond the first burst', () => {
    const initiator = new IscsiLab().session({ keys: { InitialR2T: 'No', FirstBurstLength: '1024' } })
    startWrite(initiator, { bytes: 4096, final: false })
    sendData(initiator, pattern(1536))
    expectAborted(initiator, WRONG_AMOUNT)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('a transfer tag of no R2T is rejected, and the write can go on', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    startWrite(initiator, { bytes: 1024 })
    const [r2t] = readyToTransfers(initiator)
    sendData(initiator, pattern(1024), { targetTransferTag: present(r2t, 'R2T').targetTransferTag + 1 })
    expect(decodeReject(initiator.receiveOne().header).reason).toBe(REJECT_REASON.invalidPduField)
    sendData(initiator, pattern(1024), { targetTransferTag: present(r2t, 'R2T').targetTransferTag })
    expect(outcomeOf(initiator.receive()).status).toBe(0)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('of nobody is dropped', () => {
    const initiator = new IscsiLab().session()
    sendData(initiator, pattern(512), { initiatorTaskTag: 999 })
    expect(initiator.receive()).toEqual([])
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('more than one command may move is refused before anything is held', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    const fields = {
      write: true,
      expectedDataTransferLength: LIMITS.transferBytes + 512,
      cdb: blockCdb(0x2a, { firstBlock: 0, blockCount: 1 }),
    }
    initiator.send(initiator.commandHeader(fields), pattern(512))
    const { status, sense } = outcomeOf(initiator.receive())
    expect([status, ...senseCodes(sense)]).toEqual([2, 0x05, 0x24, 0])
    expect(lab.scsi.executed).toEqual([])
    expect(initiator.testUnitReady().status).toBe(0)
  })
})

describe('back pressure', () => {
  it('never begins a write that was refused while it waited for room', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { InitialR2T: 'No' } })
    const fitting = LIMITS.sessionBufferBytes / LIMITS.transferBytes
    for (let tag = 1; tag <= fitting; tag++) startWrite(initiator, { bytes: LIMITS.transferBytes, tag })
    const cdb = blockCdb(0x2a, { firstBlock: 0, blockCount: 1 })
    const write = { write: true, final: false, expectedDataTransferLength: 512, cdb }
    initiator.send(initiator.commandHeader({ ...write, initiatorTaskTag: 90 }))
    initiator.send(initiator.commandHeader({ initiatorTaskTag: 91 }))
    initiator.receive()
    sendData(initiator, pattern(512), { initiatorTaskTag: 90, bufferOffset: 512, final: true })
    // The one behind it goes on.
    expect(initiator.receive().map(({ header }) => initiatorTaskTagOf(header))).toEqual([90, 91])
    initiator.send(
      encodeTaskManagementRequest({
        immediate: true,
        function: TASK_MANAGEMENT_FUNCTION.abortTask,
        lun: 0,
        initiatorTaskTag: 92,
        referencedTaskTag: 1,
        refCmdSn: 0,
        cmdSn: initiator.cmdSn,
        expStatSn: 2,
      }),
    )
    expect(initiator.receive().map(({ header }) => initiatorTaskTagOf(header))).toEqual([92])
    expect(lab.scsi.executed).toHaveLength(1)
  })

  it('sends R2Ts only while the data fits into the budget of the session', () => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { MaxBurstLength: '1048576', MaxRecvDataSegmentLength: '262144' } })
    const bytes = LIMITS.transferBytes
    const fitting = LIMITS.sessionBufferBytes / bytes
    for (let tag = 1; tag <= fitting + 2; tag++) startWrite(initiator, { bytes, tag })
    expect(readyToTransfers(initiator).map(({ initiatorTaskTag }) => initiatorTaskTag)).toEqual(
      Array.from({ length: fitting }, (_, i) => i + 1),
    )
    lab.scsi.answer = () => ({ status: 0 })
    let offset = 0
    let transferTag = 0
    const burst = new Uint8Array(262_144)
    while (offset < bytes) {
      for (let dataSn = 0; dataSn < 4; dataSn++) {
        sendData(initiator, burst, {
          initiatorTaskTag: 1,
          targetTransferTag: transferTag,
          bufferOffset: offset,
          dataSn,
          final: dataSn === 3,
        })
        offset += burst.length
      }
      const [next, afterwards] = initiator.receive()
      if (offset < bytes) transferTag = decodeReadyToTransfer(present(next, 'PDU').header).targetTransferTag
      else {
        expect(opcodeOf(present(next, 'PDU').header)).toBe(TARGET_OPCODE.scsiResponse)
        // The first has ended, and the next of those that waited has its turn.
        expect(decodeReadyToTransfer(present(afterwards, 'PDU').header).initiatorTaskTag).toBe(fitting + 1)
      }
    }
    expect(lab.scsi.executed.map(({ dataOut }) => concatBytes(dataOut).length)).toEqual([bytes])
  })
})
