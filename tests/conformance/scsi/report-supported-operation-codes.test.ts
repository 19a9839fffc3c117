import { describe, expect, it } from 'vitest'
import { getU16, getU32 } from '../../../src-main/base/bytes'
import { OPERATIONS } from '../../../src-main/core/scsi/opcode-table'
import { ScsiBench } from '../../support/scsi-bench'

const RCTD = 0x80

function rsoc(options: number, opcode = 0, serviceAction = 0, allocationBytes = 4096): number[] {
  return [0xa3, 0x0c, options, opcode, serviceAction >>> 8, serviceAction & 0xff, 0, 0, allocationBytes >>> 8, allocationBytes & 0xff, 0, 0]
}

describe('REPORT SUPPORTED OPERATION CODES (SPC-4 6.35)', () => {
  it('lists all commands', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const [options, descriptorBytes] of [
      [0, 8],
      [RCTD, 20],
    ] as const) {
      const data = bench.good(nexus, 0, rsoc(options))
      expect(getU32(data, 0)).toBe(data.length - 4)
      expect(data).toHaveLength(4 + OPERATIONS.length * descriptorBytes)
      OPERATIONS.forEach((operation, index) => {
        const descriptor = data.subarray(4 + index * descriptorBytes, 4 + (index + 1) * descriptorBytes)
        expect([descriptor[0], getU16(descriptor, 2), getU16(descriptor, 6)]).toEqual([
          operation.opcode,
          operation.serviceAction ?? 0,
          operation.usage.length,
        ])
        expect(descriptor[5]).toBe((operation.serviceAction === undefined ? 0 : 1) | (options === 0 ? 0 : 2))
        if (options !== 0) expect(getU16(descriptor, 8)).toBe(10)
      })
    }
    bench.expectRecovered(nexus)
  })

  it('gives the usage data of one command', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const read10 = [0x28, 0x1a, 0xff, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0]
    expect([...bench.good(nexus, 0, rsoc(1, 0x28))]).toEqual([0, 3, 0, 10, ...read10])
    expect([...bench.good(nexus, 0, rsoc(3, 0x28))]).toEqual([0, 3, 0, 10, ...read10])
    expect([...bench.good(nexus, 0, rsoc(RCTD | 1, 0x28)).subarray(0, 16)]).toEqual([0, 0x83, 0, 10, ...read10, 0, 10])
    const readCapacity16 = [0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0]
    expect([...bench.good(nexus, 0, rsoc(2, 0x9e, 0x10))]).toEqual([0, 3, 0, 16, ...readCapacity16])
    expect([...bench.good(nexus, 0, rsoc(3, 0x9e, 0x10))]).toEqual([0, 3, 0, 16, ...readCapacity16])
    expect([...bench.good(nexus, 0, rsoc(3, 0xa3, 0x0a)).subarray(4, 6)]).toEqual([0xa3, 0xea])
    bench.expectRecovered(nexus)
  })

  it('says of a command that it is not supported', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    for (const cdb of [
      rsoc(1, 0x5d),
      rsoc(2, 0x5d, 1),
      rsoc(3, 0x5f, 8),
      rsoc(2, 0x9e, 0x11),
      rsoc(3, 0x9e, 0x11),
      rsoc(3, 0x28, 1),
      rsoc(3, 0xa4, 0x0a),
    ]) {
      expect([...bench.good(nexus, 0, cdb)]).toEqual([0, 1, 0, 0])
    }
    bench.expectRecovered(nexus)
  })

  it('refuses to be asked for a command in a way that does not suit it', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.refused(nexus, 0, rsoc(1, 0xa3), { byte: 2, bit: 2 })
    bench.refused(nexus, 0, rsoc(2, 0x28), { byte: 2, bit: 2 })
    bench.refused(nexus, 0, rsoc(4, 0x28), { byte: 2, bit: 2 })
    bench.expectRecovered(nexus)
  })

  it('cuts to the allocation length', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    expect(bench.good(nexus, 0, rsoc(0, 0, 0, 4))).toHaveLength(4)
    bench.expectRecovered(nexus)
  })
})
