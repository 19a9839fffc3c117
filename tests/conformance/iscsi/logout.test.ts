import { describe, expect, it } from 'vitest'
import { ASYNC_EVENT, decodeAsyncMessage } from '../../../src-main/core/iscsi/codec/pdu/async-message'
import { initiatorTaskTagOf, opcodeOf, TARGET_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { decodeLogoutResponse, encodeLogoutRequest, LOGOUT_OUTCOME, LOGOUT_REASON } from '../../../src-main/core/iscsi/codec/pdu/logout'
import { IscsiLab, type RawInitiator } from '../../support/iscsi-lab'

/** RFC 7143 §11.9, §11.14, §11.15. */
function logout(
  initiator: RawInitiator,
  fields: { readonly reason: number; readonly connectionId?: number; readonly immediate?: boolean; readonly cmdSn?: number },
): void {
  const { reason, connectionId = 1, immediate = true, cmdSn = initiator.cmdSn } = fields
  initiator.send(encodeLogoutRequest({ immediate, reason, connectionId, initiatorTaskTag: 0x99, cmdSn, expStatSn: 2 }))
}

describe('Logout', () => {
  it.each([
    ['the session', LOGOUT_REASON.closeSession],
    ['its connection', LOGOUT_REASON.closeConnection],
  ])('closes %s: response, then end of connection and nexus', (_, reason) => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    logout(initiator, { reason })
    expect(decodeLogoutResponse(initiator.receiveOne().header)).toMatchObject({ response: LOGOUT_OUTCOME.closed, initiatorTaskTag: 0x99 })
    expect(initiator.port.isClosed).toBe(true)
    expect(lab.scsi.nexuses).toEqual([])
    expect(lab.trace.of('portal.logout')).toMatchObject([{ place: 'portal-a', data: { reason: 'logout' } }])
    expect(lab.clock.pendingTimers).toBe(0)
    expect(lab.session().testUnitReady().status).toBe(0)
  })

  it.each([
    ['a connection that is not there', LOGOUT_REASON.closeConnection, 5, LOGOUT_OUTCOME.connectionNotFound],
    ['recovery, which error recovery level 0 has not', LOGOUT_REASON.removeForRecovery, 1, LOGOUT_OUTCOME.recoveryNotSupported],
    ['a reason that is none', 0x33, 1, LOGOUT_OUTCOME.recoveryNotSupported],
  ])('refuses %s and goes on', (_, reason, connectionId, response) => {
    const initiator = new IscsiLab().session()
    logout(initiator, { reason, connectionId })
    expect(decodeLogoutResponse(initiator.receiveOne().header).response).toBe(response)
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('ends tasks under way without a response', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    lab.scsi.isHolding = true
    initiator.send(initiator.commandHeader())
    logout(initiator, { reason: LOGOUT_REASON.closeSession })
    lab.scsi.isHolding = false
    lab.scsi.release()
    expect(initiator.receive().map(({ header }) => opcodeOf(header))).toEqual([TARGET_OPCODE.logoutResponse])
    expect(lab.session().testUnitReady().status).toBe(0)
  })

  it('has its turn by CmdSN: nothing after it is executed', () => {
    const lab = new IscsiLab()
    const initiator = lab.session()
    initiator.send(initiator.commandHeader({ cmdSn: 3 }))
    logout(initiator, { reason: LOGOUT_REASON.closeSession, immediate: false, cmdSn: 2 })
    expect(initiator.receive()).toEqual([])
    initiator.send(initiator.commandHeader({ cmdSn: 1, initiatorTaskTag: 1 }))
    expect(initiator.receive().map(({ header }) => initiatorTaskTagOf(header))).toEqual([1, 0x99])
    expect(lab.scsi.executed).toHaveLength(1)
    expect(lab.session().testUnitReady().status).toBe(0)
  })
})

describe('Asynchronous Message', () => {
  it('asks the initiators of one portal to log out', () => {
    const lab = new IscsiLab()
    const [atA, atB] = [lab.session(), lab.session({ portal: 'b' })]
    lab.target.requestLogout({ portal: 'b', withinSeconds: 5 })
    expect(atA.receive()).toEqual([])
    expect(decodeAsyncMessage(atB.receiveOne().header)).toMatchObject({ event: ASYNC_EVENT.logoutRequested, parameter3: 5, statSn: 2 })
    expect(atB.testUnitReady().status).toBe(0)
    logout(atB, { reason: LOGOUT_REASON.closeSession })
    expect(lab.target.sessions().map(({ portal }) => portal)).toEqual(['a'])
  })
})
