/** Worlds that once failed, by what was wrong. `operations` belongs to the seed: with another number it is another world. */
export interface Regression {
  readonly name: string
  readonly seed: number
  readonly operations: number
}

/**
 * What a seed draws changes whenever a fault or a habit is added, and then an old seed stands for another world. So a seed
 * alone does not keep a mistake away: beside it stands what does, whatever is drawn, which is a planted bug that puts the
 * mistake back (`planted/`), or a scenario of its own. The seeds stay, as worlds that were worth a look.
 */
export const REGRESSIONS: readonly Regression[] = [
  // unit/core/controller/volumes/served-volume.test.ts: what the peer had and did not answer is not done again
  { name: 'a forwarded write was done again after the takeover, over a newer one', seed: 9, operations: 600 },
  { name: 'a forwarded write was done again after the takeover, over a newer one (in many faults)', seed: 97, operations: 600 },
  // service-requests.test.ts and ownership-moves.test.ts: halting, and the addresses afterwards
  { name: 'a controller that was not halted after all kept its addresses closed', seed: 319, operations: 100 },
  // unit/core/controller/pair/first-claim.test.ts, which the planted bug 'two first claims' names
  { name: 'two controllers made the first claim, since one had said what it read without a quorum', seed: 22, operations: 100 },
  { name: 'a hang struck after faults were said to have stopped', seed: 100716, operations: 2000 },
  // unit/core/controller/drives/drive-failures.test.ts
  {
    name: 'a drive that was suspected while another one was put on record was forgotten, and a replay waited for ever',
    seed: 17,
    operations: 300,
  },
  // membership.test.ts: a notice of the midplane that comes late
  { name: 'a late notice of the end of an earlier life ended the next one', seed: 93, operations: 400 },
  { name: 'both controllers took each other for gone by late notices, and went on with states of their own', seed: 1105, operations: 400 },
  // unit/core/nvram/destage/degraded-stripes.test.ts
  {
    name: 'both died in the middle of a stripe that missed a drive, and what the drive had could not be worked out',
    seed: 2284,
    operations: 400,
  },
  {
    name: 'each controller waited for the other to commit what it had proposed while service moved (sick drives)',
    seed: 3000500,
    operations: 5000,
  },
  { name: 'each controller waited for the other to commit what it had proposed while service moved', seed: 3009331, operations: 5000 },
  {
    name: 'each controller waited for the other to commit what it had proposed while service moved (late notices)',
    seed: 3010252,
    operations: 5000,
  },
  // lost-connections.test.ts
  {
    name: 'a forwarded write that a cut had held back was done after its host had written anew by the other path',
    seed: 3010715,
    operations: 5000,
  },
  // ownership-moves.test.ts: a restart that both forgot
  { name: 'a restart whose server had been started again, too, was waited for by each at the other', seed: 21245, operations: 1500 },
  // unit/core/raid/rebuild.test.ts: rows of an interrupted update
  { name: 'a rebuild waited for ever for rows of an update that had ended long ago', seed: 724, operations: 600 },
  // ownership-moves.test.ts: one whose volume goes home while its server would close it
  { name: 'a move whose volume had moved on when it was to be closed was looked at by nobody any more', seed: 7013320, operations: 5000 },
  // unit/core/controller/state/array-changes.test.ts: a new volume
  {
    name: 'a volume in the place of one that was deleted had its epochs again after the application was killed',
    seed: 8003497,
    operations: 5000,
  },
  // The checker was wrong: the other controller had not yet heard of the last commit.
  { name: 'a run ended in the moment of a commit', seed: 2261, operations: 600 },
  // Like the move that was looked at by nobody any more: what ends an operation may itself fail, and is tried again.
  { name: 'an operation whose ending could not be committed was taken for under way for ever', seed: 9104973, operations: 5000 },
  // unit/core/raid/degraded.test.ts: repairs the rows of a stripe of which others cannot be read
  { name: 'one unreadable sector kept a verification from the other rows of its stripe', seed: 9206274, operations: 5000 },
  // strange-drives.test.ts: exchanged while it is being rebuilt
  { name: 'a drive that was exchanged during its rebuild kept the progress', seed: 1983, operations: 600 },
  { name: 'a drive that was read before a commit, and measured by it, was taken for an old copy', seed: 1379, operations: 600 },
  // unit/core/mapping/write-intents.test.ts: also if whoever is told of one asks for the next at once
  { name: 'a volume counted as verified with stripes in doubt', seed: 9400323, operations: 5000 },
  // unit/core/raid/intent-sectors.test.ts: a map that finds no room
  { name: 'a write-intent map without room was taken for lost, since a drive failed in that moment', seed: 9400648, operations: 5000 },
  {
    name: 'a write-intent map without room was taken for lost, since a drive failed in that moment (a flush)',
    seed: 9400295,
    operations: 5000,
  },
  // unit/core/nvram/destage/no-room.test.ts: shows a write that it refused only once it cannot be lost
  { name: 'a refused write was read, and lost with the only controller that had it', seed: 9400190, operations: 5000 },
  { name: 'a refused write was read, and lost with the only controller that had it (hung for good)', seed: 9400503, operations: 5000 },
  { name: 'a refused write was read, and lost with the only controller that had it (a created volume)', seed: 9411159, operations: 2000 },
  // The checker was wrong: a row that the world corrupts has blocks of the ledger, too. unit/simulator/hosts/ledger-host.test.ts
  { name: 'a block of the ledger host was in a row that the world had corrupted', seed: 16, operations: 1000 },
  // The simulated hosts were wrong: unit/simulator/hosts/ground.test.ts
  { name: 'hosts waited for ever for a LUN whose volume had got another one', seed: 9411276, operations: 2000 },
  // unit/core/raid/interrupted-losses.test.ts
  { name: 'a write to an interrupted row that has lost something was refused for ever', seed: 1374, operations: 600 },
  { name: 'the same after a full disk had interrupted it', seed: 1517, operations: 600 },
  // unit/core/nvram/replay/cache-recovery.test.ts: half of what is logged again
  { name: 'a controller that died while it logged again what the drives had no room for brought back old data', seed: 24, operations: 600 },
  // drive-failures.test.ts: while a controller stops
  { name: 'a flush that a drive failed while its controller stopped was answered as a hardware error', seed: 82, operations: 1500 },
  // The checker was wrong: unit/simulator/drive-medium.test.ts, a cut that nobody can know of yet
  { name: 'a drive was cut after a controller had opened it, and before that claimed', seed: 7000156, operations: 2000 },
  // strange-drives.test.ts: welcomed before it has read the drives
  {
    name: 'a newcomer was welcomed before it had read the drives, and nobody heard that one of them was another file by then',
    seed: 7800640,
    operations: 2000,
  },
  // strange-drives.test.ts: an older copy from the beginning of a rebuild on
  { name: 'a drive was swapped before its rebuild had a checkpoint, and each controller used another file', seed: 668, operations: 600 },
  { name: 'the same with a mirror', seed: 7200034, operations: 1500 },
  // unit/core/nvram/replay/unused-blocks.test.ts
  {
    name: 'a row was given up with a block that its volume leaves unused, and both controllers died of the log at every start',
    seed: 9800084,
    operations: 5000,
  },
  // unit/core/raid/interrupted-losses.test.ts: with the rebuild of the drive
  {
    name: 'the marker of a lost block was not written for want of room, and the block was computed from parity that nobody trusted',
    seed: 9820142,
    operations: 5000,
  },
  // joining-strangers.test.ts
  { name: 'a controller waited while a drive was rebuilt, and claimed without it', seed: 1273, operations: 600 },
  // Told in docs/data-safety: what was refused for want of room may come with a replay.
  { name: 'a write that was aborted while there was no room came with a replay', seed: 9862408, operations: 5000 },
  { name: 'a copy was made of a drive that had a generation no controller had heard of yet', seed: 9902923, operations: 5000 },
  { name: 'the superblocks of an exchanged drive could not be read', seed: 9862555, operations: 5000 },
  // unit/core/raid/superblock.test.ts
  { name: 'an old copy of a drive had two spoiled superblocks, and was taken for the drive', seed: 9850116, operations: 5000 },
  // The worlds were wrong: unit/simulator/incarnation.test.ts, what a death in a write acknowledges
  { name: 'a controller that died in a write of its NVRAM acknowledged what the write had lost', seed: 7000291, operations: 2000 },
  // The worlds were wrong: a drive is not rebuilt where power is lost
  { name: 'parity of a rebuilt drive was not flushed when the power went', seed: 9800005, operations: 5000 },
  // unit/core/controller/volumes/served-volume.test.ts: a read in a stripe without room
  { name: "a read ended with 'no space'", seed: 9800097, operations: 5000 },
  // The checker was wrong: a write that went astray
  { name: 'a stray write of the ledger host was in a place of its own', seed: 9800863, operations: 5000 },
  // The checker was wrong: epochs in no state on a drive
  { name: 'an epoch was used again after the application was killed', seed: 9801146, operations: 5000 },
  // unit/core/controller/pair/portals.test.ts and unit/core/iscsi/session/target.test.ts: logins at an address that closes
  { name: "a host logged in at an address that was closing, and was told 'unavailable'", seed: 9801408, operations: 5000 },
  // unit/core/management/server.test.ts: carried out by the other controller meanwhile
  { name: 'a delete that was sent to both was done, and then not found', seed: 9810145, operations: 5000 },
  // unit/core/raid/interrupted-losses.test.ts
  { name: 'a read that waited for a write that ended halfway was computed from parity', seed: 9820446, operations: 5000 },
  // The worlds were wrong: a drive that the operator replaces is another file
  { name: 'a controller read on in a drive that had been replaced', seed: 9820871, operations: 5000 },
  // The checker was wrong: a claim is not flushed
  { name: 'a claim that brought a commit was taken for flushed', seed: 9920043, operations: 5000 },
  // unit/core/controller/pair/claim.test.ts: a drive fails while the drives are flushed
  { name: 'blocks that the log of the peer had were refused after a flush that took long', seed: 9921128, operations: 5000 },
  // The worlds were wrong: unit/simulator/drive-medium.test.ts, an access goes to the file that was open when it was issued
  { name: 'a read under way was answered from the blank file that a rebuild had just opened', seed: 9940333, operations: 5000 },
  // The checker was wrong: unit/simulator/hosts/ground.test.ts, a volume without a LUN
  { name: 'blocks were lost while their volume had no LUN, and read once it had one again', seed: 99, operations: 1200 },
]
