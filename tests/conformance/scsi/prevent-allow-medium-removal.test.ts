import { describe, it } from 'vitest'
import { ScsiBench } from '../../support/scsi-bench'

describe('PREVENT ALLOW MEDIUM REMOVAL (SBC-3 5.10)', () => {
  it('changes nothing for a medium that cannot be removed', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, [0x1e, 0, 0, 0, 1, 0])
    bench.good(nexus, 0, [0x1e, 0, 0, 0, 0, 0])
    bench.refused(nexus, 0, [0x1e, 0, 0, 0, 2, 0], { byte: 4, bit: 1 })
    bench.expectRecovered(nexus)
  })
})
