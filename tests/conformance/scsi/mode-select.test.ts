import { describe, it } from 'vitest'
import { modeSense6Cdb } from '../../../src-main/core/scsi/initiator-cdbs'
import { ADDITIONAL_SENSE, SENSE_KEY } from '../../../src-main/core/scsi/spec'
import { ScsiBench } from '../../support/scsi-bench'

const PF = 0x10
const LENGTH_ERROR = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.parameterListLengthError }
const LLBAA = 0x10

function modeSelect6(lengthBytes: number, flags = PF): number[] {
  return [0x15, flags, 0, 0, lengthBytes, 0]
}

function modeSelect10(lengthBytes: number): number[] {
  return [0x55, PF, 0, 0, 0, 0, 0, lengthBytes >>> 8, lengthBytes & 0xff, 0]
}

function invalidAt(byte: number, bit?: number) {
  return { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInParameterList, field: { inCdb: false, byte, bit } }
}

describe('MODE SELECT (SPC-4 6.11, 6.12)', () => {
  it('accepts what MODE SENSE gave', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const six = bench.good(nexus, 0, modeSense6Cdb(0x3f)).with(0, 0)
    bench.good(nexus, 0, modeSelect6(six.length), [six.subarray(0, 7), six.subarray(7)])
    bench.good(nexus, 0, modeSelect6(six.length), [six.with(12, 0x88)])
    for (const flags of [0, LLBAA]) {
      const ten = bench.good(nexus, 0, [0x5a, flags, 0x3f, 0, 0, 0, 0, 4, 0, 0]).with(1, 0)
      bench.good(nexus, 0, modeSelect10(ten.length), [ten])
    }
    bench.expectRecovered(nexus)
  })

  it('accepts an empty list, a header alone, and a number of blocks of 0', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    bench.good(nexus, 0, modeSelect6(0, 0))
    bench.good(nexus, 0, modeSelect6(4), [new Uint8Array(4)])
    bench.good(nexus, 0, modeSelect10(8), [new Uint8Array(8)])
    bench.good(nexus, 0, modeSelect6(12), [Uint8Array.of(0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 2, 0)])
    bench.expectRecovered(nexus)
  })

  it('refuses every change, pointing at it', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const list = bench.good(nexus, 0, modeSense6Cdb(0x3f)).with(0, 0)
    const cdb = modeSelect6(list.length)
    const changes = { 1: 1, 3: 7, 5: 9, 10: 4, 13: 0x11, 14: 0x00, 35: 0x00 }
    for (const [byte, value] of Object.entries(changes))
      bench.check(nexus, 0, { cdb, dataOut: [list.with(Number(byte), value)] }, invalidAt(Number(byte)))
    bench.check(nexus, 0, { cdb, dataOut: [list.with(12, 0x19)] }, invalidAt(12, 5))
    bench.expectRecovered(nexus)
  })

  it('refuses a list that ends too early', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const list = bench.good(nexus, 0, modeSense6Cdb(0x3f)).with(0, 0)
    for (const lengthBytes of [1, 3, 4, 11, 13, 20, list.length - 1]) {
      bench.check(nexus, 0, { cdb: modeSelect6(lengthBytes), dataOut: [list.subarray(0, lengthBytes)] }, LENGTH_ERROR)
    }
    bench.check(nexus, 0, { cdb: modeSelect10(7), dataOut: [new Uint8Array(7)] }, LENGTH_ERROR)
    bench.expectRecovered(nexus)
  })

  it('refuses a list that is not as long as the CDB says, pages of a vendor format, and saving', () => {
    const bench = new ScsiBench()
    const nexus = bench.readyNexus()
    const mismatch = { key: SENSE_KEY.illegalRequest, additional: ADDITIONAL_SENSE.invalidFieldInCommandUnit }
    bench.check(nexus, 0, { cdb: modeSelect6(4), dataOut: [new Uint8Array(5)] }, mismatch)
    bench.refused(nexus, 0, modeSelect6(4, 0), { byte: 1, bit: 4 }, [new Uint8Array(4)])
    bench.refused(nexus, 0, modeSelect6(4, PF | 1), { byte: 1, bit: 0 }, [new Uint8Array(4)])
    bench.expectRecovered(nexus)
  })
})
