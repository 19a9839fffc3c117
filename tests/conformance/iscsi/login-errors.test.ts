import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { encodeNopOut } from '../../../src-main/core/iscsi/codec/pdu/nop'
import { decodeLoginResponse, LOGIN_STAGE, LOGIN_STATUS, type LoginRequestPdu } from '../../../src-main/core/iscsi/codec/pdu/login'
import { INITIATOR_NAME, IscsiLab, TARGET_NAME, type RawInitiator } from '../../support/iscsi-lab'

/** RFC 7143 §11.13.5: each refusal with its status, the connection closed, and the target well afterwards. */
const IDENTITY = { InitiatorName: INITIATOR_NAME, TargetName: TARGET_NAME }

function proveRecovery(lab: IscsiLab): void {
  expect(lab.session({ isid: '80ffffff0001' }).testUnitReady().status).toBe(0)
}

describe('login refusals', () => {
  it.each<[string, number, Partial<LoginRequestPdu>, Record<string, string>]>([
    ['a later version', LOGIN_STATUS.unsupportedVersion, { versionMin: 1, versionMax: 2 }, IDENTITY],
    ['no initiator name', LOGIN_STATUS.missingParameter, {}, { TargetName: TARGET_NAME }],
    ['a name that is none', LOGIN_STATUS.missingParameter, {}, { ...IDENTITY, InitiatorName: 'me' }],
    ['no target name in a normal session', LOGIN_STATUS.missingParameter, {}, { InitiatorName: INITIATOR_NAME }],
    ['another target', LOGIN_STATUS.notFound, {}, { ...IDENTITY, TargetName: 'iqn.2026-01.example:other' }],
    ['only CHAP', LOGIN_STATUS.authenticationFailure, { currentStage: 0, nextStage: 1 }, { ...IDENTITY, AuthMethod: 'CHAP' }],
    ['a session that is not there', LOGIN_STATUS.sessionDoesNotExist, { tsih: 77 }, IDENTITY],
    ['a reserved stage', LOGIN_STATUS.initiatorError, { currentStage: 2 }, IDENTITY],
    ['a reserved next stage', LOGIN_STATUS.initiatorError, { nextStage: 2 }, IDENTITY],
    ['the full feature stage at once', LOGIN_STATUS.initiatorError, { currentStage: 3 }, IDENTITY],
    ['a step backwards', LOGIN_STATUS.initiatorError, { currentStage: 1, nextStage: 0 }, IDENTITY],
    ['transit and continue at once', LOGIN_STATUS.initiatorError, { continued: true }, IDENTITY],
    ['more keys than can be answered', LOGIN_STATUS.initiatorError, {}, { ...IDENTITY, ...manyKeys(150) }],
  ])('%s', (_, status, fields, keys) => {
    const lab = new IscsiLab()
    const initiator = lab.connect()
    expect(initiator.loginRequest(fields, keys).response).toMatchObject({ status, transit: false })
    expect(initiator.port.isClosed).toBe(true)
    expect(lab.trace.of('portal.rejected')).toMatchObject([{ place: 'portal-a', data: { loginStatus: status } }])
    expect(lab.target.sessions()).toEqual([])
    proveRecovery(lab)
  })

  it.each<[string, Partial<LoginRequestPdu>, Record<string, string>]>([
    ['the ISID', { isid: '80ffffffffff' }, {}],
    ['the CID', { connectionId: 9 }, {}],
    ['the task tag', { initiatorTaskTag: 8 }, {}],
    ['the stage, without having agreed on it', { currentStage: LOGIN_STAGE.security, nextStage: LOGIN_STAGE.operational }, {}],
    ['its mind about a key', {}, { InitiatorName: `${INITIATOR_NAME}2` }],
  ])('an initiator that changes %s on the way', (_, fields, keys) => {
    const lab = new IscsiLab()
    const initiator = lab.connect()
    initiator.loginRequest({ transit: false }, IDENTITY)
    expect(initiator.loginRequest(fields, keys).response.status).toBe(LOGIN_STATUS.initiatorError)
    expect(initiator.port.isClosed).toBe(true)
    proveRecovery(lab)
  })

  it('text that is no list of keys', () => {
    const lab = new IscsiLab()
    const initiator = lab.connect()
    expect(initiator.loginRequest({}, { ...IDENTITY, 'not a label': '1' }).response.status).toBe(LOGIN_STATUS.initiatorError)
    proveRecovery(lab)
  })

  it('a second connection for a session (MaxConnections is 1)', () => {
    const lab = new IscsiLab()
    const { response } = lab.connect().login()
    expect(lab.connect().loginRequest({ tsih: response.tsih, connectionId: 2 }, IDENTITY).response.status).toBe(
      LOGIN_STATUS.tooManyConnections,
    )
    proveRecovery(lab)
  })

  it('any other PDU during login', () => {
    const lab = new IscsiLab()
    const initiator = lab.connect()
    initiator.loginRequest({ transit: false }, IDENTITY)
    initiator.send(encodeNopOut({ immediate: true, lun: 0, initiatorTaskTag: 55, targetTransferTag: 0xffff_ffff, cmdSn: 1, expStatSn: 2 }))
    expect(decodeLoginResponse(initiator.receiveOne().header)).toMatchObject({
      status: LOGIN_STATUS.invalidDuringLogin,
      initiatorTaskTag: 55,
    })
    expect(initiator.port.isClosed).toBe(true)
    proveRecovery(lab)
  })

  it('any other PDU before login is not even answered', () => {
    const lab = new IscsiLab()
    const initiator = lab.connect()
    initiator.send(initiator.commandHeader())
    expect(initiator.receive()).toEqual([])
    expect(initiator.port.isClosed).toBe(true)
    proveRecovery(lab)
  })

  it('a login that takes too long', () => {
    const lab = new IscsiLab()
    const initiator = lab.connect()
    initiator.loginRequest({ transit: false }, IDENTITY)
    lab.clock.advance(LIMITS.loginWithinMs - 1)
    expect(initiator.port.isClosed).toBe(false)
    lab.clock.advance(1)
    expect(initiator.port.isClosed).toBe(true)
    expect(lab.clock.pendingTimers).toBe(0)
    proveRecovery(lab)
  })

  it('more sessions at one portal than there may be; the other portal has its own', () => {
    const lab = new IscsiLab()
    const initiators = Array.from({ length: LIMITS.sessions }, (_, i) => {
      const isid = `80000000${i.toString(16).padStart(4, '0')}`
      lab.session({ isid, portal: 'b' })
      return lab.session({ isid })
    })
    expect(lab.target.sessions()).toHaveLength(2 * LIMITS.sessions)
    expect(lab.connect().loginRequest({ isid: '80ffffffffff' }, IDENTITY).response.status).toBe(LOGIN_STATUS.outOfResources)
    initiators[0]?.handler.onClosed()
    proveRecovery(lab)
  })
})

