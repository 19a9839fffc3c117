import * as fc from 'fast-check'
import { putU32 } from '../../../src-main/base/bytes'
import { crc32c } from '../../../src-main/base/crc32c'
import { BLOCK_BYTES } from '../../../src-main/base/units'
import type { ArrayState, Operation } from '../../../src-main/contract/array-state'
import { Ledger } from '../../../src-main/core/host/ledger'
import { saveLedger } from '../../../src-main/core/host/ledger-file'
import { NvramSlot } from '../../../src-main/core/nvram/log/slot'
import { encodeRecord, RECORD_HEADER_BYTES } from '../../../src-main/core/nvram/log/record'
import type { NvramPort } from '../../../src-main/core/ports'
import { encodeIntentMap, INTENT_REGIONS } from '../../../src-main/core/raid/intent-map'
import { encodeHeader, payloadOf } from '../../../src-main/core/raid/superblock'
import { DriveMedium } from '../../../src-main/simulator/drive-medium'
import { firstState } from '../../../src-main/simulator/first-state'
import { edgeNumber, mutate, mutation, type Mutation } from '../generators/bytes'
import { edited, jsonEdit, type JsonEdit } from '../generators/json'

/** Files of a lab that somebody changed, mostly with a checksum that is right again. */

export interface SuperblockSpec {
  readonly drives: number
  /** A state in which much is going on, instead of the first one. */
  readonly isEventful: boolean
  readonly edits: readonly JsonEdit[]
  readonly header: readonly Mutation[]
  readonly payload: readonly Mutation[]
  readonly hasWrongCrc: boolean
}

export interface RingSpec {
  readonly region: 'log' | 'mirror'
  readonly records: readonly RecordSpec[]
  readonly header: readonly Mutation[]
  readonly hasWrongCrc: boolean
}

interface RecordSpec {
  readonly volumeId: number
  readonly volumeEpoch: number
  readonly firstBlock: number
  readonly blocks: number
  readonly parity: boolean
  readonly mutations: readonly Mutation[]
}

/** A sector of the write-intent map. */
export interface IntentSpec {
  readonly volumeId: number
  readonly epoch: number
  readonly sequence: number
  readonly regionStripes: number
  readonly bits: number
  readonly mutations: readonly Mutation[]
}

export interface LedgerSpec {
  readonly volumes: readonly {
    readonly identifier: string
    readonly writes: readonly { readonly block: number; readonly count: number }[]
  }[]
  readonly mutations: readonly Mutation[]
  readonly cutAt: number
  readonly hasWrongCrc: boolean
}

const few = <T>(one: fc.Arbitrary<T>, most = 3): fc.Arbitrary<readonly T[]> => fc.array(one, { maxLength: most })
const seldom = fc.constantFrom(false, false, false, false, false, false, false, true)

export const superblockSpec: fc.Arbitrary<SuperblockSpec> = fc.record({
  drives: fc.constantFrom(4, 6, 8),
  isEventful: fc.boolean(),
  edits: few(jsonEdit),
  header: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: few(mutation, 2) }),
  payload: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: few(mutation, 2) }),
  hasWrongCrc: seldom,
})

export const ringSpec: fc.Arbitrary<RingSpec> = fc.record({
  region: fc.constantFrom('log', 'mirror'),
  records: few(
    fc.record({
      volumeId: fc.constantFrom(0, 0, 1, 2, 63, 65_535),
      volumeEpoch: fc.constantFrom(1, 1, 1, 0, 2, 0xffff_ffff),
      firstBlock: fc.constantFrom(0, 1, 127, 128, 8000, 100_000, 2 ** 31, 2 ** 40),
      blocks: fc.constantFrom(1, 2, 8, 100),
      parity: fc.boolean(),
      mutations: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: few(mutation, 2) }),
    }),
    5,
  ),
  header: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: few(mutation, 2) }),
  hasWrongCrc: seldom,
})

