import * as fc from 'fast-check'
import { FLAG, INITIATOR_OPCODE } from '../../../src-main/core/iscsi/codec/layout'
import { edgeNumber, hexOf, type BytesSpec } from './bytes'
import { cdbHex } from './cdb'
import { keySpecs, type KeySpec } from './text-keys'

/** One PDU of a hostile initiator: fields as they should be, and lies about each of them. */
export interface PduSpec {
  readonly opcode: number
  readonly isImmediate: boolean
  /** Byte 1. */
  readonly flags: number
  /** Bytes 2 and 3. */
  readonly second: number
  /** Bytes 8 to 15. */
  readonly lunHex: string
  readonly taskTag: number
  /** Bytes 20 to 23. `answer`: the last tag that the target gave out. */
  readonly word20: number | 'answer'
  /** Beside the number that is due. */
  readonly cmdSnOff: number
  readonly expStatSnOff: number
  /** Bytes 32 to 47. */
  readonly tailHex: string
  readonly ahsWords: number
  readonly data: BytesSpec | { readonly keys: readonly KeySpec[]; readonly isLoose: boolean }
  /** The length that the header tells, beside the right one. */
  readonly dataLie: number
  readonly hasWrongDigest: boolean
}

export type Step =
  | { readonly kind: 'pdu'; readonly pdu: PduSpec }
  | { readonly kind: 'raw'; readonly hex: string }
  | { readonly kind: 'wait'; readonly ms: number }
  /** The data that the target asked for last. */
  | { readonly kind: 'give' }
  /** The same bytes again. */
  | { readonly kind: 'repeat'; readonly times: number }

const EMPTY = { hex: '' } as const
/** Never LUN 1: those blocks belong to the good initiator. */
const LUNS = [
  '0000000000000000',
  '0002000000000000',
  '00ff000000000000',
  '4000000000000000',
  '4003000000000000',
  'ffffffffffffffff',
  '0000000100000000',
]
const TAGS = [0, 1, 2, 3, 4, 5, 0x7fff_ffff, 0xffff_fffe, 0xffff_ffff]

const rarely = <T>(usual: T, odd: fc.Arbitrary<T>, oneIn = 12): fc.Arbitrary<T> =>
  fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd })

const someBytes: fc.Arbitrary<BytesSpec> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(EMPTY) },
  { weight: 2, arbitrary: hexOf(64).map((hex) => ({ hex })) },
  {
    weight: 3,
    arbitrary: fc.record({ bytes: fc.constantFrom(1, 3, 48, 511, 512, 513, 1024, 4096, 8192), fill: fc.integer({ min: 0, max: 255 }) }),
  },
  { weight: 1, arbitrary: fc.record({ bytes: fc.constantFrom(8193, 65_536, 262_144, 262_145), fill: fc.integer({ min: 0, max: 255 }) }) },
)

/** What every PDU may have wrong. */
const common = {
  lunHex: fc.oneof({ weight: 3, arbitrary: fc.constant('0000000000000000') }, { weight: 1, arbitrary: fc.constantFrom(...LUNS) }),
  /** Mostly the same, so that PDUs find the tasks of others. */
  taskTag: fc.oneof({ weight: 2, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constantFrom(...TAGS) }),
  cmdSnOff: rarely(0, fc.constantFrom(-1, 1, 2, 127, 128, 129, -0x8000_0000, 0x7fff_ffff)),
  expStatSnOff: rarely(0, fc.constantFrom(-1, 1, 1000, 0x7fff_ffff)),
  ahsWords: rarely(0, fc.constantFrom(1, 2, 5, 255), 25),
  dataLie: rarely(0, fc.constantFrom(-1, 1, -4, 4, 512, 8192, 0xff_ffff), 25),
  hasWrongDigest: rarely(false, fc.constant(true), 40),
  isImmediate: rarely(false, fc.constant(true), 5),
  second: rarely(0, fc.integer({ min: 0, max: 0xffff }), 20),
}

const tail = rarely('00'.repeat(16), hexOf(16, 16), 6)

const command: fc.Arbitrary<PduSpec> = fc.record({
  ...common,
  opcode: fc.constant(INITIATOR_OPCODE.scsiCommand),
  flags: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(0x81, 0xc1, 0xa1, 0xa1, 0x21, 0xe1) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 255 }) },
  ),
  word20: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(0, 512, 1024, 4096, 8192, 65_536) },
    { weight: 1, arbitrary: edgeNumber(0xffff_ffff) },
  ),
  tailHex: cdbHex,
  data: someBytes,
})

const READ_10 = 0x28
const WRITE_10 = 0x2a
const VERIFY_10 = 0x2f
const WRITE_SAME_10 = 0x41

