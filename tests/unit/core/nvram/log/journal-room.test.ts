import { expect, it } from 'vitest'
import { maxBlocksOf } from '../../../../../src-main/core/nvram/log/journal-room'

it('an empty log has room for a write and for the partial parity of its update and of its replay', () => {
  expect(maxBlocksOf(12_608)).toBe(4)
  expect(maxBlocksOf(15_104)).toBe(4)
  expect(maxBlocksOf(15_168)).toBe(5)
  expect(() => maxBlocksOf(512)).toThrow('a log of 512 bytes takes no write')
})
