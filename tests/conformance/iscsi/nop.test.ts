import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { present } from '../../../src-main/base/assert'
import { concatBytes } from '../../../src-main/base/bytes'
import { RESERVED_TAG } from '../../../src-main/core/iscsi/codec/layout'
import { decodeNopIn, encodeNopOut } from '../../../src-main/core/iscsi/codec/pdu/nop'
import { IscsiLab, pattern, type RawInitiator } from '../../support/iscsi-lab'

/** RFC 7143 §11.18, §11.19. */
function nopOut(
  initiator: RawInitiator,
  fields: { readonly immediate: boolean; readonly tag: number; readonly transferTag?: number },
  data?: Uint8Array,
): void {
  const cmdSn = fields.immediate ? initiator.cmdSn : initiator.cmdSn++
  const header = {
    immediate: fields.immediate,
    lun: 3,
    initiatorTaskTag: fields.tag,
    targetTransferTag: fields.transferTag ?? RESERVED_TAG,
    cmdSn,
    expStatSn: 2,
  }
  initiator.send(encodeNopOut(header), data)
}

describe('NOP-Out', () => {
  it('comes back with its data, its tag and its LUN', () => {
    const initiator = new IscsiLab().session()
    nopOut(initiator, { immediate: true, tag: 9 }, pattern(777))
    const pdu = initiator.receiveOne()
    expect(decodeNopIn(pdu.header)).toEqual({
      lun: 3,
      initiatorTaskTag: 9,
      targetTransferTag: RESERVED_TAG,
      statSn: 2,
      expCmdSn: 1,
      maxCmdSn: 128,
    })
    expect(concatBytes(pdu.data)).toEqual(pattern(777))
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('uses up a CmdSN when it is not immediate', () => {
    const initiator = new IscsiLab().session()
    nopOut(initiator, { immediate: false, tag: 9 })
    expect(decodeNopIn(initiator.receiveOne().header)).toMatchObject({ expCmdSn: 2, maxCmdSn: 129 })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('gets no more data back than the initiator takes', () => {
    const initiator = new IscsiLab().session({ keys: { MaxRecvDataSegmentLength: '512' } })
    nopOut(initiator, { immediate: true, tag: 9 }, pattern(2000))
    expect(concatBytes(initiator.receiveOne().data)).toEqual(pattern(2000).subarray(0, 512))
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('with the reserved tag gets no answer', () => {
    const initiator = new IscsiLab().session()
    nopOut(initiator, { immediate: true, tag: RESERVED_TAG, transferTag: 5 })
    expect(initiator.receive()).toEqual([])
    expect(initiator.testUnitReady().status).toBe(0)
  })
})

describe('NOP-In as a ping', () => {
  it('goes to a silent initiator and uses up no StatSN', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.clock.advance(LIMITS.pingAfterMs)
    const pings = initiator.receive()
    expect(pings.map(({ header }) => decodeNopIn(header))).toMatchObject([{ initiatorTaskTag: RESERVED_TAG, statSn: 2 }])
    expect(decodeNopIn(present(pings[0], 'PDU').header).targetTransferTag).not.toBe(RESERVED_TAG)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('keeps a session alive that answers, and drops one that does not', () => {
    const lab = new IscsiLab()
    const [answering, silent] = [lab.session(), lab.session({ isid: '80ffffff0001' })]
    for (let i = 0; i < 10; i++) {
      lab.clock.advance(LIMITS.pingAfterMs)
      for (const { header } of answering.receive())
        nopOut(answering, { immediate: true, tag: RESERVED_TAG, transferTag: decodeNopIn(header).targetTransferTag })
    }
    expect([answering.port.isClosed, silent.port.isClosed]).toEqual([false, true])
    expect(lab.trace.of('portal.logout')).toMatchObject([{ data: { reason: 'no answer to a ping' } }])
    expect(answering.testUnitReady().status).toBe(0)
  })

  it('does not go to an initiator that is heard', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    for (let i = 0; i < 5; i++) {
      lab.clock.advance(LIMITS.pingAfterMs - 1)
      expect(initiator.testUnitReady().status).toBe(0)
    }
  })
})
