import { beforeEach, expect, it } from 'vitest'
import type { PeerWords } from '../../../../../src-main/contract/interconnect'
import { BLOCK_BYTES } from '../../../../../src-main/base/units'
import { CacheStatus } from '../../../../../src-main/core/nvram/cache-status'
import { encodeRecord } from '../../../../../src-main/core/nvram/log/record'
import { NvramSlot } from '../../../../../src-main/core/nvram/log/slot'
import { MirrorReceiver } from '../../../../../src-main/core/nvram/mirror/mirror-receiver'
import { stateOf, VOLUME } from '../../../../support/cache-bench'
import { MemoryNvram } from '../../../../support/memory-nvram'

const SIZE_BYTES = 64 * 1024
const LOG_EPOCH = 6
const STATE = stateOf({ ownership: [{ volumeId: VOLUME, owner: 'b', epoch: 3 }] })

let nvram: MemoryNvram
let receiver: MirrorReceiver
let answers: PeerWords[]

beforeEach(() => {
  nvram = new MemoryNvram(SIZE_BYTES)
  const slot = new NvramSlot(nvram, 'a')
  const status = new CacheStatus()
  status.state = STATE
  answers = []
  receiver = new MirrorReceiver({ slot, status, answer: (words) => answers.push(words) })
})

/** Of the peer's log: a write of one block, marked with its sequence. */
function record(sequence: number): Uint8Array {
  const head = { sequence, logEpoch: LOG_EPOCH, volumeId: VOLUME, volumeEpoch: 3, firstBlock: sequence, blockCount: 1 }
  return encodeRecord(head, [new Uint8Array(BLOCK_BYTES).fill(sequence)])
}

function append(firstSequence: number, count: number, trimmedTo: number): void {
  const data = Array.from({ length: count }, (_, index) => record(firstSequence + index))
  receiver.hear({ type: 'nvram-append', firstSequence, trimmedTo, data })
}

/** What a survivor would replay after this controller has died and come back: sequences, and whether it counts at all. */
function found(): readonly number[] {
  const records = new NvramSlot(nvram, 'a').valid('mirror', STATE)
  expect(records.every(({ sequence, data }) => data[0] === sequence)).toBe(true)
  return records.map(({ sequence }) => sequence)
}

it('keeps what the peer sends, says up to where, and counts once it is in step', () => {
  receiver.hear({ type: 'nvram-begin', logEpoch: LOG_EPOCH, firstSequence: 40 })
  append(40, 2, 40)
  append(42, 1, 40)
  expect(answers).toEqual([
    { type: 'nvram-appended', sequence: 41 },
    { type: 'nvram-appended', sequence: 42 },
  ])
  expect(found()).toEqual([])
  receiver.hear({ type: 'nvram-in-step' })
  expect(answers.at(-1)).toEqual({ type: 'nvram-stamped' })
  expect(found()).toEqual([40, 41, 42])
})

it('gives up what the peer has trimmed, with the next records or by itself', () => {
  receiver.hear({ type: 'nvram-begin', logEpoch: LOG_EPOCH, firstSequence: 40 })
  append(40, 4, 40)
  receiver.hear({ type: 'nvram-in-step' })
  append(44, 1, 42)
  expect(found()).toEqual([42, 43, 44])
  receiver.hear({ type: 'nvram-trim', trimmedTo: 44 })
  expect(found()).toEqual([44])
})

it('a new stream replaces what there was, and does not count before it is in step', () => {
  receiver.hear({ type: 'nvram-begin', logEpoch: LOG_EPOCH, firstSequence: 40 })
  append(40, 2, 40)
  receiver.hear({ type: 'nvram-in-step' })
  receiver.hear({ type: 'nvram-begin', logEpoch: LOG_EPOCH, firstSequence: 42 })
  expect(found()).toEqual([])
  append(42, 1, 42)
  receiver.hear({ type: 'nvram-in-step' })
  expect(found()).toEqual([42])
})

it('keeps what a lost peer has sent, and takes nothing more from it without a new stream', () => {
  receiver.hear({ type: 'nvram-begin', logEpoch: LOG_EPOCH, firstSequence: 40 })
  append(40, 2, 40)
  receiver.hear({ type: 'nvram-in-step' })
  receiver.end()
  expect(() => append(42, 1, 40)).toThrow('nvram-append without a stream')
  expect(found()).toEqual([40, 41])
})

it('takes a gap in the stream for a bug', () => {
  receiver.hear({ type: 'nvram-begin', logEpoch: LOG_EPOCH, firstSequence: 40 })
  expect(() => append(41, 1, 40)).toThrow('record 41 for a mirror that expects 40')
})
