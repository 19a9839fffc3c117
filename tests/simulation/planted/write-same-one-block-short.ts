import type { PlantedBug } from '../../../src-main/firmware/planted-bug'

export const writeSameOneBlockShort: PlantedBug = {
  name: 'WRITE SAME leaves out its last block',
  file: 'src-main/core/scsi/commands/write-same.ts',
  find: `const data = repeatBlock(noDataOut ? new Uint8Array(BLOCK_BYTES) : concatBytes(dataOut), blockCount)
  unit.write({ firstBlock, blockCount, data`,
  replace: `const short = Math.max(1, blockCount - 1)
  const data = repeatBlock(noDataOut ? new Uint8Array(BLOCK_BYTES) : concatBytes(dataOut), short)
  unit.write({ firstBlock, blockCount: short, data`,
  why: 'The last block still holds what was there before.',
  checkers: ['blocks-linearizable', 'scsi-answers'],
}
