import { SUPERBLOCK_AREA_BLOCKS } from '../../core/raid/superblock-area'
import { generationOn, storedGeneration } from './drive-put-back'
import type { Fault } from './fault'

/** For how long flushes of a drive fail. */
const FAILS_MS = { min: 20, max: 1500 }
/** For how long the array goes on after a copy was made. */
const COPY_AGE_MS = { min: 20, max: 3000 }

/** An image is cut while it is in use: what was behind is gone, and would grow again as zeros. */
export const driveCut: Fault = {
  name: 'drive-cut',
  strike({ world, random, mediaTarget, hit }) {
    const medium = world.media[mediaTarget()?.drive ?? -1]
    if (medium === undefined) return
    const behind = medium.blockCount - SUPERBLOCK_AREA_BLOCKS
    medium.cut(random.pick([0, SUPERBLOCK_AREA_BLOCKS + random.below(behind), SUPERBLOCK_AREA_BLOCKS + random.below(64)]))
    hit(`drive-${medium.index}`, () => medium.isCut)
  },
}

/**
 * Another file is put in the place of an image that is in use: a blank one, or a copy that was made some time before. The controllers
 * go on with the file that they have opened, until one of them starts anew.
 */
export const driveSwapped: Fault = {
  name: 'drive-swapped',
  strike({ world, random, mediaTarget, isOver, hit }) {
    const medium = world.media[mediaTarget(COPY_AGE_MS.max)?.drive ?? -1]
    if (medium === undefined) return
    const isCopy = random.chance(0.5)
    const copiedAt = generationOn(medium)
    const file = isCopy ? medium.copy() : new Map<number, Uint8Array>()
    const ageMs = isCopy ? COPY_AGE_MS.min + random.fraction() * (COPY_AGE_MS.max - COPY_AGE_MS.min) : 0
    world.clock.after(ageMs, () => {
      // An old copy is known by a generation that it lacks.
      if (isOver() || medium.isBroken || (isCopy && storedGeneration(world, medium.index) <= copiedAt)) return
      medium.swap(file)
      hit(`drive-${medium.index}`, () => medium.file === file && medium.isBroken)
    })
  },
}

/** A drive takes writes, and cannot put them on stable storage. */
export const flushFailure: Fault = {
  name: 'flush-failure',
  strike({ world, random, mediaTarget, hit }) {
    const forMs = FAILS_MS.min + random.fraction() * (FAILS_MS.max - FAILS_MS.min)
    const medium = world.media[mediaTarget(forMs)?.drive ?? -1]
    if (medium === undefined) return
    medium.flushesFail = true
    hit(`drive-${medium.index}`, () => medium.flushesFail)
    world.clock.after(forMs, () => (medium.flushesFail = false))
  },
}

/** A sector is written to the place of another one, and the drive says that all is well. */
export const misdirectedWrite: Fault = {
  name: 'misdirected-write',
  strike: ({ misdirect, hit }) => misdirect((drive) => hit(`drive-${drive}`)),
}

/** Most drives have no room for a superblock for a moment, and the others take it: a commit that counts for nobody, and may be found. */
export const refusedCommits: Fault = {
  name: 'refused-commits',
  strike({ world, random, hit }) {
    const forMs = 0.5 * 2 ** (9 * random.fraction())
    const takes = random.pick(world.media)
    const full = world.media.filter((medium) => medium !== takes && medium.shortage === undefined && random.chance(0.85))
    for (const medium of full) {
      medium.shortage = 'superblocks'
      hit(`drive-${medium.index}`, () => medium.shortage === 'superblocks')
    }
    world.clock.after(forMs, () => {
      for (const medium of full) if (medium.shortage === 'superblocks') medium.shortage = undefined
    })
  },
}
