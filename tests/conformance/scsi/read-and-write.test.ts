import { describe, expect, it } from 'vitest'
import { putU16, putU32, putU64 } from '../../../src-main/base/bytes'
import { ScsiBench, patternBlocks } from '../../support/scsi-bench'

type Form = 6 | 10 | 12 | 16
const OPCODES: Readonly<Record<Form, readonly [read: number, write: number]>> = {
  6: [0x08, 0x0a],
  10: [0x28, 0x2a],
  12: [0xa8, 0xaa],
  16: [0x88, 0x8a],
}
const FORMS: readonly Form[] = [6, 10, 12, 16]

function cdbOf(
  form: Form,
  operation: 0 | 1,
  range: { readonly firstBlock: number; readonly blockCount: number; readonly flags?: number },
): Uint8Array {
  const cdb = new Uint8Array(form)
  cdb[0] = OPCODES[form][operation]
  cdb[1] = range.flags ?? 0
  if (form === 6) {
    putU16(cdb, 2, range.firstBlock)
    cdb[4] = range.blockCount
  } else if (form === 16) {
    putU64(cdb, 2, range.firstBlock)
    putU32(cdb, 10, range.blockCount)
  } else {
    putU32(cdb, 2, range.firstBlock)
    if (form === 10) putU16(cdb, 7, range.blockCount)
    else putU32(cdb, 6, range.blockCount)
  }
  return cdb
}

describe('READ and WRITE (SBC-3 5.11 to 5.13, 5.33 to 5.35; SBC-2 5.5, 5.24)', () => {
  it('give back what was written, in any form of either', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    FORMS.forEach((write, index) => {
      const data = patternBlocks(3, index)
      const firstBlock = 100 * (index + 1)
      bench.good(nexus, 0, cdbOf(write, 1, { firstBlock, blockCount: 3 }), [data.subarray(0, 700), data.subarray(700)])
      for (const read of FORMS) expect(bench.good(nexus, 0, cdbOf(read, 0, { firstBlock, blockCount: 3 }))).toEqual(data)
    })
    bench.expectRecovered(nexus)
  })

  it('reach the last block', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const data = patternBlocks(1, 9)
    for (const form of FORMS) {
      bench.good(nexus, 1, cdbOf(form, 1, { firstBlock: 2047, blockCount: 1 }), [data])
      expect(bench.good(nexus, 1, cdbOf(form, 0, { firstBlock: 2047, blockCount: 1 }))).toEqual(data)
    }
    bench.expectRecovered(nexus)
  })

  it('transfer nothing for a count of 0, but 256 blocks in the form of six bytes', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.unit(0).calls.length = 0
    for (const form of [10, 12, 16] as const) {
      expect(bench.good(nexus, 0, cdbOf(form, 0, { firstBlock: 5, blockCount: 0 }))).toHaveLength(0)
      bench.good(nexus, 0, cdbOf(form, 1, { firstBlock: 5, blockCount: 0 }))
    }
    expect(bench.unit(0).calls).toEqual([])
    expect(bench.good(nexus, 0, cdbOf(6, 0, { firstBlock: 5, blockCount: 0 }))).toHaveLength(256 * 512)
    bench.good(nexus, 0, cdbOf(6, 1, { firstBlock: 5, blockCount: 0 }), [patternBlocks(256, 1)])
    expect(bench.unit(0).calls.map((call) => call.blockCount)).toEqual([256, 256])
    bench.expectRecovered(nexus)
  })

  it('hand FUA of a write to the volume, and take DPO as a hint', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const flags = { 0x00: false, 0x10: false, 0x08: true, 0x18: true }
    for (const form of [10, 12, 16] as const) {
      for (const [bits, forceUnitAccess] of Object.entries(flags)) {
        bench.good(nexus, 0, cdbOf(form, 1, { firstBlock: 1, blockCount: 1, flags: Number(bits) }), [patternBlocks(1, 2)])
        expect(bench.unit(0).calls.at(-1)).toEqual({ operation: 'write', firstBlock: 1, blockCount: 1, forceUnitAccess })
        bench.good(nexus, 0, cdbOf(form, 0, { firstBlock: 1, blockCount: 1, flags: Number(bits) }))
      }
    }
    bench.expectRecovered(nexus)
  })

  it('does not take an address for FUA in the form of six bytes', () => {
    const bench = new ScsiBench([0], 0x20_0000)
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, cdbOf(6, 1, { firstBlock: 0, blockCount: 1, flags: 0x08 }), [patternBlocks(1, 2)])
    expect(bench.unit(0).calls.at(-1)).toEqual({ operation: 'write', firstBlock: 0x08_0000, blockCount: 1, forceUnitAccess: false })
    bench.expectRecovered(nexus)
  })

  it('pass buffers through without copying', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const chunk = new Uint8Array(512)
    const unit = bench.unit(0)
    unit.read = (_io, done) => bench.completions.add(() => done({ ok: true, value: [chunk] }))
    expect(bench.run(nexus, 0, cdbOf(10, 0, { firstBlock: 0, blockCount: 1 })).dataIn?.[0]).toBe(chunk)
    let written: readonly Uint8Array[] = []
    unit.write = (io, done) => {
      written = io.data
      bench.completions.add(() => done({ ok: true, value: undefined }))
    }
    bench.good(nexus, 0, cdbOf(10, 1, { firstBlock: 0, blockCount: 1 }), [chunk])
    expect(written[0]).toBe(chunk)
    bench.expectRecovered(nexus)
  })
})
