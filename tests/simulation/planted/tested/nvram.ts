import type { TestedBug } from './tested-bug'

export const NVRAM_BUGS: readonly TestedBug[] = [
  {
    name: 'a resumed log forgets what it holds',
    file: 'src-main/core/nvram/log/ring-log.ts',
    find: 'this.#usedBytes = this.#lengths.reduce((sum, length) => sum + length, 0)',
    replace: 'this.#usedBytes = 0',
    why: 'A replay appends over the records that it replays.',
    foundBy: {
      file: 'unit/core/nvram/replay/replay-journal.test.ts',
      test: 'a volume whose records are in both regions is logged where the newest are',
    },
  },
  {
    name: 'a head past the end of the ring',
    file: 'src-main/core/nvram/log/ring-log.ts',
    find: 'headOffset: (headOffset + freed) % this.capacityBytes',
    replace: 'headOffset: headOffset + freed',
    why: 'After a crash the region has no header that makes sense.',
    foundBy: {
      file: 'unit/core/nvram/log/ring-log.test.ts',
      test: 'ring log > finds what was appended and not trimmed, wherever the ring wraps',
    },
  },
  {
    name: 'the older header counts',
    file: 'src-main/core/nvram/log/ring-log.ts',
    find: 'return one.generation > other.generation ? one : other',
    replace: 'return one.generation < other.generation ? one : other',
    why: 'Records that were trimmed are replayed.',
    foundBy: {
      file: 'unit/core/nvram/log/ring-log.test.ts',
      test: 'ring log > finds what was appended and not trimmed, wherever the ring wraps',
    },
  },
  {
    name: 'carried records come last',
    file: 'src-main/core/nvram/log/slot.ts',
    find: 'return counting.sort((one, other) => (one.firstHad ?? one.sequence) - (other.firstHad ?? other.sequence))',
    replace: 'return counting',
    why: 'An old write that was carried on undoes a newer one in a replay.',
    foundBy: { file: 'unit/core/nvram/log/slot.test.ts', test: 'a record that was carried on stands where it stood first' },
  },
  {
    name: 'records of an unfinished replay do not count',
    file: 'src-main/core/nvram/log/slot.ts',
    find: 'volumeEpoch >= (logEpoch ?? epoch)',
    replace: 'volumeEpoch >= epoch',
    why: 'A controller that dies in a replay leaves data that nobody replays again.',
    foundBy: {
      file: 'unit/core/nvram/log/slot.test.ts',
      test: 'records of the epoch of their volume count, and since a replay that has not ended those of earlier ones',
    },
  },
  {
    name: "the stamp counts for the peer's epochs",
    file: 'src-main/core/nvram/log/slot.ts',
    find: "epoch <= newest && epoch % 2 === (this.#self === 'a' ? 0 : 1)",
    replace: 'epoch <= newest',
    why: 'After a claim of the peer the log that was left behind still counts.',
    foundBy: {
      file: 'unit/core/nvram/log/slot.test.ts',
      test: 'a region counts for the epochs that its controller claimed itself, and never for those of the peer',
    },
  },
  {
    name: 'the mirror is not stamped for a claim',
    file: 'src-main/core/nvram/log/slot.ts',
    find: 'for (const ring of [this.log, this.mirror]) {',
    replace: 'for (const ring of [this.log]) {',
    why: 'If the survivor dies between claim and replay, the mirror no longer counts.',
    foundBy: {
      file: 'unit/core/nvram/log/slot.test.ts',
      test: 'after a claim both regions count as before it, whether it reaches the drives or not',
    },
  },
  {
    name: 'a mirror without known records is not made void',
    file: 'src-main/core/nvram/log/slot.ts',
    find: 'this.mirror.stamp.base !== NO_STAMP.base || this.mirror.records > 0',
    replace: 'this.mirror.records > 0',
    why: 'The mirror of an earlier life counts again.',
    foundBy: {
      file: 'unit/core/nvram/log/slot.test.ts',
      test: 'a mirror of an earlier life is made void, although this life has not counted its records',
    },
  },
  {
    name: 'the last piece of a write speaks for all',
    file: 'src-main/core/nvram/log/waiting-writes.ts',
    find: 'if (!outcome.ok) worst = outcome',
    replace: 'worst = outcome',
    why: 'A write of which one piece failed is good.',
    foundBy: {
      file: 'unit/core/nvram/log/waiting-writes.test.ts',
      test: 'a long write ends once, with the last of its pieces, when its first piece failed',
    },
  },
  {
    name: 'settled one record too far',
    file: 'src-main/core/nvram/settle/settlement.ts',
    find: 'this.#unstable[count]!.sequence <= sequence',
    replace: 'this.#unstable[count]!.sequence <= sequence + 1',
    why: 'A write is acknowledged before the mirror has it.',
    foundBy: { file: 'unit/core/nvram/mirror/mirror.test.ts', test: 'the mirror has what it says it has, and nothing that came later' },
  },
  {
    name: 'FUA without a flush',
    file: 'src-main/core/nvram/settle/settlement.ts',
    find: 'if (place !== undefined) place.io.flush({ cause: record.trace?.cause }, record.finish)',
    replace: 'if (place !== undefined && fault !== undefined) place.io.flush({ cause: record.trace?.cause }, record.finish)',
    why: 'A forced write is lost when the machine crashes.',
    foundBy: {
      file: 'unit/core/nvram/write-cache.test.ts',
      test: 'write-back > puts a write with FUA and a flush on stable storage before it answers',
    },
  },
  {
    name: 'waiters are not passed on',
    file: 'src-main/core/nvram/destage/destager.ts',
    find: 'if (passWaiters(old, by)) this.#queue.hurry([by])',
    replace: 'if (old === by) this.#queue.hurry([by])',
    why: 'A flush ends while data that was written over what it waited for is only in NVRAM.',
    foundBy: {
      file: 'unit/core/nvram/write-cache.test.ts',
      test: 'write-back > waits with a FUA write for the data that was written over it',
    },
  },
  {
    name: 'the mirror is void before the log is written',
    file: 'src-main/core/nvram/replay/cache-recovery.ts',
    find: '    this.#parts.slot.log.commit()\n    return lost',
    replace: '    return lost',
    why: 'What the drives did not take in a replay is nowhere for a moment.',
    foundBy: {
      file: 'unit/core/nvram/replay/cache-recovery.test.ts',
      test: 'what the drives do not take is in the log before the mirror is made void',
    },
  },
  {
    name: 'replay in the order of the regions',
    file: 'src-main/core/nvram/replay/cache-recovery.ts',
    find: '.sort((a, b) => a.volumeEpoch - b.volumeEpoch)',
    replace: '',
    why: 'An older epoch of a volume is written over a newer one.',
    foundBy: {
      file: 'unit/core/nvram/replay/cache-recovery.test.ts',
      test: 'a replay ends with the data of the newest epoch, of the older in the log and the newer in the mirror',
    },
  },
  {
    name: 'whole stripes leave old partial parity',
    file: 'src-main/core/nvram/destage/stripe-journal.ts',
    find: ' && !this.#records.some((record) => record.volumeId === volumeId && overlap(record, range))) return []',
    replace: ') return []',
    why: 'A replay believes partial parity of an update before the last one.',
    foundBy: {
      file: 'unit/core/nvram/destage/stripe-journal.test.ts',
      test: 'an update of a whole stripe > logs that older partial parity of that stripe is no longer true, even of its last block',
    },
  },
  {
    name: 'carried twice, the first place is forgotten',
    file: 'src-main/core/nvram/log/live-log.ts',
    find: 'const { firstSequence: firstHad, bytes } = record',
    replace: 'const { sequence: firstHad, bytes } = record',
    why: 'A record that is carried on again counts as newer than a later write.',
    foundBy: {
      file: 'unit/core/nvram/log/carried-records.test.ts',
      test: 'records that are pinned at the head of the log > are so too where they were carried on before',
    },
  },
  {
    name: 'dirty data laid over the wrong chunk',
    file: 'src-main/core/nvram/destage/dirty-read.ts',
    find: '      block += bytes.length / BLOCK_BYTES\n',
    replace: '',
    why: 'Reads of several chunks see acknowledged data in the first one only.',
    foundBy: { file: 'unit/core/nvram/destage/dirty-read.test.ts', test: 'lays dirty data over each of the chunks that the drives give' },
  },
  {
    name: 'a refused write is read although it may be lost',
    file: 'src-main/core/nvram/destage/destager.ts',
    find: 'if (this.#reads.take(io, extents, done)) return',
    replace: '',
    why: 'The only controller that has it dies, and its successor gives the old data again.',
    foundBy: {
      file: 'unit/core/nvram/destage/no-room.test.ts',
      test: 'a raid1 group shows a write that it refused, and tries again, only once it cannot be lost > or have taken it',
    },
  },
  {
    name: 'a read believes the drives about a write that they took in part',
    file: 'src-main/core/nvram/destage/destager.ts',
    find: '    this.#readsUnderWay.overtake(dirt.volumeId, record)\n',
    replace: '',
    why: 'Where a drive is out, it is computed from parity that matches neither the old data nor the new.',
    foundBy: {
      file: 'unit/core/nvram/destage/overtaken-reads.test.ts',
      test: 'write-through > a read that waits for an update of its first stripe gives the old data or the new',
    },
  },
  {
    name: 'a read believes the drives about what they took in part of the log',
    file: 'src-main/core/nvram/destage/destager.ts',
    find: '    this.#readsUnderWay.overtake(dirt.volumeId, range)\n',
    replace: '',
    why: 'The same, of a write that was acknowledged after the read began.',
    foundBy: {
      file: 'unit/core/nvram/destage/overtaken-reads.test.ts',
      test: 'write-back > a read that waits for an update of its first stripe gives the old data or the new',
    },
  },
  {
    name: 'a write-through overtakes an older one',
    file: 'src-main/core/nvram/destage/through-writer.ts',
    find: 'other.record.sequence < record.sequence',
    replace: 'other.record.sequence > record.sequence',
    why: 'Two overlapping writes reach the drives in the wrong order.',
    foundBy: { file: 'unit/core/nvram/write-cache.test.ts', test: 'write-through > keeps that order where two writes wait for a third' },
  },
  {
    name: 'newer data leaves with the older',
    file: 'src-main/core/nvram/destage/extent-map.ts',
    find: '(extent) => extent.write === write',
    replace: '() => true',
    why: 'What another write is still bringing to the drives counts as done.',
    foundBy: {
      file: 'unit/core/nvram/destage/extent-map.test.ts',
      test: 'removes what a write has brought to the drives, and not what was inserted over it meanwhile',
    },
  },
  {
    name: 'a replay logs into the wrong region',
    file: 'src-main/core/nvram/replay/replay-journal.ts',
    find: 'regions.findLast(',
    replace: 'regions.find(',
    why: 'The next replay does not find the newest partial parity last.',
    foundBy: {
      file: 'unit/core/nvram/replay/replay-journal.test.ts',
      test: 'a volume whose records are in both regions is logged where the newest are',
    },
  },
  {
    name: 'partial parity is not logged',
    file: 'src-main/core/nvram/destage/stripe-journal.ts',
    find: 'if (data.length === 0 && !this.#records.some(',
    replace: 'if (data.length >= 0 || this.#records.some(',
    why:
      'A controller and a drive die together in the middle of a stripe: ' +
      'what nobody wrote is read from a parity that fits neither the old data nor the new.',
    foundBy: {
      file: 'unit/core/nvram/destage/degraded-stripes.test.ts',
      test:
        'a whole RAID-5 group, write-back > loses nothing when a drive dies with its controller, or in a ' +
        'replay, with 32768 bytes of NVRAM',
    },
  },
  {
    name: 'room for partial parity is promised twice',
    file: 'src-main/core/nvram/log/log-intake.ts',
    find: ' + live.reservedBytes)',
    replace: ')',
    why: 'A destaged stripe finds no room for its partial parity.',
    foundBy: {
      file: 'unit/core/nvram/destage/degraded-stripes.test.ts',
      test:
        'a whole RAID-5 group, write-back > loses nothing when a drive dies with its controller, or in a ' +
        'replay, with 32768 bytes of NVRAM',
    },
  },
  {
    name: 'what was written over is not carried on',
    file: 'src-main/core/nvram/log/live-log.ts',
    find: 'if (!isDirty(record, block)) merged.set(',
    replace: 'if (record.isPartialParity) merged.set(',
    why: 'A replay brings old data back over an acknowledged write that was given up.',
    foundBy: {
      file: 'unit/core/nvram/destage/carried-writes.test.ts',
      test: 'a write is not undone by the replay of an older one that was carried on, since the drives lack other blocks of it',
    },
  },
]
