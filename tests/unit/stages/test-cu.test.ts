import { describe, expect, it } from 'vitest'
import { parseTestCu } from '../../support/test-cu'

const OUTPUT = `
    [SKIPPED] WRITEATOMIC16 is not implemented.
    [FAILED] WRITE10 command failed with status 2
    [SKIPPED] WRITEATOMIC16 is not implemented.
    [SKIPPED] Media is not removable. 
Suite iSCSIResiduals, Test Read10Invalid had failures:
    1. test_read10_invalid.c:262  - CU_ASSERT_EQUAL(task->status,SCSI_STATUS_GOOD)
Suite iSCSIResiduals, Test Read10Invalid had failures:

Run Summary:    Type  Total    Ran Passed Failed Inactive
              suites    134    134    n/a      0        0
               tests    615    615    613      2        0
             asserts 170167 170167 170165      2      n/a
`

describe('the output of iscsi-test-cu', () => {
  it('is counted by tests and by reasons for what was skipped', () => {
    expect(parseTestCu(OUTPUT)).toEqual({
      ran: 615,
      failed: 2,
      failures: ['iSCSIResiduals, Read10Invalid'],
      skipped: { 'WRITEATOMIC16 is not implemented.': 2, 'Media is not removable.': 1 },
      skippedLines: 3,
    })
  })

  it('is nothing without its summary', () => {
    expect(parseTestCu(OUTPUT.slice(0, OUTPUT.indexOf('Run Summary')))).toBeUndefined()
  })
})
