import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../../src-main/contract/limits'
import { initiatorTaskTagOf } from '../../../src-main/core/iscsi/codec/layout'
import { LOGIN_STATUS, type LoginRequestPdu } from '../../../src-main/core/iscsi/codec/pdu/login'
import { INITIATOR_NAME, IscsiLab, pattern, senseCodes, TARGET_NAME, type RawInitiator } from '../../support/iscsi-lab'

/** RFC 7143 §6.3.4: a login with the ISID, TSIH and CID of a session replaces its connection. */
const IDENTITY = { InitiatorName: INITIATOR_NAME, TargetName: TARGET_NAME }
const ISID = '80123456abcd'

/** A session, and a second connection that has not logged in. */
function pair(keys: Readonly<Record<string, string>> = {}) {
  const lab = new IscsiLab()
  const old = lab.connect()
  const { tsih } = old.login({ keys }).response
  return { lab, old, tsih, fresh: lab.connect(), replace: replacing(lab) }
}

/** The old connection has been silent for a moment: its place is not taken while it is in use. */
function replacing(lab: IscsiLab) {
  return (fresh: RawInitiator, fields: Partial<LoginRequestPdu>, keys: Readonly<Record<string, string>> = {}) => {
    lab.clock.advance(LIMITS.sessionInUseMs)
    return fresh.loginRequest({ isid: ISID, ...fields }, { ...IDENTITY, ...keys })
  }
}

describe('connection reinstatement', () => {
  it('ends the old connection with its tasks; the session goes on', () => {
    const { lab, old, tsih, fresh, replace } = pair()
    old.testUnitReady()
    lab.scsi.isHolding = true
    old.send(old.commandHeader())
    fresh.cmdSn = old.cmdSn
    const { response } = replace(fresh, { tsih })
    expect(response).toMatchObject({ status: LOGIN_STATUS.success, tsih, expCmdSn: 3, maxCmdSn: 129 })
    expect([old.port.isClosed, fresh.port.isClosed]).toEqual([true, false])
    expect(lab.target.sessions()).toMatchObject([{ isid: ISID, counters: { commands: 2 } }])
    // The nexus is the same, so nothing is lost or gained.
    expect(lab.scsi.nexuses.map(({ id }) => id)).toEqual([1])
    expect(lab.scsi.lost).toEqual([])
    lab.scsi.isHolding = false
    lab.scsi.release()
    expect(old.receive()).toEqual([])
    expect(fresh.testUnitReady().status).toBe(0)
    expect(lab.trace.of('portal.logout')).toMatchObject([{ data: { reason: 'connection reinstated' } }])
  })

  it('lets early commands come again', () => {
    const { old, tsih, fresh, replace } = pair()
    old.send(old.commandHeader({ cmdSn: 2, initiatorTaskTag: 2 }))
    replace(fresh, { tsih })
    for (const tag of [1, 2]) fresh.send(fresh.commandHeader({ initiatorTaskTag: tag }))
    expect(fresh.receive().map(({ header }) => initiatorTaskTagOf(header))).toEqual([1, 2])
  })

  it('keeps what the session agreed on, but not what belonged to the old connection', () => {
    const { tsih, fresh, replace } = pair({ ImmediateData: 'No', HeaderDigest: 'CRC32C' })
    replace(fresh, { tsih })
    const { status, sense } = fresh.writeImmediate({ firstBlock: 0, data: pattern(512) })
    expect([status, ...senseCodes(sense)]).toEqual([2, 0x0b, 0x0c, 0x0c])
    expect(fresh.testUnitReady().status).toBe(0)
  })

  it('does not stop the session when the old connection reports its end late', () => {
    const { lab, old, tsih, fresh, replace } = pair()
    replace(fresh, { tsih })
    old.handler.onClosed()
    expect(lab.target.sessions()).toHaveLength(1)
    expect(fresh.testUnitReady().status).toBe(0)
    fresh.handler.onClosed()
    expect(lab.target.sessions()).toEqual([])
    expect(lab.scsi.lost).toHaveLength(1)
  })

  it('happens over and over, with commands under way each time', () => {
    const { lab, tsih, replace, ...first } = pair()
    let { old } = first
    lab.scsi.isHolding = true
    for (let round = 0; round < 100; round++) {
      old.send(old.commandHeader())
      const next = lab.connect()
      next.cmdSn = old.cmdSn
      replace(next, { tsih })
      old = next
    }
    lab.scsi.isHolding = false
    lab.scsi.release()
    expect(old.testUnitReady().status).toBe(0)
  })

  it.each<[string, number, Partial<LoginRequestPdu>, Record<string, string>]>([
    ['another ISID', LOGIN_STATUS.sessionDoesNotExist, { isid: '80ffffffffff' }, {}],
    ['another initiator', LOGIN_STATUS.sessionDoesNotExist, {}, { InitiatorName: `${INITIATOR_NAME}2` }],
    ['another kind of session', LOGIN_STATUS.sessionDoesNotExist, {}, { SessionType: 'Discovery' }],
    ['another CID', LOGIN_STATUS.tooManyConnections, { connectionId: 2 }, {}],
  ])('is refused to %s, and the session does not notice', (_, status, fields, keys) => {
    const { old, tsih, fresh, replace } = pair()
    expect(replace(fresh, { tsih, ...fields }, keys).response.status).toBe(status)
    expect([old.port.isClosed, fresh.port.isClosed]).toEqual([false, true])
    expect(old.testUnitReady().status).toBe(0)
  })

  it('is refused at the other portal group', () => {
    const { lab, old, tsih, replace } = pair()
    expect(replace(lab.connect('b'), { tsih }).response.status).toBe(LOGIN_STATUS.sessionDoesNotExist)
    expect(old.testUnitReady().status).toBe(0)
  })
})
