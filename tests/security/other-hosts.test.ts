import { describe, expect, it } from 'vitest'
import { LIMITS } from '../../src-main/contract/limits'
import {
  decodeTaskManagementResponse,
  encodeTaskManagementRequest,
  TASK_MANAGEMENT_FUNCTION,
} from '../../src-main/core/iscsi/codec/pdu/task-management'
import { INITIATOR_NAME, IscsiLab, TARGET_NAME, type RawInitiator } from '../support/iscsi-lab'

/** What one host can do to another. Nothing proves who is who yet, so it is little, and all of it is noted. */
const OTHER = 'iqn.2026-11.example.tests:other'
const IN_USE = 0x0301

function logIn(initiator: RawInitiator): number {
  const keys = { InitiatorName: INITIATOR_NAME, SessionType: 'Normal', TargetName: TARGET_NAME }
  return initiator.loginRequest({}, keys).response.status
}

function reset(initiator: RawInitiator, code: number): void {
  const { cmdSn, expStatSn } = initiator
  const nothing = { lun: 0, referencedTaskTag: 0xffff_ffff, refCmdSn: 0, expDataSn: 0 }
  initiator.send(
    encodeTaskManagementRequest({ immediate: true, function: code, initiatorTaskTag: initiator.takeTag(), cmdSn, expStatSn, ...nothing }),
  )
}

describe('a login with the name and the ISID of another host', () => {
  it('does not take the place of a session that is in use, and is noted', () => {
    const lab = new IscsiLab()
    const host = lab.session()
    for (let i = 0; i < 5; i++) {
      lab.clock.advance(LIMITS.sessionInUseMs - 1)
      host.testUnitReady()
      expect(logIn(lab.connect())).toBe(IN_USE)
    }
    expect(host.testUnitReady().status).toBe(0)
    expect(lab.security.filter(({ kind }) => kind === 'login-refused')).toHaveLength(5)
    expect(lab.security.at(-1)?.text).toContain('in use')
  })

  it('takes the place of one that is silent, as a host that comes back does, and that is noted', () => {
    const lab = new IscsiLab()
    const host = lab.session()
    lab.clock.advance(LIMITS.sessionInUseMs)
    expect(logIn(lab.connect())).toBe(0)
    expect(host.port.isClosed).toBe(true)
    expect(lab.security.map(({ kind }) => kind)).toEqual(['login', 'session-replaced', 'login'])
  })

  it('does not take the place of its connection, either', () => {
    const lab = new IscsiLab()
    lab.session()
    const keys = { InitiatorName: INITIATOR_NAME, SessionType: 'Normal', TargetName: TARGET_NAME }
    expect(lab.connect().loginRequest({ tsih: 1 }, keys).response.status).toBe(IN_USE)
    lab.clock.advance(LIMITS.sessionInUseMs)
    expect(lab.connect().loginRequest({ tsih: 1 }, keys).response.status).toBe(0)
  })
})

describe('TARGET COLD RESET', () => {
  it('ends the sessions of the initiator that asks for it, and no others', () => {
    const lab = new IscsiLab()
    const host = lab.session()
    const others = ['80000001aaaa', '80000001bbbb'].map((isid) => lab.session({ initiatorName: OTHER, isid }))
    reset(others[0] ?? host, TASK_MANAGEMENT_FUNCTION.targetColdReset)
    expect(others.map(({ port }) => port.isClosed)).toEqual([true, true])
    expect(host.port.isClosed).toBe(false)
    expect(host.testUnitReady().status).toBe(0)
  })

  it('is noted with who asked for it, as other resets are', () => {
    const lab = new IscsiLab()
    const host = lab.session()
    for (const code of [
      TASK_MANAGEMENT_FUNCTION.logicalUnitReset,
      TASK_MANAGEMENT_FUNCTION.targetWarmReset,
      TASK_MANAGEMENT_FUNCTION.targetColdReset,
    ])
      reset(host, code)
    expect(decodeTaskManagementResponse(host.receive().at(-1)?.header ?? new Uint8Array(48)).response).toBe(0)
    const notes = lab.security.filter(({ kind }) => kind === 'reset')
    expect(notes.map(({ who }) => who)).toEqual([INITIATOR_NAME, INITIATOR_NAME, INITIATOR_NAME])
    expect(notes[0]?.text).toContain('LUN 0')
  })
})

describe('a login', () => {
  it('is noted, and so is one that is refused', () => {
    const lab = new IscsiLab()
    lab.session()
    lab.connect().loginRequest({}, { InitiatorName: OTHER, SessionType: 'Normal', TargetName: 'iqn.2026-11.example:none' })
    expect(lab.security.map(({ kind, who }) => [kind, who])).toEqual([
      ['login', INITIATOR_NAME],
      ['login-refused', OTHER],
    ])
  })
})
