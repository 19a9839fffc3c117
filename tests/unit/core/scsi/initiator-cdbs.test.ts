import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RANGE_10, RANGE_16, RANGE_6 } from '../../../../src-main/core/scsi/block-range'
import {
  inquiryCdb,
  modeSense6Cdb,
  range6Cdb,
  readCapacity16Cdb,
  readCdb,
  reportLunsCdb,
  reportTargetPortGroupsCdb,
  requestSenseCdb,
  synchronizeCacheCdb,
  testUnitReadyCdb,
  verifyCdb,
  writeCdb,
} from '../../../../src-main/core/scsi/initiator-cdbs'
import { findOperation, refuseCdb } from '../../../../src-main/core/scsi/opcode-table'

describe('CDBs of an initiator', () => {
  it('are commands that the target knows, without an invalid field', () => {
    const range = { firstBlock: 1, blockCount: 2 }
    const far = { firstBlock: 2 ** 40, blockCount: 70_000 }
    const cdbs = {
      'TEST UNIT READY': testUnitReadyCdb(),
      'REQUEST SENSE': requestSenseCdb(),
      INQUIRY: inquiryCdb({ vpdPage: 0x83 }),
      'REPORT LUNS': reportLunsCdb(),
      'READ CAPACITY(16)': readCapacity16Cdb(),
      'REPORT TARGET PORT GROUPS': reportTargetPortGroupsCdb(),
      'MODE SENSE(6)': modeSense6Cdb(0x3f),
      'READ(6)': range6Cdb(0x08, range),
      'READ(10)': readCdb(range),
      'READ(16)': readCdb(far),
      'WRITE(10)': writeCdb({ ...range, forceUnitAccess: true }),
      'WRITE(16)': writeCdb(far),
      'VERIFY(10)': verifyCdb({ ...range, compare: true }),
      'VERIFY(16)': verifyCdb(far),
      'SYNCHRONIZE CACHE(10)': synchronizeCacheCdb(),
      'SYNCHRONIZE CACHE(16)': synchronizeCacheCdb(far),
    }
    for (const [name, cdb] of Object.entries(cdbs)) {
      const operation = findOperation(cdb)
      expect(operation?.name).toBe(name)
      if (operation !== undefined) expect(refuseCdb(operation, cdb), name).toBeUndefined()
    }
  })

  it('carry any range, in the short form where it reaches', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(), fc.maxSafeNat()),
        fc.oneof(fc.nat(70_000), fc.integer({ min: 0, max: 0xffff_ffff })),
        (firstBlock, blockCount) => {
          const cdb = readCdb({ firstBlock, blockCount })
          expect(cdb.length).toBe(firstBlock < 2 ** 32 && blockCount < 2 ** 16 ? 10 : 16)
          expect((cdb.length === 10 ? RANGE_10 : RANGE_16).decode(cdb)).toEqual({ firstBlock, blockCount })
        },
      ),
    )
  })

  it('carry 21 bits of address and 256 blocks in the form of six bytes', () => {
    expect(RANGE_6.decode(range6Cdb(0x0a, { firstBlock: 0x1f_ffff, blockCount: 256 }))).toEqual({ firstBlock: 0x1f_ffff, blockCount: 256 })
  })
})
