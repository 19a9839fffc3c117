import { countdown } from '../../../base/countdown'
import { failure } from '../../../base/result'
import { BLOCK_BYTES, KIB } from '../../../base/units'
import type { ArrayState } from '../../../contract/array-state'
import type { DrivePort } from '../../ports'
import { strangerByHeaders, type DriveSuperblock, type Stranger } from '../../raid/election'
import {
  claimedGeneration,
  isCutShort,
  newerSuperblock,
  SUPERBLOCK_SLOT_BYTES,
  type StateDecoder,
  type SuperblockExpectation,
  type SuperblockProblem,
} from '../../raid/superblock'

/** How much of a slot is read at first. A state is rarely longer. */
const FIRST_READ_BYTES = 64 * KIB

export function expectationOf(driveIndex: number, known: ArrayState | undefined): SuperblockExpectation {
  const driveId = known?.configuration.drives.find(({ index }) => index === driveIndex)?.id
  return { driveIndex, driveId, arrayId: known?.configuration.arrayId }
}

/** The newer of the two superblocks on a drive. */
export function readDrive(
  drive: DrivePort,
  how: { readonly expected: SuperblockExpectation; readonly decode: StateDecoder },
  done: (superblock: DriveSuperblock) => void,
): void {
  const end = (slots: Slots): void => {
    const found = slots === 'failed' ? failure<SuperblockProblem>('failed') : newerSuperblock(slots, how.expected, how.decode)
    done({ drive: drive.index, found, claimed: newestIn(slots) })
  }
  readSlots(drive, FIRST_READ_BYTES, (slots) => {
    // A long state looks torn while only its beginning has been read, but it may be the newer of the two.
    if (slots === 'failed' || !slots.some((slot) => slot !== undefined && isCutShort(slot))) end(slots)
    else readSlots(drive, SUPERBLOCK_SLOT_BYTES, end)
  })
}

/** Of each slot its beginning; undefined where a sector cannot be read. */
export type Slots = readonly (Uint8Array | undefined)[] | 'failed'

/** Reads the beginning of both slots. */
export function readSlots(drive: DrivePort, byteCount: number, done: (slots: Slots) => void): void {
  const slots: (Uint8Array | undefined)[] = [undefined, undefined]
  let failed = false
  const finish = countdown(slots.length, () => done(failed ? 'failed' : slots))
  slots.forEach((_, slot) => {
    const into = new Uint8Array(byteCount)
    drive.read({ firstBlock: (slot * SUPERBLOCK_SLOT_BYTES) / BLOCK_BYTES, into }, (status) => {
      if (status === 'good') slots[slot] = into
      else if (status !== 'medium-error') failed = true
      finish()
    })
  })
}

/** By the first block of each slot; undefined where a block is not of a superblock, or cannot be read. */
export function generationsIn(slots: Slots): readonly (number | undefined)[] {
  return slots === 'failed' ? [] : slots.map((slot) => (slot === undefined ? undefined : claimedGeneration(slot)))
}

function newestIn(slots: Slots): number | undefined {
  const generations = generationsIn(slots).filter((generation) => generation !== undefined)
  return generations.length === 0 ? undefined : Math.max(...generations)
}

/** A block that cannot be read says nothing about the drive. */
export function strangerByFirstBlocks(state: ArrayState, drive: number, slots: Slots): Stranger | undefined {
  return slots === 'failed' || slots.includes(undefined) ? undefined : strangerByHeaders(state, drive, generationsIn(slots))
}