describe('more logins under way than there may be', () => {
  const { loginsUnderWay } = LIMITS
  const closedOf = (initiators: readonly RawInitiator[]) => initiators.map(({ port }) => port.isClosed)

  it('push out the oldest connection that has said nothing', () => {
    const lab = new IscsiLab()
    const begun = lab.connect()
    begun.loginRequest({ transit: false }, IDENTITY)
    const silent = Array.from({ length: loginsUnderWay }, () => lab.connect())
    expect(begun.port.isClosed).toBe(false)
    expect(closedOf(silent)).toEqual([true, ...Array<boolean>(loginsUnderWay - 1).fill(false)])
    expect(begun.loginRequest({}, {}).response.status).toBe(LOGIN_STATUS.success)
    proveRecovery(lab)
  })

  it('push out the oldest where all have begun', () => {
    const lab = new IscsiLab()
    const begun = Array.from({ length: loginsUnderWay }, () => {
      const initiator = lab.connect()
      initiator.loginRequest({ transit: false }, IDENTITY)
      return initiator
    })
    const newest = lab.connect()
    expect(closedOf(begun)).toEqual([true, ...Array<boolean>(loginsUnderWay - 1).fill(false)])
    expect(newest.port.isClosed).toBe(false)
    proveRecovery(lab)
  })

  it('leave sessions and the other portal alone', () => {
    const lab = new IscsiLab()
    const [session, other] = [lab.session(), lab.connect('b')]
    for (let i = 0; i < 3 * loginsUnderWay; i++) lab.connect()
    expect(closedOf([session, other])).toEqual([false, false])
    expect(session.testUnitReady().status).toBe(0)
    other.login()
    expect(other.testUnitReady().status).toBe(0)
  })
})

function manyKeys(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`X-${'k'.repeat(40)}-${i}`, '1']))
}
