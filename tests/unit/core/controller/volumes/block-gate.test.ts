import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BlockGate } from '../../../../../src-main/core/controller/volumes/block-gate'

type Kind = 'read' | 'write' | 'flush' | 'compare-and-write'
const io = (operation: Kind, firstBlock: number, blockCount: number) => ({ operation, firstBlock, blockCount })

describe('the gate to the blocks of a volume', () => {
  it('lets reads and writes of the same blocks run together', () => {
    const gate = new BlockGate()
    const begun: string[] = []
    gate.enter(io('write', 0, 8), () => begun.push('write'))
    gate.enter(io('read', 0, 8), () => begun.push('read'))
    expect(begun).toEqual(['write', 'read'])
  })

  it('gives one that compares its blocks for itself, in the order in which all came, and keeps nobody else waiting', () => {
    const gate = new BlockGate()
    const begun: string[] = []
    const write = io('write', 0, 8)
    const compare = io('compare-and-write', 4, 8)
    const read = io('read', 11, 1)
    gate.enter(write, () => begun.push('write'))
    gate.enter(compare, () => begun.push('compare'))
    gate.enter(read, () => begun.push('read'))
    gate.enter(io('write', 12, 4), () => begun.push('beside'))
    gate.enter(io('flush', 0, 0), () => begun.push('flush'))
    expect(begun).toEqual(['write', 'beside', 'flush'])
    gate.leave(write)
    expect(begun.slice(3)).toEqual(['compare'])
    gate.leave(compare)
    expect(begun.slice(4)).toEqual(['read'])
  })

  it('never runs what excludes each other, keeps the order of what does, and leaves nobody behind', () => {
    const one = fc.record({
      operation: fc.constantFrom<Kind>('read', 'write', 'flush', 'compare-and-write'),
      firstBlock: fc.nat(6),
      blockCount: fc.integer({ min: 1, max: 4 }),
      /** Ends by itself as soon as it begins. */
      isInstant: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(one, { maxLength: 30 }), fc.infiniteStream(fc.nat(100)), (operations, picks) => {
        const gate = new BlockGate<(typeof operations)[number]>()
        const running: (typeof operations)[number][] = []
        const begun = new Map<(typeof operations)[number], number>()
        const excludes = (a: (typeof operations)[number], b: (typeof operations)[number]) =>
          [a, b].some(({ operation }) => operation === 'compare-and-write') &&
          a.firstBlock < b.firstBlock + b.blockCount &&
          b.firstBlock < a.firstBlock + a.blockCount
        for (const operation of operations) {
          gate.enter(operation, () => {
            expect(running.some((other) => excludes(other, operation))).toBe(false)
            begun.set(operation, begun.size)
            if (operation.isInstant) gate.leave(operation)
            else running.push(operation)
          })
          if (picks.next().value! % 3 === 0 && running.length > 0) gate.leave(running.splice(picks.next().value! % running.length, 1)[0]!)
        }
        while (running.length > 0) gate.leave(running.splice(picks.next().value! % running.length, 1)[0]!)
        expect(begun.size).toBe(operations.length)
        operations.forEach((earlier, index) =>
          operations.slice(index + 1).forEach((later) => {
            if (excludes(earlier, later)) expect(begun.get(earlier)).toBeLessThan(begun.get(later)!)
          }),
        )
      }),
    )
  })
})
