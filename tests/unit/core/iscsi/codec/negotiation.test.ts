import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DEFAULT_PARAMETERS,
  NEGOTIATED_KEYS,
  type NegotiatedKey,
  type ParameterWishes,
} from '../../../../../src-main/core/iscsi/codec/key-rules'
import {
  answerKey,
  applyAgreement,
  isIscsiName,
  offerKey,
  parseNumber,
  settleKey,
} from '../../../../../src-main/core/iscsi/codec/negotiation'

const WISHES: ParameterWishes = {
  AuthMethod: ['None'],
  HeaderDigest: ['None', 'CRC32C'],
  DataDigest: ['CRC32C', 'None'],
  MaxConnections: 1,
  InitialR2T: false,
  ImmediateData: true,
  MaxBurstLength: 65_536,
  FirstBurstLength: 16_384,
  DefaultTime2Wait: 3,
  DefaultTime2Retain: 5,
  MaxOutstandingR2T: 4,
  DataPDUInOrder: true,
  DataSequenceInOrder: true,
  ErrorRecoveryLevel: 0,
  TaskReporting: ['RFC3720'],
  iSCSIProtocolLevel: 1,
}
const NORMAL = { sender: 'initiator', discovery: false } as const

const answered = (key: string, value: string): string | undefined => {
  const answer = answerKey({ key, value }, WISHES, NORMAL)
  return answer.kind === 'declared' ? undefined : answer.answer
}

describe('answering keys', () => {
  it.each([
    ['AuthMethod', 'CHAP,None', 'None'],
    ['AuthMethod', 'CHAP', 'Reject'],
    ['HeaderDigest', 'CRC32C,None', 'CRC32C'],
    ['HeaderDigest', 'None', 'None'],
    ['HeaderDigest', 'SHA256', 'Reject'],
    ['MaxConnections', '8', '1'],
    ['MaxConnections', '0', 'Reject'],
    ['InitialR2T', 'Yes', 'Yes'],
    ['InitialR2T', 'No', 'No'],
    ['InitialR2T', 'yes', 'Reject'],
    ['ImmediateData', 'Yes', 'Yes'],
    ['ImmediateData', 'No', 'No'],
    ['MaxBurstLength', '262144', '65536'],
    ['MaxBurstLength', '0x2000', '8192'],
    ['MaxBurstLength', '511', 'Reject'],
    ['MaxBurstLength', '16777216', 'Reject'],
    ['MaxBurstLength', '', 'Reject'],
    ['MaxBurstLength', '-1', 'Reject'],
    ['DefaultTime2Wait', '2', '3'],
    ['DefaultTime2Wait', '10', '10'],
    ['DefaultTime2Retain', '20', '5'],
    ['DataPDUInOrder', 'No', 'Yes'],
    ['ErrorRecoveryLevel', '2', '0'],
    ['ErrorRecoveryLevel', '3', 'Reject'],
    ['IFMarker', 'No', 'No'],
    ['OFMarkInt', '8', 'Reject'],
    ['X-com.example.key', '1', 'NotUnderstood'],
    ['constructor', '1', 'NotUnderstood'],
    ['TargetAlias', 'who', 'Reject'],
    ['SessionType', 'Odd', 'Reject'],
    ['InitiatorName', 'not-a-name', 'Reject'],
    ['MaxRecvDataSegmentLength', '100', 'Reject'],
  ])('%s=%s is answered with %s', (key, value, answer) => expect(answered(key, value)).toBe(answer))

  it('takes declarations without an answer', () => {
    expect(answerKey({ key: 'MaxRecvDataSegmentLength', value: '65536' }, WISHES, NORMAL)).toEqual({
      kind: 'declared',
      key: 'MaxRecvDataSegmentLength',
      value: '65536',
      number: 65_536,
    })
    expect(answerKey({ key: 'TargetPortalGroupTag', value: '2' }, WISHES, { sender: 'target', discovery: false })).toMatchObject({
      kind: 'declared',
      number: 2,
    })
    expect(answerKey({ key: 'InitiatorName', value: 'iqn.2026-01.example:me' }, WISHES, NORMAL)).toMatchObject({ kind: 'declared' })
  })

  it('calls what only matters to normal sessions irrelevant in a discovery session', () => {
    const discovery = { sender: 'initiator', discovery: true } as const
    expect(answerKey({ key: 'MaxBurstLength', value: '65536' }, WISHES, discovery)).toMatchObject({ kind: 'refused', answer: 'Irrelevant' })
    expect(answerKey({ key: 'HeaderDigest', value: 'None' }, WISHES, discovery)).toMatchObject({ kind: 'agreed', value: 'None' })
  })
})

