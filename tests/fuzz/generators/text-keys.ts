import * as fc from 'fast-check'
import { DECLARED_KEYS, NEGOTIATED_KEYS } from '../../../src-main/core/iscsi/codec/key-rules'

export interface KeySpec {
  readonly key: string
  readonly value: string
}

const KEYS = [
  ...Object.keys(NEGOTIATED_KEYS),
  ...Object.keys(DECLARED_KEYS),
  'SendTargets',
  'IFMarker',
  'OFMarkInt',
  'X-org.example.Odd',
  'CHAP_A',
  'CHAP_N',
  'CHAP_R',
  'iSCSIProtocolLevel',
  'RDMAExtensions',
]

const VALUES = [
  ...['Yes', 'No', 'None', 'CRC32C', 'CRC32C,None', 'None,CRC32C', 'CHAP', 'CHAP,None', 'KRB5,SRP,CHAP', 'Reject', 'Irrelevant'],
  ...['NotUnderstood', 'All', 'Normal', 'Discovery', 'yes', 'NONE', '', '0', '1', '2', '512', '511', '8192', '65536', '262144'],
  ...['16777215', '16777216', '4294967295', '-1', '0x200', '0xffffff', '0b101', '1e3', ' 1', '1 ', '00512', '1.5', '1~2', '65535,3'],
  ...['iqn.2026-11.lab.takeover:simulated', 'iqn.2026-11.test:x', 'eui.0123456789abcdef', 'RFC3720', 'FastAbort,RFC3720', '31', '32'],
]

export const keySpec: fc.Arbitrary<KeySpec> = fc.record({
  key: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...KEYS) },
    { weight: 1, arbitrary: fc.string({ maxLength: 70 }) },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty') },
  ),
  value: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...VALUES) },
    { weight: 2, arbitrary: fc.string({ maxLength: 40 }) },
    { weight: 1, arbitrary: fc.integer({ min: 200, max: 9000 }).map((length) => 'v'.repeat(length)) },
  ),
})

export const keySpecs: fc.Arbitrary<readonly KeySpec[]> = fc.oneof(
  { weight: 8, arbitrary: fc.array(keySpec, { maxLength: 8 }) },
  { weight: 1, arbitrary: fc.array(keySpec, { minLength: 20, maxLength: 40 }) },
)

/** Pairs with a zero byte after each, or with `loose`, as they are: without an end, without an equals sign. */
export function textOf(keys: readonly KeySpec[], loose = false): Uint8Array {
  const end = loose ? '' : '\0'
  return new Uint8Array(Buffer.from(keys.map(({ key, value }) => `${key}${loose ? '' : '='}${value}${end}`).join('')))
}
