import * as fs from 'node:fs'
import * as path from 'node:path'
import { BLOCK_BYTES } from '../base/units'
import type { ArrayState } from '../contract/array-state'
import {
  encodeState,
  encodeSuperblock,
  newerSuperblock,
  slotFirstBlock,
  SUPERBLOCK_SLOT_BYTES,
  type Superblock,
  type SuperblockExpectation,
  type SuperblockProblem,
  whyMalformed,
} from '../core/raid/superblock'
import { SUPERBLOCK_AREA_BLOCKS } from '../core/raid/superblock-area'
import { LabStartError } from './lab-start-error'
import { writeAll, writeZeros } from './write-all'

export interface DriveFile {
  readonly index: number
  readonly id: string
  readonly file: string
  readonly blockCount: number
  /** Which file the lab has locked as this image: undefined where it was left out. Absent: images are not locked here. */
  readonly lock?: { readonly identity: string | undefined }
}

/**
 * Makes a sparse image with the first superblock on it. Only the superblocks have their room on the disk: the array state can be
 * written when it is full. Fails where there is a file already.
 */
export function createDriveFile(drive: DriveFile, state: ArrayState): void {
  const payload = encodeState(state)
  if (!payload.ok) throw new LabStartError(`The first configuration does not fit in a superblock: it has ${payload.error} bytes.`)
  const { arrayId } = state.configuration
  const identity = { arrayId, driveIndex: drive.index, driveId: drive.id, generation: state.generation }
  const fd = fs.openSync(drive.file, 'wx', 0o600)
  try {
    fs.ftruncateSync(fd, drive.blockCount * BLOCK_BYTES)
    writeZeros(fd, 0, SUPERBLOCK_AREA_BLOCKS * BLOCK_BYTES)
    writeAll(fd, encodeSuperblock(identity, payload.value), slotFirstBlock(state.generation) * BLOCK_BYTES)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/** Reads only. Throws LabStartError with the file's name and what to do. */
export function checkDriveFile(drive: DriveFile, arrayId: string): Superblock {
  const fd = openDrive(drive)
  try {
    checkLength(drive, fs.fstatSync(fd))
    const expected: SuperblockExpectation = { arrayId, driveIndex: drive.index, driveId: drive.id }
    const slots = [readSlot(fd, 0), readSlot(fd, 1)]
    const found = newerSuperblock(slots, expected)
    if (!found.ok) throw new LabStartError(`${drive.file} ${problemOf(found.error, slots)} Nothing was changed.`)
    return found.value
  } finally {
    fs.closeSync(fd)
  }
}

/**
 * Opens a drive for a rebuild. Nothing on it is worth keeping, so it may be blank or have a damaged superblock. Throws, and
 * changes nothing, if the file has another size or belongs to something else.
 */
export function openReturnedDrive({ index, id, file, blockCount }: DriveFile, arrayId: string): number {
  const fd = fs.openSync(file, 'r+')
  try {
    checkImageLength(fs.fstatSync(fd), blockCount)
    const found = newerSuperblock([readSlot(fd, 0), readSlot(fd, 1)], { arrayId, driveIndex: index, driveId: id })
    const strange = found.ok ? undefined : STRANGERS[found.error]
    if (strange !== undefined) throw new Error(strange)
    return fd
  } catch (error) {
    fs.closeSync(fd)
    throw error
  }
}

/** Throws if the image is not as long as it should be. */
export function checkImageLength(stat: fs.Stats, blockCount: number): void {
  const expectedBytes = blockCount * BLOCK_BYTES
  if (!stat.isFile()) throw new Error('its image is not a file')
  if (stat.size !== expectedBytes) throw new Error(`its file has ${stat.size} bytes instead of ${expectedBytes}`)
}

const STRANGERS: Readonly<Partial<Record<SuperblockProblem, string>>> = {
  'not-ours': 'its file was not made by Takeover Lab',
  'unsupported-version': 'its file was written by a newer version of Takeover Lab',
  'other-array': 'its file belongs to another lab',
  'wrong-drive': 'its file is a different drive of this lab',
}

function openDrive({ file, index }: DriveFile): number {
  try {
    return fs.openSync(file, 'r+')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw new LabStartError(`Drive ${index} is missing. Put ${file} back, or open another folder.`)
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new LabStartError(`This user cannot write ${file}. Make it writable, or open another folder.`)
    }
    if (code === 'EISDIR')
      throw new LabStartError(`${file} is a folder, but it should be a drive image. Move it away and put the image back.`)
    throw new LabStartError(`${file} cannot be opened: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function checkLength({ file, blockCount }: DriveFile, stat: fs.Stats): void {
  if (!stat.isFile()) throw new LabStartError(`${file} is not a file. Put the drive image back, or open another folder.`)
  const expected = blockCount * BLOCK_BYTES
  if (stat.size < expected) {
    throw new LabStartError(
      `${file} is truncated: it has ${stat.size} bytes instead of ${expected}. Put the whole image back. Nothing was changed.`,
    )
  }
  if (stat.size > expected) {
    throw new LabStartError(`${file} has ${stat.size} bytes instead of ${expected}, so it is not this lab's drive. Nothing was changed.`)
  }
}

function readSlot(fd: number, parity: number): Uint8Array | undefined {
  const slot = new Uint8Array(SUPERBLOCK_SLOT_BYTES)
  try {
    return fs.readSync(fd, slot, 0, slot.length, slotFirstBlock(parity) * BLOCK_BYTES) === slot.length ? slot : undefined
  } catch {
    return undefined
  }
}

function problemOf(problem: SuperblockProblem, slots: readonly (Uint8Array | undefined)[]): string {
  if (problem !== 'malformed') return PROBLEMS[problem]
  const reasons = slots.map((slot) => (slot === undefined ? undefined : whyMalformed(slot)))
  // Both copies may be wrong in the same way.
  return [PROBLEMS.malformed, ...new Set(reasons.filter((reason) => reason !== undefined))].join(' ')
}

const PROBLEMS: Readonly<Record<SuperblockProblem, string>> = {
  blank: 'is blank and has no superblock of this lab. Put the right image back.',
  'not-ours': 'is not a Takeover Lab drive: it starts with something else. Move it away and put the right image back.',
  'unsupported-version': 'was written by a newer version of Takeover Lab. Use that version.',
  torn: 'has a damaged superblock: neither copy is intact. Put a good image back.',
  malformed: 'has a superblock that makes no sense. Put a good image back.',
  'other-array': 'belongs to another lab. Put the image of this lab back.',
  'wrong-drive': 'is a different drive of this lab: the files were swapped. Give each its own name again.',
  unreadable: 'has an unreadable superblock. Copy what you can to a good disk.',
  failed: 'does not respond. Check the disk that it is on.',
}

export function driveFileName(folder: string, index: number): string {
  return path.join(folder, 'drives', `drive-${index}.img`)
}
