import { expect, it } from 'vitest'
import { layoutOf } from '../../../../src-main/core/raid/geometry'
import { InterruptedRows } from '../../../../src-main/core/raid/interrupted-rows'

const SECTIONS = Array.from({ length: 4 }, (_, drive) => ({ drive, firstBlock: 0, blockCount: 64 }))
const LAYOUT = layoutOf({ id: 1, name: 'group', level: 'raid5', chunkBlocks: 8, sections: SECTIONS })
const STRIPE = { firstStripe: 0, lastStripe: 0 }

/** An update of these blocks of the first chunk, which leaves the two others alone. */
function noted(firstBlock: number, blockCount: number): InterruptedRows {
  const rows = new InterruptedRows(LAYOUT)
  rows.note({ firstBlock, blockCount, data: new Uint8Array(blockCount * 512) })
  return rows
}

it('rows are interrupted from an update on until all its blocks were written', () => {
  const rows = noted(2, 4)
  expect(rows.hasAny(STRIPE)).toBe(true)
  rows.forget({ firstBlock: 2, blockCount: 3 })
  expect(rows.hasAny(STRIPE)).toBe(true)
  rows.forget({ firstBlock: 5, blockCount: 1 })
  expect(rows.hasAny(STRIPE)).toBe(false)
  expect(rows.isEmpty).toBe(true)
})

it('rows of other stripes stay interrupted', () => {
  const rows = noted(2, 4)
  rows.forgetStripes({ firstStripe: 1, lastStripe: 7 })
  rows.forget({ firstBlock: LAYOUT.stripeBlocks + 2, blockCount: 4 })
  expect(rows.hasAny(STRIPE)).toBe(true)
  expect(rows.hasAny({ firstStripe: 1, lastStripe: 7 })).toBe(false)
})
