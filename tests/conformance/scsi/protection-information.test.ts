import { describe, it } from 'vitest'
import { readCdb, verifyCdb, writeCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

describe('RDPROTECT, WRPROTECT and VRPROTECT without protection information (SBC-3 4.22)', () => {
  it('are refused, whatever they ask for', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const range = { firstBlock: 0, blockCount: 1 }
    for (let protect = 1; protect < 8; protect++) {
      const field = { byte: 1, bit: 5 + (31 - Math.clz32(protect)) }
      bench.refused(nexus, 0, readCdb(range).with(1, protect << 5), field)
      bench.refused(nexus, 0, writeCdb(range).with(1, protect << 5), field, [patternBlocks(1, 1)])
      bench.refused(nexus, 0, verifyCdb(range).with(1, protect << 5), field)
    }
    bench.expectRecovered(nexus)
  })
})
