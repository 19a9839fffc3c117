import type { TestedBug } from './tested-bug'

export const CONTROLLER_BUGS: readonly TestedBug[] = [
  {
    name: 'a new owner without the epoch of the midplane',
    file: 'src-main/core/controller/state/array-changes.ts',
    find: 'nextEpoch(Math.max(standing.epoch, change.claimEpoch(standing.volumeId)), change.owner)',
    replace: 'nextEpoch(standing.epoch, change.owner)',
    why: 'The drives refuse the new owner, whose claim is older than one that was never committed.',
    foundBy: {
      file: 'unit/core/controller/state/array-changes.test.ts',
      test: 'epochs > of a new owner are newer than the state and than the claim that the drives hold',
    },
  },
  {
    name: 'a move forgets what is not verified',
    file: 'src-main/core/controller/state/array-changes.ts',
    find: 'return unverified === undefined ? { volumeId } : { volumeId, unverified }',
    replace: 'return unverified === undefined ? { volumeId } : { volumeId }',
    why: 'Torn stripes of a volume that moves are never repaired.',
    foundBy: {
      file: 'unit/core/controller/state/array-changes.test.ts',
      test: 'epochs > of a new owner leave what has yet to be verified, and end what was held or moved before',
    },
  },
  {
    name: 'a state is written over the other slot before the one that stands is stable',
    file: 'src-main/core/controller/state/state-drives.ts',
    find: "    if (state.generation <= this.#stable) done('written')\n    else",
    replace: "    done('written')\n    if (state.generation < 0)",
    why: 'Two claims and a loss of power leave no whole superblock, and the lab never starts again.',
    foundBy: {
      file: 'unit/core/controller/state/state-drives.test.ts',
      test: 'the state on the drives > is flushed before a newer one may take the slot of the one before, unless it is known to be stable',
    },
  },
  {
    name: 'any drive is admitted whose rebuild was under way',
    file: 'src-main/core/controller/drives/returned-drives.ts',
    find: 'if (previous === undefined && !isToBeRebuilt(state, drive)) continue',
    replace: 'if (drive < 0) continue',
    why: 'A drive that was swapped during its rebuild counts as rebuilt so far, and hosts read zeros from it.',
    foundBy: {
      file: 'unit/core/controller/drives/returned-drives.test.ts',
      test: 'a blank drive whose rebuild was further when this controller started gets nothing; one whose rebuild has just begun does',
    },
  },
  {
    name: 'a volume is deleted without coming to rest',
    file: 'src-main/core/controller/volumes/volume-rest.ts',
    find: '    volume.quiesce((isClean) => {',
    replace: '    return done(ok(() => undefined))\n    volume.quiesce((isClean) => {',
    why: 'An update under way is refused half done, and the next volume in the place loses acknowledged writes with the next drive.',
    foundBy: {
      file: 'unit/core/controller/volumes/volume-rest.test.ts',
      test: 'a volume rests here once nothing of it is under way and all of it is on the drives, until it may go on',
    },
  },
  {
    name: 'a generation is used twice',
    file: 'src-main/core/controller/state/committer.ts',
    find: 'Math.max(this.#triedGeneration, generation, this.#parts.store.state?.generation ?? 0) + 1',
    replace: 'Math.max(generation, this.#parts.store.state?.generation ?? 0) + 1',
    why: 'Two states of one generation are on the drives after a refused commit.',
    foundBy: {
      file: 'unit/core/controller/state/committer.test.ts',
      test: 'a generation is written once, since a few drives may have the state that was refused, and beside the state that stands',
    },
  },
  {
    name: 'a refused commit is not noted',
    file: 'src-main/core/controller/state/committer.ts',
    find: "      if (outcome === 'no-majority' || outcome === 'no-space') this.#refused.noteRefused()\n",
    replace: '',
    why: 'A state that was refused comes back after the next takeover.',
    foundBy: {
      file: 'unit/core/controller/state/committer.test.ts',
      test: 'whoever goes on as before after a refused commit waits until a newer state without it is on the drives',
    },
  },
  {
    name: 'a change that is tried again goes to the end',
    file: 'src-main/core/controller/state/commit-queue.ts',
    find: 'this.#listOf(commit).unshift(commit)',
    replace: 'this.#listOf(commit).push(commit)',
    why: 'Later changes of one controller overtake an earlier one.',
    foundBy: {
      file: 'unit/core/controller/state/commit-queue.test.ts',
      test: 'one that is tried again stays before those that came after it',
    },
  },
  {
    name: 'the last message of the dead is heard',
    file: 'src-main/core/controller/peer/peer-session.ts',
    find: 'message.from <= this.#deadIncarnation',
    replace: 'message.from < this.#deadIncarnation',
    why: 'A message of a fenced controller opens a session.',
    foundBy: {
      file: 'unit/core/controller/peer/peer-session.test.ts',
      test: 'the session with the peer > hears nothing late from a peer that is gone, also once the next one is there',
    },
  },
  {
    name: 'old words are sent again',
    file: 'src-main/core/controller/peer/peer-session.ts',
    find: 'again?.() ?? words',
    replace: 'words',
    why: 'A write that was aborted is forwarded after all.',
    foundBy: {
      file: 'unit/core/controller/peer/peer-session.test.ts',
      test: 'the session with the peer > says something else where a message has to be sent again and is out of date by then',
    },
  },
  {
    name: 'written during a flush counts as stored',
    file: 'src-main/core/controller/state/state-drives.ts',
    find: 'Math.max(written, this.#stored.get(drive.index) ?? 0)',
    replace: 'Math.max(this.#written.get(drive.index) ?? 0, this.#stored.get(drive.index) ?? 0)',
    why: 'After a crash of the machine a good drive is taken for an old copy.',
    foundBy: {
      file: 'unit/core/controller/state/state-drives.test.ts',
      test: 'the state on the drives > is stored where a flush has ended that began after it was written',
    },
  },
  {
    name: 'a second claim forgets the first epoch',
    file: 'src-main/core/controller/pair/claim.ts',
    find: 'const logEpoch = ownership.logEpoch ?? ownership.epoch',
    replace: 'const logEpoch = ownership.epoch',
    why: 'A replay that two claims interrupted is never done.',
    foundBy: {
      file: 'unit/core/controller/pair/claim.test.ts',
      test: 'a claim > that comes during the replay of an earlier one still counts what that one replays',
    },
  },
  {
    name: 'what is read wins over what is known',
    file: 'src-main/core/controller/pair/claim.ts',
    find: 'known !== undefined && isNewer(known, state) ? known : state',
    replace: 'state',
    why: 'A claim goes back to an older state.',
    foundBy: {
      file: 'unit/core/controller/pair/claim.test.ts',
      test: 'a claim > is never made from a state that is older than the one that is known',
    },
  },
  {
    name: 'giveback without asking',
    file: 'src-main/core/controller/pair/giveback.ts',
    find: '.find((reason) => reason !== undefined)',
    replace: ".find((reason) => reason === '')",
    why: 'Volumes go to a controller that is not fit for them.',
    foundBy: {
      file: 'simulation/ownership-moves.test.ts',
      test: 'giveback > is refused with the reason while it is unsafe, and goes on when it is safe',
    },
  },
  {
    name: 'an address that is no longer wanted stays open',
    file: 'src-main/core/controller/pair/portals.ts',
    find: '    if (portal.wanted) release(portal)\n    else this.#pursue(of)',
    replace: '    if (portal.wanted) release(portal)',
    why: 'Both controllers answer at one address, or neither does.',
    foundBy: {
      file: 'unit/core/controller/pair/portals.test.ts',
      test: 'the addresses of a controller > that are not wanted any more while they open are closed again',
    },
  },
  {
    name: 'an old notice of presence counts',
    file: 'src-main/core/controller/pair/membership.ts',
    find: 'if (incarnation < Math.max(this.#presentIncarnation, this.#parts.session.peerIncarnation) || ',
    replace: 'if (',
    why: 'A living controller is taken over from, since an earlier life of it has ended.',
    foundBy: {
      file: 'simulation/membership.test.ts',
      test: 'a notice of the midplane that comes late > of the end of an earlier life does not end the next one, seed 1',
    },
  },
  {
    name: 'an aborted write that waited is done',
    file: 'src-main/core/controller/volumes/served-volume.ts',
    find: ' || io.task?.isAborted === true)\n      this.#finish',
    replace: ')\n      this.#finish',
    why: 'It undoes a newer write that came by the other path.',
    foundBy: {
      file: 'unit/core/controller/volumes/served-volume.test.ts',
      test: 'a write whose initiator has given it up > is not begun any more after it was held',
    },
  },
  {
    name: 'a write is done again when its owner is lost',
    file: 'src-main/core/controller/volumes/served-volume.ts',
    find: "if (io.operation === 'write') this.#finish(io, { ok: false, fault: 'transitioning' })\n        else this.submit(io)",
    replace: 'this.submit(io)',
    why: 'It may bring old data back over a newer write.',
    foundBy: {
      file: 'unit/core/controller/volumes/served-volume.test.ts',
      test:
        'a volume of the peer > is written again by its host alone when the peer died, and flushed again ' +
        'here once this controller is its owner',
    },
  },
  {
    name: 'a hold counts while it is released',
    file: 'src-main/core/controller/volumes/nvram-holds.ts',
    find: 'heldBy === self && !this.#releasing.has(volumeId)',
    replace: 'heldBy === self',
    why: 'Data is acknowledged in a NVRAM that nobody waits for.',
    foundBy: {
      file: 'unit/core/controller/volumes/nvram-holds.test.ts',
      test: 'and not any more from the moment at which this is taken back, unless that fails',
    },
  },
  {
    name: 'what a dead peer forwarded is done',
    file: 'src-main/core/controller/volumes/held-operations.ts',
    find: "    this.#held = this.#held.filter(({ origin }) => origin === 'host')\n",
    replace: '',
    why: 'An old write of the dead runs after a newer one.',
    foundBy: {
      file: 'unit/core/controller/volumes/served-volume.test.ts',
      test: 'what a dead peer had forwarded > and was held is forgotten',
    },
  },
  {
    name: 'stable storage without the claim',
    file: 'src-main/core/controller/volumes/owned-io.ts',
    find: 'this.#parts.claimStability.whenStable((isStable) => this.#fromCache(io, isStable ? NOTHING : WITHDRAWN))',
    replace: 'this.#fromCache(io, NOTHING)',
    why: 'After a crash of the machine the drives name an owner whose NVRAM lacks the write.',
    foundBy: {
      file: 'unit/core/controller/volumes/served-volume.test.ts',
      test: 'a volume at its owner > says that a forced write is done when data and claim are on stable storage',
    },
  },
  {
    name: 'windows need not follow each other',
    file: 'src-main/core/controller/volumes/ownership-by-load.ts',
    find: 'watched.windows + 1 : 0',
    replace: 'watched.windows + 1 : watched.windows',
    why: 'A volume moves although its load changes to and fro.',
    foundBy: {
      file: 'unit/core/controller/volumes/ownership-by-load.test.ts',
      test: 'windows count anew after one in which most of it arrives here',
    },
  },
  {
    name: 'a suspicion that came meanwhile is forgotten',
    file: 'src-main/core/controller/drives/drive-failures.ts',
    find: 'this.#suspected = this.#suspected.filter((suspicion) => !told.includes(suspicion))',
    replace: 'this.#suspected = []',
    why: 'Writes that missed the second drive wait for ever.',
    foundBy: {
      file: 'unit/core/controller/drives/drive-failures.test.ts',
      test: 'a drive that is suspected while another one is written is written next',
    },
  },
  {
    name: 'a checkpoint without its flush',
    file: 'src-main/core/controller/drives/stripe-walk.ts',
    find: '      if (!isSecured) return this.#end(this.#pace.retryMs)\n',
    replace: '',
    why: 'The state says that stripes are rebuilt which the drive may not have.',
    foundBy: {
      file: 'unit/core/controller/drives/stripe-walk.test.ts',
      test: 'a walk that something keeps from going on > says nothing in the state of what is not secured',
    },
  },
  {
    name: 'a rebuild that never ends',
    file: 'src-main/core/controller/state/rebuild-changes.ts',
    find: 'fromStripe < endStripe)',
    replace: 'fromStripe <= endStripe)',
    why: 'A part without stripes keeps the drive from being whole.',
    foundBy: {
      file: 'unit/core/controller/state/rebuild-changes.test.ts',
      test: 'a rebuild of a drive that belongs to several groups > is over with the last stripe of its last part',
    },
  },
  {
    name: 'a refused change is not written over',
    file: 'src-main/core/controller/state/refused-commits.ts',
    find: 'ok(this.#isLeft ? { ...state } : state)',
    replace: 'ok(state)',
    why: 'The next reader adopts a move that its owner took back.',
    foundBy: {
      file: 'unit/core/controller/state/committer.test.ts',
      test: 'whoever goes on as before after a refused commit waits until a newer state without it is on the drives',
    },
  },
  {
    name: 'a volume moves with dirty data',
    file: 'src-main/core/controller/volumes/volume-mover.ts',
    find: 'if (!isClean) {',
    replace: 'if (isClean === undefined) {',
    why: 'The new owner reads what is on the drives.',
    foundBy: {
      file: 'unit/core/controller/volumes/volume-mover.test.ts',
      test: 'a volume whose data the drives do not take stays, and is served',
    },
  },
  {
    name: 'both lead, or none',
    file: 'src-main/core/controller/pair/first-step.ts',
    find: "lead === 0 ? self === 'a' : lead > 0",
    replace: 'lead >= 0',
    why: 'Two controllers that start together both make the first claim.',
    foundBy: {
      file: 'unit/core/controller/pair/first-step.test.ts',
      test: 'the first step of a controller > of two that start together lets exactly one claim',
    },
  },
]
