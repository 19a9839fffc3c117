import { describe, expect, it } from 'vitest'
import { LOGIN_STAGE, LOGIN_STATUS } from '../../../src-main/core/iscsi/codec/pdu/login'
import { INITIATOR_NAME, IscsiLab, TARGET_NAME } from '../../support/iscsi-lab'

/** RFC 7143 §6.3, §11.12, §11.13: the way from the connection to the full feature phase. */
const IDENTITY = { InitiatorName: INITIATOR_NAME, TargetName: TARGET_NAME }
const { security, operational, fullFeature } = LOGIN_STAGE

describe('login', () => {
  it('goes in one request from the operational stage to full feature', () => {
    const lab = new IscsiLab()
    const initiator = lab.connect('b')
    const { response, keys } = initiator.loginRequest({}, { ...IDENTITY, MaxBurstLength: '65536', HeaderDigest: 'None', Unheard: '1' })
    expect(response).toMatchObject({
      status: LOGIN_STATUS.success,
      transit: true,
      currentStage: operational,
      nextStage: fullFeature,
      isid: '80123456abcd',
      statSn: 1,
      expCmdSn: 1,
      maxCmdSn: 128,
    })
    expect(response.tsih).toBeGreaterThan(0)
    expect(keys).toEqual({
      TargetAlias: 'Takeover Lab',
      TargetPortalGroupTag: '2',
      MaxRecvDataSegmentLength: '262144',
      MaxBurstLength: '65536',
      HeaderDigest: 'None',
      Unheard: 'NotUnderstood',
    })
    expect(lab.scsi.nexuses).toEqual([{ id: 1, initiatorPort: `${INITIATOR_NAME},i,0x80123456abcd`, portalGroup: 2 }])
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('goes through the security and the operational stage', () => {
    const initiator = new IscsiLab().connect()
    const first = initiator.loginRequest({ currentStage: security, nextStage: operational }, { ...IDENTITY, AuthMethod: 'CHAP,None' })
    expect(first.response).toMatchObject({ status: 0, transit: true, currentStage: security, nextStage: operational, tsih: 0 })
    expect(first.keys).toEqual({ TargetAlias: 'Takeover Lab', TargetPortalGroupTag: '1', AuthMethod: 'None' })
    const second = initiator.loginRequest({}, { InitialR2T: 'No', FirstBurstLength: '262144', MaxBurstLength: '16384' })
    expect(second.response).toMatchObject({ status: 0, transit: true, nextStage: fullFeature, statSn: 2 })
    expect(second.keys).toEqual({
      MaxRecvDataSegmentLength: '262144',
      InitialR2T: 'No',
      FirstBurstLength: '65536',
      MaxBurstLength: '16384',
    })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('may skip the operational stage', () => {
    const initiator = new IscsiLab().connect()
    const { response } = initiator.loginRequest({ currentStage: security, nextStage: fullFeature }, IDENTITY)
    expect(response).toMatchObject({ status: 0, transit: true, nextStage: fullFeature })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('negotiates over several requests before it moves on', () => {
    const initiator = new IscsiLab().connect()
    expect(initiator.loginRequest({ transit: false }, IDENTITY).response).toMatchObject({ status: 0, transit: false, tsih: 0 })
    expect(initiator.loginRequest({ transit: false }, { ImmediateData: 'No' }).keys).toEqual({ ImmediateData: 'No' })
    expect(initiator.loginRequest({}, {}).response).toMatchObject({ status: 0, transit: true })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('takes text that goes on in the next request, cut anywhere', () => {
    const initiator = new IscsiLab().connect()
    const half = initiator.loginRequest({ transit: false, continued: true }, { InitiatorName: INITIATOR_NAME })
    expect(half.response).toMatchObject({ status: 0, transit: false, continued: false })
    expect(half.keys).toEqual({})
    expect(initiator.loginRequest({}, { TargetName: TARGET_NAME, DataDigest: 'None' }).keys).toMatchObject({
      DataDigest: 'None',
      TargetPortalGroupTag: '1',
    })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('answers the key of RFC 7144, whose name begins with a small letter', () => {
    const initiator = new IscsiLab().connect()
    expect(initiator.loginRequest({}, { ...IDENTITY, iSCSIProtocolLevel: '2' }).keys).toMatchObject({ iSCSIProtocolLevel: '1' })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('answers keys again that come again with the same values, as initiators with credentials send them', () => {
    const initiator = new IscsiLab().connect()
    const keys = { ...IDENTITY, SessionType: 'Normal', HeaderDigest: 'None', X: '1' }
    initiator.loginRequest({ currentStage: security, nextStage: operational }, { ...keys, AuthMethod: 'None' })
    const { response, keys: answers } = initiator.loginRequest({}, { ...keys, MaxBurstLength: '65536' })
    expect(response).toMatchObject({ status: 0, transit: true, nextStage: fullFeature })
    expect(answers).toEqual({ MaxRecvDataSegmentLength: '262144', HeaderDigest: 'None', X: 'NotUnderstood', MaxBurstLength: '65536' })
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('answers a key once that comes twice in one request', () => {
    const initiator = new IscsiLab().connect()
    const half = (text: string) => new TextEncoder().encode(text)
    const text = half(`InitiatorName=${INITIATOR_NAME}\0TargetName=${TARGET_NAME}\0HeaderDigest=None\0HeaderDigest=None\0`)
    expect(initiator.loginText({}, text).text).toBe(
      'TargetAlias=Takeover Lab\0TargetPortalGroupTag=1\0MaxRecvDataSegmentLength=262144\0HeaderDigest=None\0',
    )
    expect(initiator.testUnitReady().status).toBe(0)
  })

  it('starts StatSN where the initiator expects it and CmdSN where it begins', () => {
    const initiator = new IscsiLab().connect()
    initiator.cmdSn = 0xffff_fffe
    initiator.expStatSn = 0xffff_ffff
    const { response } = initiator.login()
    expect(response).toMatchObject({ statSn: 0xffff_ffff, expCmdSn: 0xffff_fffe, maxCmdSn: 125 })
    for (let i = 0; i < 5; i++) {
      expect(initiator.testUnitReady().status).toBe(0)
      initiator.cmdSn = initiator.cmdSn >>> 0
    }
  })

  it('records who came', () => {
    const lab = new IscsiLab()
    lab.session({ portal: 'b' })
    expect(lab.trace.of('portal.login')).toMatchObject([
      { place: 'portal-b', data: { initiator: INITIATOR_NAME, isid: '80123456abcd', discovery: false } },
    ])
  })
})