/** What a good initiator might send, so that what follows meets a task under way. */
const soundCommand: fc.Arbitrary<PduSpec> = fc
  .record({
    ...common,
    operation: fc.constantFrom(READ_10, WRITE_10, WRITE_10, WRITE_10, VERIFY_10, WRITE_SAME_10),
    firstBlock: fc.integer({ min: 0, max: 600 }),
    blocks: fc.constantFrom(1, 1, 2, 8, 16, 17, 128, 640),
    immediateBlocks: fc.constantFrom(0, 0, 1, 16),
    isFinal: rarely(true, fc.constant(false), 4),
  })
  .map(({ operation, firstBlock, blocks, immediateBlocks, isFinal, ...rest }) => {
    const isRead = operation === READ_10
    const sent = isRead ? 0 : Math.min(immediateBlocks, operation === WRITE_SAME_10 ? 1 : blocks)
    return {
      ...rest,
      opcode: INITIATOR_OPCODE.scsiCommand,
      flags: (isFinal ? 0x81 : 0x01) | (isRead ? 0x40 : 0x20),
      word20: 512 * (operation === WRITE_SAME_10 ? 1 : blocks),
      tailHex: [
        byteHex(operation),
        operation === VERIFY_10 ? '02' : '00',
        wordHex(firstBlock),
        `00${byteHex(blocks >>> 8)}${byteHex(blocks & 0xff)}`,
        '00'.repeat(7),
      ].join(''),
      data: sent === 0 ? EMPTY : { bytes: sent * 512, fill: blocks & 0xff },
    }
  })

const dataOut: fc.Arbitrary<PduSpec> = fc.record({
  ...common,
  opcode: fc.constant(INITIATOR_OPCODE.dataOut),
  isImmediate: rarely(false, fc.constant(true), 20),
  flags: fc.constantFrom(0x80, 0x80, 0x00, 0xff),
  word20: fc.oneof<fc.Arbitrary<number | 'answer'>[]>(
    fc.constant('answer'),
    fc.constant('answer'),
    fc.constant(0xffff_ffff),
    edgeNumber(0xffff_ffff),
  ),
  tailHex: fc
    .tuple(fc.constantFrom(0, 0, 0, 1, 2, 0xffff_ffff), fc.oneof(fc.constantFrom(0, 0, 512, 8192), edgeNumber(0xffff_ffff)))
    .map(([dataSn, offset]) => `00000000${wordHex(dataSn)}${wordHex(offset)}00000000`),
  data: someBytes,
})

const text: fc.Arbitrary<PduSpec> = fc.record({
  ...common,
  opcode: fc.constantFrom(INITIATOR_OPCODE.textRequest, INITIATOR_OPCODE.textRequest, INITIATOR_OPCODE.loginRequest),
  flags: fc.constantFrom(0x80, 0x80, 0x00, 0x40, 0xc0, 0x87, 0x83, 0x81, 0x04, 0x05, 0x85),
  word20: fc.oneof<fc.Arbitrary<number | 'answer'>[]>(fc.constant(0xffff_ffff), fc.constant('answer'), fc.constantFrom(0, 1)),
  tailHex: tail,
  data: fc.record({ keys: keySpecs, isLoose: rarely(false, fc.constant(true), 15) }),
})

const other: fc.Arbitrary<PduSpec> = fc.record({
  ...common,
  opcode: fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        INITIATOR_OPCODE.nopOut,
        INITIATOR_OPCODE.taskManagementRequest,
        INITIATOR_OPCODE.taskManagementRequest,
        INITIATOR_OPCODE.logoutRequest,
        INITIATOR_OPCODE.snackRequest,
      ),
    },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: FLAG.opcodeMask }) },
  ),
  flags: fc.oneof(fc.constantFrom(0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88), fc.integer({ min: 0, max: 255 })),
  word20: fc.oneof<fc.Arbitrary<number | 'answer'>[]>(fc.constant(0xffff_ffff), fc.constant('answer'), fc.constantFrom(0, 1, 2, 3)),
  tailHex: tail,
  data: someBytes,
})

export const pduSpec: fc.Arbitrary<PduSpec> = fc.oneof(
  { weight: 4, arbitrary: soundCommand },
  { weight: 4, arbitrary: command },
  { weight: 4, arbitrary: dataOut },
  { weight: 2, arbitrary: text },
  { weight: 4, arbitrary: other },
)

export const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 24, arbitrary: pduSpec.map((pdu) => ({ kind: 'pdu' as const, pdu })) },
  { weight: 6, arbitrary: fc.constant({ kind: 'give' as const }) },
  { weight: 1, arbitrary: hexOf(100, 1).map((hex) => ({ kind: 'raw' as const, hex })) },
  { weight: 2, arbitrary: fc.constantFrom(0.1, 1, 5).map((ms) => ({ kind: 'wait' as const, ms })) },
  { weight: 1, arbitrary: fc.constantFrom(1, 2, 20).map((times) => ({ kind: 'repeat' as const, times })) },
)

function byteHex(byte: number): string {
  return byte.toString(16).padStart(2, '0')
}

function wordHex(word: number): string {
  return word.toString(16).padStart(8, '0')
}
