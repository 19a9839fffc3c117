import { describe, expect, it } from 'vitest'
import { putU16, putU32 } from '../../../src-main/base/bytes'
import { commandOf, pduNameOf, taskTagOf } from '../../../src-main/player/pdu-words'

const CDB = 32

/** The header of a SCSI command with this CDB. */
function command(opcode: number, fill: (header: Uint8Array) => void = () => undefined): Uint8Array {
  const header = new Uint8Array(48)
  header[0] = 0x01
  header[CDB] = opcode
  fill(header)
  return header
}

describe('the words of a PDU', () => {
  it('say where a command of 6 bytes reads: 21 bits of an address, and 0 for 256 blocks', () => {
    const read = command(0x08, (header) => header.set([0xff, 0x12, 0x34, 0], CDB + 1))
    expect(commandOf(read)).toEqual({ block: 0x1f_1234, blockCount: 256 })
    read[CDB + 4] = 7
    expect(commandOf(read)).toMatchObject({ blockCount: 7 })
  })

  it('say where a command of 10 or 16 bytes reads, beyond 32 bits too', () => {
    const short = command(0x2a, (header) => {
      putU32(header, CDB + 2, 0xffff_fffe)
      putU16(header, CDB + 7, 0xffff)
    })
    expect(commandOf(short)).toEqual({ block: 0xffff_fffe, blockCount: 0xffff })
    const long = command(0x88, (header) => {
      putU32(header, CDB + 2, 3)
      putU32(header, CDB + 6, 5)
      putU32(header, CDB + 10, 70_000)
    })
    expect(commandOf(long)).toEqual({ block: 3 * 2 ** 32 + 5, blockCount: 70_000 })
    expect(commandOf(command(0x12))).toEqual({})
  })

  it('name the LUN in each way of addressing, and what is none as it is', () => {
    const lun = (first: number, second: number) => pduNameOf(command(0x2a, (header) => header.set([first, second], 8)))
    expect(lun(0, 5)).toBe('SCSI Command WRITE(10) LUN 5')
    expect(lun(0x41, 0x02)).toBe('SCSI Command WRITE(10) LUN 258')
    expect(lun(0xc1, 0)).toBe('SCSI Command WRITE(10) LUN 0xc1000000')
  })

  it('tell a status only where there is one', () => {
    const dataIn = (flags: number, status: number) => pduNameOf(Uint8Array.of(0x25, flags, 0, status, ...new Uint8Array(44)))
    expect([dataIn(0x80, 2), dataIn(0x81, 2), dataIn(0x81, 0x77)]).toEqual(['Data-In', 'Data-In CHECK CONDITION', 'Data-In 0x77'])
  })

  it('have a tag where it is one', () => {
    const tagged = command(0x28, (header) => putU32(header, 16, 0xffff_ffff))
    expect(taskTagOf(tagged)).toEqual({})
    expect(taskTagOf(command(0x28))).toEqual({ taskTag: 0 })
  })
})
