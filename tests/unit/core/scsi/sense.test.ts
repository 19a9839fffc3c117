import { describe, expect, it } from 'vitest'
import {
  buildSense,
  buildSenseAtBlock,
  decodeSense,
  invalidFieldInCdb,
  invalidFieldInParameterList,
} from '../../../../src-main/core/scsi/sense'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../../src-main/core/scsi/spec'

describe('fixed-format sense data', () => {
  it('lays out key and additional sense code', () => {
    const sense = buildSense(SENSE_KEY.mediumError, ADDITIONAL_SENSE.unrecoveredReadError)
    expect([...sense]).toEqual([0x70, 0, 3, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x11, 0, 0, 0, 0, 0])
  })

  it('points at a field of the CDB, to the bit', () => {
    const sense = invalidFieldInCdb({ byte: 2, bit: 7 })
    expect([...sense.subarray(12)]).toEqual([0x24, 0, 0, 0xcf, 0, 2])
    expect(decodeSense(sense)?.field).toEqual({ inCdb: true, byte: 2, bit: 7 })
  })

  it('points at a field of the parameter list', () => {
    const sense = invalidFieldInParameterList({ byte: 300 })
    expect([...sense.subarray(12)]).toEqual([0x26, 0, 0, 0x80, 1, 0x2c])
    expect(decodeSense(sense)?.field).toEqual({ inCdb: false, byte: 300, bit: undefined })
  })

  it('names the block, if 32 bits are enough for it', () => {
    const sense = buildSenseAtBlock(SENSE_KEY.miscompare, ADDITIONAL_SENSE.miscompare, 0x1234_5678)
    expect([...sense.subarray(0, 7)]).toEqual([0xf0, 0, 0x0e, 0x12, 0x34, 0x56, 0x78])
    expect(decodeSense(sense)?.information).toBe(0x1234_5678)
    expect(decodeSense(buildSenseAtBlock(SENSE_KEY.miscompare, ADDITIONAL_SENSE.miscompare, 2 ** 32 - 1))?.information).toBe(2 ** 32 - 1)
    expect(decodeSense(buildSenseAtBlock(SENSE_KEY.miscompare, ADDITIONAL_SENSE.miscompare, 2 ** 32))?.information).toBeUndefined()
  })

  it('decodes deferred errors, and nothing that is no fixed-format sense data', () => {
    const sense = buildSense(SENSE_KEY.hardwareError, ADDITIONAL_SENSE.internalTargetFailure)
    sense[0] = 0x71
    expect(decodeSense(sense)).toMatchObject({
      deferred: true,
      key: 4,
      additional: 0x4400,
      text: 'INTERNAL TARGET FAILURE',
      field: undefined,
    })
    expect(decodeSense(sense.subarray(0, 13))).toBeUndefined()
    sense[0] = 0x72
    expect(decodeSense(sense)).toBeUndefined()
  })
})
