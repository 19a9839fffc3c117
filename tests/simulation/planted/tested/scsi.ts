import type { TestedBug } from './tested-bug'

export const SCSI_BUGS: readonly TestedBug[] = [
  {
    name: 'FUA in the address of WRITE(6)',
    file: 'src-main/core/scsi/commands/write.ts',
    find: 'const forceUnitAccess = layout !== RANGE_6 && (cdb[1]! & FUA) !== 0',
    replace: 'const forceUnitAccess = (cdb[1]! & FUA) !== 0',
    why: 'Some addresses make slow writes.',
    foundBy: {
      file: 'conformance/scsi/read-and-write.test.ts',
      test:
        'READ and WRITE (SBC-3 5.11 to 5.13, 5.33 to 5.35; SBC-2 5.5, 5.24) > does not take an address for ' +
        'FUA in the form of six bytes',
    },
  },
  {
    name: 'WRITE SAME beyond its range',
    file: 'src-main/core/scsi/commands/write-same.ts',
    find: 'left >= pattern.length ? pattern : pattern.subarray(0, left)',
    replace: 'left > 0 ? pattern : pattern.subarray(0, left)',
    why: 'Blocks behind the range are written over.',
    foundBy: {
      file: 'conformance/scsi/write-same.test.ts',
      test: 'WRITE SAME (SBC-3 5.43, 5.44) > writes the block sent to all of the range',
    },
  },
  {
    name: 'capacity one block too large',
    file: 'src-main/core/scsi/commands/read-capacity.ts',
    find: 'putU64(data, 0, unit.blockCount - 1)',
    replace: 'putU64(data, 0, unit.blockCount)',
    why: 'Hosts use a block that is not there.',
    foundBy: {
      file: 'conformance/scsi/read-capacity.test.ts',
      test: 'READ CAPACITY (SBC-3 5.15, 5.16) > gives the last block and the block length',
    },
  },
  {
    name: 'INQUIRY reports unit attentions',
    file: 'src-main/core/scsi/target.ts',
    find: "if (unit !== undefined && operation?.attention !== 'pass') {",
    replace: 'if (unit !== undefined) {',
    why: 'A host that looks for LUNs takes the device for broken.',
    foundBy: {
      file: 'conformance/scsi/report-luns.test.ts',
      test: 'REPORT LUNS (SPC-4 6.33) > answers where no unit is mapped, and before any attention was reported',
    },
  },
  {
    name: 'REPORT LUNS leaves its attention',
    file: 'src-main/core/scsi/commands/report-luns.ts',
    find: "  attentions.clearEverywhere('luns-changed')\n",
    replace: '',
    why: 'Hosts scan twice for each change.',
    foundBy: {
      file: 'conformance/scsi/unit-attention.test.ts',
      test: 'unit attentions (SAM-5 5.14) > tell of a changed inventory, until REPORT LUNS was asked',
    },
  },
  {
    name: 'SYNCHRONIZE CACHE anywhere',
    file: 'src-main/core/scsi/commands/synchronize-cache.ts',
    find: '  const refusal = refuseOutside(unit, layout.decode(command.cdb))\n  if (refusal !== undefined) return done(refusal)\n',
    replace: '',
    why: 'A range behind the volume is good.',
    foundBy: { file: 'conformance/scsi/block-range.test.ts', test: 'ranges of blocks (SBC-3 4.6, 6.5.3) > must end within the volume' },
  },
  {
    name: 'miscompare in the first chunk',
    file: 'src-main/core/scsi/compare.ts',
    find: '    offset += chunk.length\n',
    replace: '',
    why: 'The sense data names the wrong block.',
    foundBy: {
      file: 'unit/core/scsi/compare.test.ts',
      test: 'firstDifference > finds the first differing byte of two buffers, however they are cut into chunks',
    },
  },
]
