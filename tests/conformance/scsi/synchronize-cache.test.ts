import { describe, expect, it } from 'vitest'
import { synchronizeCacheCdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

const IMMED = 0x02

describe('SYNCHRONIZE CACHE (SBC-3 5.26, 5.27)', () => {
  it('flushes the volume, whatever the range', () => {
    const bench = new ScsiBench([0], 2 ** 33)
    const nexus = bench.readyNexus()
    for (const range of [undefined, { firstBlock: 5, blockCount: 10 }, { firstBlock: 2 ** 32, blockCount: 100_000 }]) {
      bench.unit(0).calls.length = 0
      bench.good(nexus, 0, synchronizeCacheCdb(range))
      expect(bench.unit(0).calls.map((call) => call.operation)).toEqual(['flush'])
    }
    bench.expectRecovered(nexus)
  })

  it('answers after the flush also with IMMED, so that its failure is told', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    let answers = 0
    const cdb = synchronizeCacheCdb().with(1, IMMED)
    bench.target.execute({ nexus, lun: 0, cdb, dataOut: [], trace: undefined }, () => answers++)
    expect(answers).toBe(0)
    bench.completions.runAll()
    expect(answers).toBe(1)
    bench.unit(0).fault = 'hardware-error'
    bench.check(nexus, 0, { cdb }, { key: SENSE_KEY.hardwareError, additional: ADDITIONAL_SENSE.internalTargetFailure })
    bench.expectRecovered(nexus)
  })
})
