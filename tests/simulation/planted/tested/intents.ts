import type { TestedBug } from './tested-bug'

const INTENTS = 'unit/core/mapping/write-intents.test.ts'
const SCENARIO = 'simulation/write-intents.test.ts'

/** Of the write-intent map, and of what is done with what it leaves in doubt. */
export const INTENT_BUGS: readonly TestedBug[] = [
  {
    name: 'a write does not wait for its mark',
    file: 'src-main/core/mapping/write-intents.ts',
    find: 'if (isMarked) return go(undefined)',
    replace: 'if (isMarked || this.isClear) return go(undefined)',
    why: 'A stripe is half updated, and no drive says so.',
    foundBy: { file: INTENTS, test: 'a write > begins when the drives have its marks, and the next one there begins at once' },
  },
  {
    name: 'a mark goes while a write is under way',
    file: 'src-main/core/mapping/write-intents.ts',
    find: 'this.#underWay[region] !== 0 || this.#touched[region] !== 0',
    replace: 'this.#touched[region] !== 0',
    why: 'A long write is not marked at its end.',
    foundBy: { file: INTENTS, test: 'a write > keeps its mark while it is under way and for a sweep after it, and no longer' },
  },
  {
    name: 'a mark goes although a write failed half-way',
    file: 'src-main/core/mapping/write-intents.ts',
    find: 'this.#failed[region] !== 0 && this.#regions',
    replace: 'this.#failed[region] === 0 && this.#regions',
    why: 'The stripe stays half updated until the write is tried again, and no drive says so.',
    foundBy: { file: INTENTS, test: 'a write > that failed half-way keeps its mark until its stripe is whole' },
  },
  {
    name: 'a region is settled again for each that wants it',
    file: 'src-main/core/mapping/write-intents.ts',
    find: 'const regions = this.#doubtful.between(first, last)',
    replace: 'const regions = Array.from({ length: last - first + 1 }, (_, index) => first + index)',
    why: 'What was written there since is given up.',
    foundBy: {
      file: INTENTS,
      test: 'an owner without the log > settles a region once, however many want it: what is written there since must not be given up',
    },
  },
  {
    name: 'the drives are not told that a region is settled',
    file: 'src-main/core/mapping/write-intents.ts',
    find: 'this.#doubtful.noteSettled(regions)\n    this.#writeNow((fault) => {',
    replace:
      'this.#doubtful.noteSettled(regions)\n    this.#doubtful.forMap().written()\n    ;((told: Go) => told(undefined))((fault) => {',
    why: 'The next owner settles it again, and gives up what was written there since.',
    foundBy: {
      file: INTENTS,
      test: 'an owner without the log > settles a marked region before it reads there, and tells the drives before it goes on',
    },
  },
  {
    name: 'a region counts as settled before the drives know it',
    file: 'src-main/core/mapping/write-intents.ts',
    find: 'this.#doubtful.noteSettled(regions)\n',
    replace: 'this.#doubtful.noteSettled(regions)\n    this.#doubtful.forMap().written()\n',
    why: 'A write there lands first, and the next owner settles the region again and gives it up.',
    foundBy: {
      file: INTENTS,
      test:
        'an owner without the log > ' +
        'writes nothing to a settled region before the drives know it, also if a map that is under way marks it',
    },
  },
  {
    name: 'a drive that came back is taken for the one that had the map',
    file: 'src-main/core/raid/members.ts',
    find: "'failed') this.#returns[member]!++",
    replace: "'failed') this.#returns[member] = 0",
    why: 'If all drives of a group are replaced one by one, none has the marks of a busy region any more.',
    foundBy: {
      file: INTENTS,
      test: 'a drive that came back, and may be another one, gets the map before its rebuild, also while the marks stay as they are',
    },
  },
  {
    name: 'the marks of an owner whose log is known are in doubt',
    file: 'src-main/core/mapping/intent-io.ts',
    find: 'found.epoch < since',
    replace: 'found.epoch <= since',
    why: 'What the log could repair is given up.',
    foundBy: { file: INTENTS, test: 'an owner without the log > believes a map of its own time: only what that says is in doubt' },
  },
  {
    name: 'a new owner begins without the marks of the one before',
    file: 'src-main/core/mapping/intent-io.ts',
    find: 'if (isWritten || isDoubtful) inherited',
    replace: 'if (isDoubtful) inherited',
    why: 'If it loses its NVRAM in the middle of the replay, nobody knows what was half updated.',
    foundBy: {
      file: INTENTS,
      test: 'a new owner > keeps the marks of the one before until what the log has is on the drives, then takes them away',
    },
  },
  {
    name: 'the older of two maps counts',
    file: 'src-main/core/raid/intent-map.ts',
    find: 'one.sequence > other.sequence',
    replace: 'one.sequence < other.sequence',
    why: 'A drive that was away hides what is marked.',
    foundBy: {
      file: 'unit/core/raid/intent-map.test.ts',
      test: 'the map that counts > is the one with the highest epoch, and of these the one with the highest sequence',
    },
  },
  {
    name: 'P is believed although Q says something else',
    file: 'src-main/core/raid/doubtful-stripes.ts',
    find: 'equalBytes(one!, other!) ? one : undefined',
    replace: 'equalBytes(one!, other!) ? one : one',
    why: 'A block of a half updated stripe is made up.',
    foundBy: {
      file: 'unit/core/raid/doubtful-stripes.test.ts',
      test: 'a stripe in doubt that lacks a data drive > loses nothing on RAID 6 where both parities agree, and what they do not agree on',
    },
  },
  {
    name: 'a lost log goes unnoticed',
    file: 'src-main/core/controller/pair/unknown-stripes.ts',
    find: 'isLost && heldBy !== peer',
    replace: 'isLost && heldBy === peer',
    why: 'Blocks of half updated stripes are made up after NVRAM was lost.',
    foundBy: {
      file: 'unit/core/controller/pair/claim.test.ts',
      test: 'a claim > has its own volumes verified, and says so, if its NVRAM is lost',
    },
  },
  {
    name: 'a holder that lost its NVRAM joins as if it had it',
    file: 'src-main/core/controller/pair/joining.ts',
    find: '!cache.hasLostLog(state) ||',
    replace: 'cache.hasLostLog(state) ||',
    why: 'The stripes that only its log knew stay half updated.',
    foundBy: {
      file: SCENARIO,
      test:
        'nobody has the log of a half updated stripe > ' +
        'whoever held the volume has lost its NVRAM: it says so when it joins, and settles, seed 2100',
    },
  },
  {
    name: 'a rebuild reads what is in doubt',
    file: 'src-main/core/controller/drives/drive-rebuild.ts',
    find: 'if (intents === undefined) this.#rebuild(batch, done)\n    else intents.',
    replace: 'if (batch.stripeCount > 0) this.#rebuild(batch, done)\n    else intents?.',
    why: 'A rebuilt drive gets made up blocks.',
    foundBy: {
      file: 'unit/core/controller/drives/drive-rebuild.test.ts',
      test: 'settles what is in doubt in the stripes that it is about to rebuild, and only then reads them',
    },
  },
  {
    name: 'what an earlier epoch settled counts in the next one',
    file: 'src-main/core/mapping/write-intents.ts',
    find: "    if (claim !== this.#claim) return done('stale-epoch')\n    for",
    replace: '    for',
    why: 'What another owner left half updated since is read as it is.',
    foundBy: {
      file: 'unit/core/mapping/write-intents.test.ts',
      test: 'an owner without the log > doubts anew what a new epoch doubts, although it was being settled when that began',
    },
  },
  {
    name: 'a drive that came while a map was written counts as one that has it',
    file: 'src-main/core/mapping/write-intents.ts',
    find: '      this.#drivesWritten = drives\n',
    replace: '      this.#drivesWritten = groups.flatMap(({ intents }) => intents.drivesInReach)\n',
    why: 'If it is soon the only one left, nobody knows what is half updated.',
    foundBy: {
      file: 'unit/core/mapping/write-intents.test.ts',
      test: 'a drive that comes within reach while a map is written does not have it',
    },
  },
]
