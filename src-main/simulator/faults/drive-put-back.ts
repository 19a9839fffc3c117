import { CONTROLLER_IDS } from '../../contract/controller-id'
import { BLOCK_BYTES } from '../../base/units'
import type { ArrayState } from '../../contract/array-state'
import { positionOf } from '../../core/raid/election'
import { claimedGeneration, slotFirstBlock } from '../../core/raid/superblock'
import type { DriveMedium } from '../drive-medium'
import type { World } from '../world'
import type { Fault } from './fault'
import { killApplication } from './kills'

/** For how long the array goes on after the copy was made. */
const COPY_AGE_MS = { min: 20, max: 3000 }

/**
 * The application is killed, and when it starts again a drive is not what it was: blank, or as it was some time before. The array
 * can know an old copy only if a generation that the copy lacks was known to be stored on the drive. Until then the copy is not
 * put back.
 */
export const drivePutBack: Fault = {
  name: 'drive-put-back',
  strike({ world, random, mediaTarget, isOver, hit }) {
    const medium = world.media[mediaTarget(COPY_AGE_MS.max)?.drive ?? -1]
    if (medium === undefined) return
    const isCopy = random.chance(0.6)
    const copiedAt = generationOn(medium)
    const putBack = isCopy ? medium.snapshot() : () => medium.replace()
    const ageMs = isCopy ? COPY_AGE_MS.min + random.fraction() * (COPY_AGE_MS.max - COPY_AGE_MS.min) : 0
    // From the copy on, until a controller has seen what is in the place of the drive.
    let isAhead = true
    hit(`drive-${medium.index}`, () => isAhead || CONTROLLER_IDS.every((id) => world.controller(id) === undefined))
    world.clock.after(ageMs, () => {
      isAhead = false
      if (isOver() || newestState(world) === undefined) return
      if (isCopy && storedGeneration(world, medium.index) <= copiedAt) return
      killApplication({ world, hit })
      putBack()
    })
  },
}

/** The newest that its superblocks claim. It may have one that no controller has heard of yet. */
export function generationOn(medium: DriveMedium): number {
  const claims = [0, 1].map((slot) => {
    const header = new Uint8Array(BLOCK_BYTES)
    medium.read(slotFirstBlock(slot), header)
    return claimedGeneration(header) ?? 0
  })
  return Math.max(...claims)
}

/** What the drive is known to have stored. */
export function storedGeneration(world: World, drive: number): number {
  const state = newestState(world)
  return state?.storedGenerations?.[positionOf(state, drive)] ?? 0
}

function newestState(world: World): ArrayState | undefined {
  const states = CONTROLLER_IDS.flatMap((id) => world.controller(id)?.state ?? [])
  return states.reduce<ArrayState | undefined>((newest, state) => {
    return newest === undefined || state.generation > newest.generation ? state : newest
  }, undefined)
}
