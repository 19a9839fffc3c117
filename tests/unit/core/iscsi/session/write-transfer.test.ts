import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../../../src-main/base/bytes'
import { RESERVED_TAG } from '../../../../../src-main/core/iscsi/codec/layout'
import type { DataOutPdu } from '../../../../../src-main/core/iscsi/codec/pdu/data'
import { WriteTransfer, type WriteRules } from '../../../../../src-main/core/iscsi/session/write-transfer'

const RULES: WriteRules = { maxBurstBytes: 1000, firstBurstBytes: 600, maxOutstandingR2Ts: 2, initialR2T: false, immediateData: true }
const NOTHING = { data: [], dataBytes: 0 }
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(length)

function dataOut(fields: Partial<DataOutPdu>): DataOutPdu {
  return { final: true, lun: 0, initiatorTaskTag: 1, targetTransferTag: RESERVED_TAG, expStatSn: 1, dataSn: 0, bufferOffset: 0, ...fields }
}

function tagger(): () => number {
  let tag = 0
  return () => tag++
}

describe('WriteTransfer', () => {
  it('asks for nothing while unsolicited data is coming, then for the rest', () => {
    const transfer = new WriteTransfer(2500, RULES)
    const takeTag = tagger()
    expect(transfer.begin({ data: [bytes(100)], dataBytes: 100, final: false })).toBeUndefined()
    expect(transfer.nextReadyToTransfer(takeTag)).toBeUndefined()
    expect(transfer.accept(dataOut({ bufferOffset: 100 }), [bytes(500)], 500)).toBeUndefined()
    expect(transfer.nextReadyToTransfer(takeTag)).toEqual({ targetTransferTag: 0, r2tSn: 0, bufferOffset: 600, desiredLength: 1000 })
    expect(transfer.nextReadyToTransfer(takeTag)).toEqual({ targetTransferTag: 1, r2tSn: 1, bufferOffset: 1600, desiredLength: 900 })
    expect(transfer.nextReadyToTransfer(takeTag)).toBeUndefined()
    expect(transfer.accept(dataOut({ targetTransferTag: 0, bufferOffset: 600 }), [bytes(1000)], 1000)).toBeUndefined()
    expect(transfer.isComplete).toBe(false)
    expect(transfer.accept(dataOut({ targetTransferTag: 1, bufferOffset: 1600 }), [bytes(900)], 900)).toBeUndefined()
    expect(transfer.isComplete).toBe(true)
    expect(concatBytes(transfer.chunks)).toEqual(concatBytes([bytes(100), bytes(500), bytes(1000), bytes(900)]))
    expect(transfer.r2tCount).toBe(2)
  })

  it('takes unsolicited data that ends before the first burst is full', () => {
    const transfer = new WriteTransfer(2000, RULES)
    transfer.begin({ ...NOTHING, final: false })
    expect(transfer.accept(dataOut({}), [bytes(10)], 10)).toBeUndefined()
    expect(transfer.nextReadyToTransfer(tagger())).toMatchObject({ bufferOffset: 10, desiredLength: 1000 })
  })

  it('is complete at once without data', () => {
    const transfer = new WriteTransfer(0, RULES)
    expect(transfer.begin({ ...NOTHING, final: true })).toBeUndefined()
    expect(transfer.isComplete).toBe(true)
    expect(transfer.nextReadyToTransfer(tagger())).toBeUndefined()
  })

  it('answers R2Ts in the order in which they were sent', () => {
    const transfer = new WriteTransfer(2000, RULES)
    transfer.begin({ ...NOTHING, final: true })
    const takeTag = tagger()
    transfer.nextReadyToTransfer(takeTag)
    transfer.nextReadyToTransfer(takeTag)
    expect(transfer.accept(dataOut({ targetTransferTag: 1, bufferOffset: 1000 }), [bytes(1000)], 1000)).toBe('tag')
  })

  it.each([
    ['unsolicited after its end', dataOut({ bufferOffset: 600 }), 'unexpected'],
    ['of no R2T', dataOut({ targetTransferTag: 9 }), 'tag'],
  ])('tells data %s', (_, pdu, fault) => {
    const transfer = new WriteTransfer(2000, RULES)
    transfer.begin({ data: [bytes(600)], dataBytes: 600, final: true })
    expect(transfer.accept(pdu, [bytes(10)], 10)).toBe(fault)
  })

  it('gathers what comes in very many pieces', () => {
    const transfer = new WriteTransfer(1000, { ...RULES, firstBurstBytes: 1000 })
    transfer.begin({ ...NOTHING, final: false })
    for (let i = 0; i < 1000; i++) transfer.accept(dataOut({ dataSn: i, bufferOffset: i, final: i === 999 }), [Uint8Array.of(i & 0xff)], 1)
    expect(transfer.isComplete).toBe(true)
    expect(transfer.chunks).toHaveLength(1)
    expect(transfer.chunks[0]).toEqual(Uint8Array.from({ length: 1000 }, (_, i) => i & 0xff))
  })
})
