import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../../src-main/base/bytes'
import { FLAG, newHeader, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { encodeLoginRequest } from '../../../src-main/core/iscsi/codec/pdu/login'
import { decodeReject, REJECT_REASON } from '../../../src-main/core/iscsi/codec/pdu/reject'
import { IscsiLab } from '../../support/iscsi-lab'

/** RFC 7143 §11.17: PDUs that are refused, with their header for evidence. */
describe('Reject', () => {
  it.each([
    ['SNACK, which error recovery level 0 has not', newHeader(0x10, FLAG.final), REJECT_REASON.snack],
    ['an opcode that is none', newHeader(0x1c, FLAG.final), REJECT_REASON.commandNotSupported],
    ['an opcode of the target', newHeader(TARGET_OPCODE.scsiResponse, FLAG.final), REJECT_REASON.commandNotSupported],
    [
      'a login in the full feature phase',
      encodeLoginRequest({
        transit: true,
        continued: false,
        currentStage: 1,
        nextStage: 3,
        versionMax: 0,
        versionMin: 0,
        isid: '80123456abcd',
        tsih: 1,
        initiatorTaskTag: 7,
        connectionId: 1,
        cmdSn: 1,
        expStatSn: 2,
      }),
      REJECT_REASON.protocolError,
    ],
  ])('%s', (_, header, reason) => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.send(header)
    const pdu = initiator.receiveOne()
    expect(decodeReject(pdu.header)).toEqual({ reason, statSn: 2, expCmdSn: 1, maxCmdSn: 128, dataSn: 0 })
    expect(concatBytes(pdu.data)).toEqual(header)
    expect(lab.trace.of('portal.rejected')).toMatchObject([{ place: 'portal-a', to: 'host', data: { reason } }])
    expect(lab.target.sessions()).toMatchObject([{ counters: { rejects: 1 } }])
    expect(initiator.testUnitReady().status).toBe(0)
  })
})