export const intentSpec: fc.Arbitrary<IntentSpec> = fc.record({
  volumeId: fc.constantFrom(0, 0, 1, 1, 2, 63),
  epoch: fc.constantFrom(0, 1, 2, 3, 4, 100, Number.MAX_SAFE_INTEGER),
  sequence: edgeNumber(0xffff_ffff),
  regionStripes: edgeNumber(0xffff_ffff),
  bits: fc.constantFrom(0, 1, 0x80, 0xff),
  mutations: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: few(mutation, 2) }),
})

export const ledgerSpec: fc.Arbitrary<LedgerSpec> = fc.record({
  volumes: few(
    fc.record({
      identifier: fc.constantFrom('naa.1', 'naa.2', 'x'.repeat(64)),
      writes: few(fc.record({ block: fc.nat(5000), count: fc.integer({ min: 1, max: 300 }) }), 4),
    }),
  ),
  mutations: few(mutation, 4),
  cutAt: fc.oneof({ weight: 6, arbitrary: fc.constant(10_000) }, { weight: 1, arbitrary: fc.nat(9999) }),
  hasWrongCrc: seldom,
})

/** The state may be anything: only the caller knows what makes sense. */
export function superblockBytes(
  { drives, isEventful, edits, header, payload, hasWrongCrc }: SuperblockSpec,
  driveIndex: number,
): Uint8Array {
  const state = edited(isEventful ? eventfulState(drives) : soundState(drives), edits)
  const text = new TextEncoder().encode(JSON.stringify(state))
  for (const one of payload) mutate(text, one)
  const { arrayId, generation } = soundIdentity(state)
  const stored = payloadOf(text)
  const first = encodeHeader({ arrayId, driveIndex, driveId: `drive-${driveIndex}`, generation }, stored)
  for (const one of header) mutate(first, one)
  const whole = new Uint8Array(first.length + stored.blocks.length)
  whole.set(first)
  whole.set(stored.blocks, first.length)
  if (!hasWrongCrc) signSuperblock(whole, stored.byteCount)
  return whole
}

/** The CRC-32C of a header and its payload, with this field zero. */
function signSuperblock(whole: Uint8Array, payloadBytes: number): void {
  const CRC_AT = 28
  putU32(whole, CRC_AT, 0)
  putU32(whole, CRC_AT, crc32c(whole.subarray(0, BLOCK_BYTES + payloadBytes)))
}

export function soundState(drives: number): ArrayState {
  return firstState(Array.from({ length: drives }, (_, index) => new DriveMedium(index, 32_768)))
}

/** With everything that a state may have, so that all of it can be changed. */
function eventfulState(drives: number): ArrayState {
  const first = soundState(drives)
  const operation = { id: 'op-1', digest: 'd', server: 'a', incarnation: 1, controller: 'a', volumes: [0] } satisfies Partial<Operation>
  return {
    ...first,
    ownership: [
      { volumeId: 0, owner: 'a', epoch: 4, logEpoch: 2, heldBy: 'a', unverified: { from: 3, since: 2 } },
      { volumeId: 1, owner: 'b', epoch: 3, movedBy: 'load', unverified: { from: 0, since: 1 } },
    ],
    serviceEpoch: 8,
    epochFloor: 5,
    failedMembers: [
      { groupId: 0, drive: 1, afterGeneration: 1, rebuild: { operation: 'op-1', parts: [{ slot: 0, fromStripe: 2, endStripe: 9 }] } },
      { groupId: 1, drive: drives === 4 ? 3 : Math.min(drives - 1, 5), afterGeneration: 1 },
    ],
    storedGenerations: Array.from({ length: drives }, () => 1),
    mirrorEpoch: 6,
    cachePolicy: 'write-back-unmirrored',
    arbiter: 'b',
    ownershipByLoad: true,
    operations: [
      { ...operation, name: 'rebuild-drive', state: 'running', drive: 1, progress: { done: 1, total: 9 }, critical: true },
      { ...operation, id: 'op-2', name: 'move-volume', state: 'running', to: 'b' },
      { ...operation, id: 'op-3', name: 'take-over', state: 'failed', error: { code: 'unavailable', message: 'No.' } },
    ],
    completedRequests: [{ id: 'request-1', name: 'rename-array', digest: 'd', servedBy: 'a', result: { name: 'x' } }],
  }
}

