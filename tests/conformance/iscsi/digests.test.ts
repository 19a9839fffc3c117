import { describe, expect, it } from 'vitest'
import { present } from '../../../src-main/base/assert'
import { IscsiLab, pattern } from '../../support/iscsi-lab'

/** RFC 7143 §13.1 and ErrorRecoveryLevel 0: a digest that does not fit ends the connection. */
const KEYS = [
  { HeaderDigest: 'CRC32C', DataDigest: 'None' },
  { HeaderDigest: 'None', DataDigest: 'CRC32C' },
  { HeaderDigest: 'CRC32C', DataDigest: 'CRC32C' },
]

describe('digests', () => {
  it.each(KEYS)('are in use from the first PDU after login: $HeaderDigest and $DataDigest', (keys) => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys })
    expect(initiator.writeImmediate({ firstBlock: 0, data: pattern(1024) }).status).toBe(0)
    expect(initiator.read({ firstBlock: 0, blockCount: 2 }).data).toEqual(pattern(1024))
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it.each([
    ['header', 20],
    ['data', 60],
  ])('drop the connection when the %s is damaged', (part, at) => {
    const lab = new IscsiLab()
    const initiator = lab.session({ keys: { HeaderDigest: 'CRC32C', DataDigest: 'CRC32C' } })
    const bytes = initiator.bytesOf(initiator.commandHeader({ write: true, expectedDataTransferLength: 512 }), pattern(512))
    bytes[at] = present(bytes[at], 'a byte') ^ 1
    initiator.handler.onData(bytes)
    expect(initiator.receive()).toEqual([])
    expect(initiator.port.isClosed).toBe(true)
    expect(lab.scsi.executed).toEqual([])
    expect(lab.trace.of('portal.rejected')).toMatchObject([{ data: { reason: `${part}-digest` } }])
    expect(lab.session().testUnitReady().status).toBe(0)
  })
})
