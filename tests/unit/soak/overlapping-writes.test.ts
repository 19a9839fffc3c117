import { beforeEach, describe, expect, it } from 'vitest'
import { BLOCK_BYTES } from '../../../src-main/base/units'
import { contentOf, OverlappingWrites, type OverlappingWrite } from '../../soak/overlapping-writes'

let writes: OverlappingWrites

beforeEach(() => {
  writes = new OverlappingWrites(8)
})

function complaint(block: number, write?: OverlappingWrite): string | undefined {
  const bytes = write === undefined ? new Uint8Array(BLOCK_BYTES) : contentOf(write)
  const at = write === undefined ? 0 : (block - write.firstBlock) * BLOCK_BYTES
  return writes.complaint(block, bytes.subarray(at, at + BLOCK_BYTES))
}

describe('a block under writes that overlap', () => {
  it('holds zeros or the write before that is acknowledged, and only the write after', () => {
    const write = writes.send(2, 3)
    expect([complaint(3), complaint(3, write)]).toEqual([undefined, undefined])
    writes.acknowledge(write)
    expect(complaint(3)).toContain('block 3')
    expect([complaint(3, write), complaint(5)]).toEqual([undefined, undefined])
  })

  it('holds either of two that were under way at once, and neither once a later one is acknowledged', () => {
    const one = writes.send(0, 4)
    const other = writes.send(2, 4)
    writes.acknowledge(other)
    writes.acknowledge(one)
    expect([complaint(2, one), complaint(2, other)]).toEqual([undefined, undefined])
    const later = writes.send(2, 1)
    writes.acknowledge(later)
    expect(complaint(2, one)).toContain('write 1')
    expect(complaint(2, other)).toContain('write 2')
    expect(complaint(2, later)).toBeUndefined()
    expect(complaint(3, one)).toBeUndefined()
  })

  it('may get what nobody acknowledged, at any time', () => {
    const unknown = writes.send(0, 1)
    writes.acknowledge(writes.send(0, 1))
    expect(complaint(0, unknown)).toBeUndefined()
  })

  it('never holds the content of another block, nor part of a write', () => {
    const write = writes.send(0, 2)
    const bytes = contentOf(write)
    expect(writes.complaint(1, bytes.subarray(0, BLOCK_BYTES))).toContain('nobody knows what')
    bytes[BLOCK_BYTES - 1]! ^= 1
    expect(writes.complaint(0, bytes.subarray(0, BLOCK_BYTES))).toContain('nobody knows what')
  })
})
