import { expect, it } from 'vitest'
import { LIMITS } from '../../../../../src-main/contract/limits'
import { encodeLoginRequest, LOGIN_STAGE } from '../../../../../src-main/core/iscsi/codec/pdu/login'
import { encodeTextKeys } from '../../../../../src-main/core/iscsi/codec/text-keys'
import { LoginNegotiation } from '../../../../../src-main/core/iscsi/session/login'

const IDENTITY = { InitiatorName: 'iqn.2026-11.lab.takeover:host', TargetName: 'iqn.2026-11.lab.takeover:target' }

it.each([
  ['131072', '16384', 16_384],
  ['8192', '16384', 8192],
])('a first burst of %s is no longer than any burst of %s', (firstBurst, maxBurst, expected) => {
  const negotiation = new LoginNegotiation({
    targetName: IDENTITY.TargetName,
    alias: 'lab',
    portalGroup: 1,
    parametersOf: () => undefined,
  })
  const numbers = { versionMax: 0, versionMin: 0, isid: '80123456abcd', tsih: 0, initiatorTaskTag: 7, connectionId: 1 }
  const stages = { transit: true, continued: false, currentStage: LOGIN_STAGE.operational, nextStage: LOGIN_STAGE.fullFeature }
  const header = encodeLoginRequest({ ...numbers, ...stages, cmdSn: 1, expStatSn: 1 })
  const keys = Object.entries({ ...IDENTITY, InitialR2T: 'No', FirstBurstLength: firstBurst, MaxBurstLength: maxBurst })
  const text = encodeTextKeys(keys.map(([key, value]) => ({ key, value })))
  const step = negotiation.step({ header, ahs: new Uint8Array(0), data: [text], dataBytes: text.length })
  expect(step).toMatchObject({ kind: 'complete', facts: { parameters: { FirstBurstLength: expected, MaxBurstLength: 16_384 } } })
})

it('the bound of a text is for one text, not for all texts of a login', () => {
  const negotiation = new LoginNegotiation({
    targetName: IDENTITY.TargetName,
    alias: 'lab',
    portalGroup: 1,
    parametersOf: () => undefined,
  })
  const numbers = { versionMax: 0, versionMin: 0, isid: '80123456abcd', tsih: 0, initiatorTaskTag: 7, connectionId: 1 }
  const stages = { transit: false, continued: false, currentStage: LOGIN_STAGE.operational, nextStage: LOGIN_STAGE.security }
  const header = encodeLoginRequest({ ...numbers, ...stages, cmdSn: 1, expStatSn: 1 })
  const others = Array.from({ length: 28 }, (_, index) => [`X-lab.key${index}`, 'x'.repeat(240)])
  const text = encodeTextKeys([...Object.entries(IDENTITY), ...others].map(([key = '', value = '']) => ({ key, value })))
  for (let sent = 0; sent <= LIMITS.textBytes; sent += text.length) {
    const step = negotiation.step({ header, ahs: new Uint8Array(0), data: [text], dataBytes: text.length })
    expect(step.kind).toBe('respond')
  }
})