/** What the header says of a state that may lack all of it. */
function soundIdentity(state: unknown): { readonly arrayId: string; readonly generation: number } {
  const { configuration, generation } = (state ?? {}) as { configuration?: { arrayId?: unknown } | null; generation?: unknown }
  const arrayId = configuration?.arrayId
  return {
    arrayId: typeof arrayId === 'string' && /^[\x21-\x7e]{1,64}$/.test(arrayId) ? arrayId : 'simulated-array',
    generation: typeof generation === 'number' ? generation : 1,
  }
}

/** A slot of NVRAM with one region that was written and then changed. */
export function nvramBytes(sizeBytes: number, spec: RingSpec): Uint8Array {
  const bytes = new Uint8Array(sizeBytes)
  const slot = new NvramSlot(memoryPort(bytes), 'a')
  const ring = slot[spec.region]
  ring.reset({ stamp: { base: 0, newest: 0 } })
  const regionAt = spec.region === 'log' ? 0 : Math.floor(sizeBytes / 2 / 512) * 512
  let at = regionAt + 1024
  spec.records.forEach((record, index) => {
    const encoded = recordOf(record, { sequence: ring.firstSequence + index, logEpoch: ring.logEpoch })
    bytes.set(encoded.subarray(0, Math.max(0, bytes.length - at)), at)
    at += encoded.length
  })
  for (const headerAt of [regionAt, regionAt + 512]) {
    const header = bytes.subarray(headerAt, headerAt + 512)
    for (const one of spec.header) mutate(header, one, 52)
    if (!spec.hasWrongCrc) sign(header, 48)
  }
  return bytes
}

export function memoryPort(bytes: Uint8Array): NvramPort {
  return {
    sizeBytes: bytes.length,
    write(offset, chunks) {
      let at = offset
      for (const chunk of chunks) {
        bytes.set(chunk, at)
        at += chunk.length
      }
    },
    read: (offset, into) => into.set(bytes.subarray(offset, offset + into.length)),
  }
}

function recordOf(spec: RecordSpec, place: { readonly sequence: number; readonly logEpoch: number }): Uint8Array {
  const { volumeId, volumeEpoch, firstBlock, blocks, parity, mutations } = spec
  const head = { ...place, volumeId, volumeEpoch, firstBlock, blockCount: blocks, ...(parity ? { parityBlocks: blocks } : {}) }
  const encoded = encodeRecord(head, [new Uint8Array(blocks * BLOCK_BYTES).fill(blocks)]).slice()
  for (const one of mutations) mutate(encoded, one, RECORD_HEADER_BYTES)
  sign(encoded.subarray(0, RECORD_HEADER_BYTES), 44)
  return encoded
}

function sign(bytes: Uint8Array, crcAt: number): void {
  putU32(bytes, crcAt, 0)
  putU32(bytes, crcAt, crc32c(bytes))
}

export function intentBytes({ volumeId, epoch, sequence, regionStripes, bits, mutations }: IntentSpec): Uint8Array {
  const CRC_AT = 24
  const regions = new Uint8Array(INTENT_REGIONS).fill(bits & 1)
  const map = { volumeId, epoch, sequence, regionStripes, written: regions, doubtful: regions }
  const sector = encodeIntentMap(map)
  for (const one of mutations) mutate(sector, one)
  sign(sector, CRC_AT)
  return sector
}

export function ledgerBytes({ volumes, mutations, cutAt, hasWrongCrc }: LedgerSpec): Uint8Array {
  const ledger = new Ledger(7)
  let sequence = 1
  for (const { identifier, writes } of volumes)
    for (const { block, count } of writes) {
      for (let i = 0; i < count; i++) ledger.volume(identifier).acknowledge(block + i, sequence)
      sequence++
    }
  const saved = saveLedger(ledger)
  const bytes = saved.slice(0, Math.ceil((saved.length * cutAt) / 10_000))
  for (const one of mutations) mutate(bytes, one)
  if (!hasWrongCrc && bytes.length >= 12) putU32(bytes, 8, crc32c(bytes.subarray(12)))
  return bytes
}
