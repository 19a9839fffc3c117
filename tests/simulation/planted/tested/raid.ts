import type { TestedBug } from './tested-bug'

export const RAID_BUGS: readonly TestedBug[] = [
  {
    name: 'a copy one commit old is no stranger',
    file: 'src-main/core/raid/election.ts',
    find: 'if (generation >= stored) return undefined',
    replace: 'if (generation + 1 >= stored) return undefined',
    why: 'A drive that was put back from an older copy is used.',
    foundBy: {
      file: 'unit/core/raid/superblock.test.ts',
      test: 'the election of a state > tells strangers: blank, foreign, or older than what is known to be stored on them',
    },
  },
  {
    name: 'of two states of one generation the older epoch',
    file: 'src-main/core/raid/superblock.ts',
    find: 'a.generation > b.generation : a.serviceEpoch > b.serviceEpoch',
    replace: 'a.generation > b.generation : a.serviceEpoch < b.serviceEpoch',
    why: 'A commit of the service owner that lost its ownership wins.',
    foundBy: { file: 'unit/core/raid/superblock.test.ts', test: 'the two slots of a drive > give the newer one' },
  },
  {
    name: 'a section one block too long',
    file: 'src-main/core/raid/validation.ts',
    find: 'section.firstBlock + section.blockCount > drive.blockCount',
    replace: 'section.firstBlock + section.blockCount > drive.blockCount + 1',
    why: 'The last stripe of a group ends behind its drive.',
    foundBy: {
      file: 'unit/core/raid/configuration.test.ts',
      test: 'a configuration is refused > for a section one block beyond the drive',
    },
  },
  {
    name: 'the last row stays interrupted',
    file: 'src-main/core/raid/interrupted-rows.ts',
    find: 'for (let block = firstBlock; block < firstBlock + blockCount; block++) this.#rows.delete',
    replace: 'for (let block = firstBlock; block < firstBlock + blockCount - 1; block++) this.#rows.delete',
    why: 'Later reads believe the partial parity of an update that has ended.',
    foundBy: {
      file: 'unit/core/raid/interrupted-rows.test.ts',
      test: 'rows are interrupted from an update on until all its blocks were written',
    },
  },
  {
    name: 'the log says that only the markers of a row are written',
    file: 'src-main/core/raid/interrupted-losses.ts',
    find: 'const runs = data.map(',
    replace: 'const runs = missing.filter(isThere).map(',
    why: 'Where the markers are not written yet, a rebuild computes a lost block from parity that nobody trusts.',
    foundBy: {
      file: 'unit/core/raid/interrupted-losses.test.ts',
      test: 'a row that could not be given up yet is given up with the rebuild of the drive, and nothing of it is made up',
    },
  },
  {
    name: 'a checkpoint takes rebuilt stripes back',
    file: 'src-main/core/raid/members.ts',
    find: 'known !== undefined && known.fromStripe > part.fromStripe',
    replace: 'known !== undefined && known.fromStripe < part.fromStripe',
    why: 'Writes after a checkpoint miss stripes that count as rebuilt.',
    foundBy: {
      file: 'unit/core/raid/members.test.ts',
      test: 'a drive that is rebuilt lacks the stripes that were not rebuilt yet, whatever checkpoints say',
    },
  },
  {
    name: 'rebuilt one stripe too far',
    file: 'src-main/core/raid/members.ts',
    find: 'fromStripe: stripe + 1 }',
    replace: 'fromStripe: stripe + 2 }',
    why: 'Reads use a stripe that is not rebuilt yet.',
    foundBy: {
      file: 'unit/core/raid/members.test.ts',
      test: 'a drive that is rebuilt lacks the stripes that were not rebuilt yet, whatever checkpoints say',
    },
  },
  {
    name: 'lost sectors are written first',
    file: 'src-main/core/raid/lost-rows.ts',
    find: 'const steps = [rebuilt === undefined ? [] : [rebuilt], parityMembers.filter((member) => others.includes(member)), unreadable]',
    replace:
      'const steps = [unreadable, rebuilt === undefined ? [] : [rebuilt], parityMembers.filter((member) => others.includes(member))]',
    why: 'A controller that dies in between leaves a row that looks whole.',
    foundBy: {
      file: 'unit/core/raid/lost-rows.test.ts',
      test: 'sectors that cannot be read are written last, so that a row whose controller dies is still known to be lost',
    },
  },
  {
    name: 'a drive that failed in a flush is not recorded',
    file: 'src-main/core/raid/group-writer.ts',
    find: "if (status === 'failed' && members.isGone(member)) missed.push(member)",
    replace: "if (status === 'failed' && members.isGone(member)) worst = worse(worst, 'good')",
    why: 'It comes back with old data after the flush was good.',
    foundBy: {
      file: 'unit/core/raid/degraded.test.ts',
      test: 'a raid1 group whose failures go on record > answers with a fault when this controller has stopped before',
    },
  },
  {
    name: 'a refused failure counts as recorded',
    file: 'src-main/core/raid/group-writer.ts',
    find: "members.whenSettled(() => done(missed.every((member) => members.hasFailed(member)) ? status : worse(status, 'failed')))",
    replace: 'members.whenSettled(() => done(status))',
    why: 'A write that missed a drive is good although the drive stays in use.',
    foundBy: {
      file: 'unit/core/raid/degraded.test.ts',
      test: 'a raid5 group whose failures go on record > takes a suspicion back where the group can no longer do without the drive',
    },
  },
  {
    name: 'readers overtake waiting writers',
    file: 'src-main/core/raid/stripe-locks.ts',
    find: ' || this.#waiting[slot] !== undefined) return false',
    replace: ') return false',
    why: 'Many readers keep a writer waiting for ever.',
    foundBy: {
      file: 'unit/core/raid/stripe-locks.test.ts',
      test: 'stripe locks > are fair: who comes while a writer waits, waits behind it',
    },
  },
  {
    name: 'one stripe too few is locked',
    file: 'src-main/core/raid/stripe-locks.ts',
    find: 'range.lastStripe - range.firstStripe + 1',
    replace: 'Math.max(1, range.lastStripe - range.firstStripe)',
    why: 'The last stripe of a long write is updated without a lock.',
    foundBy: {
      file: 'unit/core/raid/stripe-locks.test.ts',
      test: 'stripe locks > take ranges longer than the table, and ranges that wrap around its end',
    },
  },
  {
    name: 'no index while parity is out',
    file: 'src-main/core/raid/partial-parity.ts',
    find: 'const hasIndex = runs.length > 1 || parity.length < layout.rule.parityCount',
    replace: 'const hasIndex = runs.length > 1',
    why: 'A replay takes the parity that is there for the one that is missing.',
    foundBy: {
      file: 'unit/core/raid/partial-parity.test.ts',
      test: 'an update of RAID 6 without P > has Q of a row in which one block is left alone, since that is the only parity there is',
    },
  },
  {
    name: 'a rebuild trusts interrupted rows',
    file: 'src-main/core/raid/rebuild.ts',
    find: 'if (hasInterrupted) interrupted.read(members, range, write)',
    replace: 'if (hasInterrupted && members.isGone(member)) interrupted.read(members, range, write)',
    why: 'The rebuilt drive gets what parity says in the middle of an update.',
    foundBy: {
      file: 'unit/core/raid/rebuild.test.ts',
      test: 'rows of an update that was interrupted > are rebuilt from what it has logged',
    },
  },
  {
    name: 'a merged range ends too early',
    file: 'src-main/core/raid/row-ranges.ts',
    find: 'else if (range.endOffset > last.endOffset) result[',
    replace: 'else result[',
    why: 'Rows that a short range ends before are not read.',
    foundBy: { file: 'unit/core/raid/row-ranges.test.ts', test: 'merged ranges > are right: one inside another' },
  },
  {
    name: 'a slice of half a stripe',
    file: 'src-main/core/raid/space.ts',
    find: 'Math.ceil(blockCount / layout.stripeBlocks)',
    replace: 'Math.max(1, Math.floor(blockCount / layout.stripeBlocks))',
    why: 'The next volume begins in the last stripe of the one before.',
    foundBy: { file: 'unit/core/raid/configuration.test.ts', test: 'a volume takes all of its last stripe, where no other one may begin' },
  },
  {
    name: 'a row without parity is given up for a write that needs nothing of it',
    file: 'src-main/core/raid/interrupted-losses.ts',
    find: '.every((member) => members.isOut(member, memberBlock))) return',
    replace: '.every((member) => members.isOut(member, memberBlock) && memberBlock < 0)) return',
    why: 'The replay logs an update that there is none of, and each controller ends at its start.',
    foundBy: {
      file: 'unit/core/raid/interrupted-losses.test.ts',
      test: 'a raid5 replay over two stripes goes on where one of them has its parity on a drive that is out',
    },
  },
  {
    name: 'a row is given up although a drive does not answer',
    file: 'src-main/core/raid/interrupted-losses.ts',
    find: 'if (hasFailed || !members.isSettled)',
    replace: 'if (!members.isSettled)',
    why: 'The drive is put back with its data, parity counts a marker in its place, and a block of the drive that is out is made up.',
    foundBy: {
      file: 'unit/core/raid/interrupted-losses.test.ts',
      test: 'an interrupted row of raid5 without ["data"], and with an unreadable sector > waits for a drive that does not answer',
    },
  },
]
