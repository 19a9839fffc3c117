import { describe, it } from 'vitest'
import { ScsiBench } from '../../support/scsi-bench'

describe('START STOP UNIT (SBC-3 5.25)', () => {
  it('starts what is started', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, [0x1b, 0, 0, 0, 0x01, 0])
    bench.good(nexus, 0, [0x1b, 1, 0, 0, 0x05, 0])
    bench.expectRecovered(nexus)
  })

  it('refuses to stop a volume that other hosts use, to eject it, and to change its power condition', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, [0x1b, 0, 0, 0, 0x00, 0], { byte: 4, bit: 0 })
    bench.refused(nexus, 0, [0x1b, 0, 0, 0, 0x03, 0], { byte: 4, bit: 1 })
    bench.refused(nexus, 0, [0x1b, 0, 0, 0, 0x30, 0], { byte: 4, bit: 5 })
    bench.expectRecovered(nexus)
  })
})