describe('settling what was offered', () => {
  it.each([
    ['MaxBurstLength', '65536', { kind: 'agreed', value: 65_536 }],
    ['MaxBurstLength', '65537', { kind: 'failed' }],
    ['DefaultTime2Wait', '2', { kind: 'failed' }],
    ['DefaultTime2Wait', '9', { kind: 'agreed', value: 9 }],
    ['ImmediateData', 'No', { kind: 'agreed', value: false }],
    ['InitialR2T', 'Yes', { kind: 'agreed', value: true }],
    ['DataPDUInOrder', 'No', { kind: 'failed' }],
    ['HeaderDigest', 'CRC32C', { kind: 'agreed', value: 'CRC32C' }],
    ['HeaderDigest', 'None,CRC32C', { kind: 'failed' }],
    ['HeaderDigest', 'Reject', { kind: 'failed' }],
    ['TaskReporting', 'NotUnderstood', { kind: 'default' }],
    ['MaxConnections', 'Irrelevant', { kind: 'default' }],
  ] as const)('%s answered with %s', (key, answer, settled) => expect(settleKey(key, answer, WISHES)).toMatchObject(settled))

  it('never fails on what this code itself answers, and both sides come to the same', () => {
    const wishes = fc.record({
      AuthMethod: fc.constant(['None']),
      HeaderDigest: fc.constantFrom<('None' | 'CRC32C')[]>(['None'], ['CRC32C', 'None'], ['None', 'CRC32C']),
      DataDigest: fc.constantFrom<('None' | 'CRC32C')[]>(['None'], ['CRC32C', 'None'], ['None', 'CRC32C']),
      MaxConnections: fc.integer({ min: 1, max: 65_535 }),
      InitialR2T: fc.boolean(),
      ImmediateData: fc.boolean(),
      MaxBurstLength: fc.integer({ min: 512, max: 0xff_ffff }),
      FirstBurstLength: fc.integer({ min: 512, max: 0xff_ffff }),
      DefaultTime2Wait: fc.integer({ min: 0, max: 3600 }),
      DefaultTime2Retain: fc.integer({ min: 0, max: 3600 }),
      MaxOutstandingR2T: fc.integer({ min: 1, max: 65_535 }),
      DataPDUInOrder: fc.boolean(),
      DataSequenceInOrder: fc.boolean(),
      ErrorRecoveryLevel: fc.integer({ min: 0, max: 2 }),
      TaskReporting: fc.constant(['RFC3720']),
      iSCSIProtocolLevel: fc.integer({ min: 0, max: 31 }),
    })
    const keys = Object.keys(NEGOTIATED_KEYS) as NegotiatedKey[]
    fc.assert(
      fc.property(wishes, wishes, (ours, theirs) => {
        for (const key of keys) {
          const answer = answerKey(offerKey(key, ours[key]), theirs, NORMAL)
          expect(answer.kind).toBe('agreed')
          if (answer.kind === 'agreed') expect(settleKey(key, answer.answer, ours)).toEqual({ kind: 'agreed', key, value: answer.value })
        }
      }),
    )
  })

  it('puts agreements into the parameters', () => {
    const parameters = { ...DEFAULT_PARAMETERS }
    applyAgreement(parameters, 'MaxBurstLength', 4096)
    expect(parameters.MaxBurstLength).toBe(4096)
  })
})

const NO_NAMES = [`iqn.2026-01.${'x'.repeat(223)}`, ...['\u0001', '\u007f', '"', '\\', 'ü'].map((odd) => `iqn.2026-01.${odd}`)]

describe('names and numbers', () => {
  it.each(['iqn.2026-01.example', 'iqn.2026-01.example:a.b:c', 'eui.0123456789abcdef', 'naa.5000c50012345678'])('%s is a name', (name) =>
    expect(isIscsiName(name)).toBe(true),
  )
  it.each(['', 'iqn.26-1.x', 'eui.123', 'iqn.2026-01.with space', ...NO_NAMES])('%s is none', (name) =>
    expect(isIscsiName(name)).toBe(false),
  )
  it('reads decimal and hexadecimal numbers within bounds', () => {
    const bounds = { lowest: 0, highest: 255 }
    expect(['0', '255', '0xff', '0XfF'].map((text) => parseNumber(text, bounds))).toEqual([0, 255, 255, 255])
    expect(['256', '1e1', ' 1', '1.0', '0x', '99999999999'].map((text) => parseNumber(text, bounds))).toEqual(Array(6).fill(undefined))
  })
})
