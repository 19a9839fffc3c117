import * as fs from 'node:fs'
import * as path from 'node:path'
import { getU32, getU64, putAscii, putU32, putU64 } from '../base/bytes'
import { crc32c } from '../base/crc32c'
import type { ControllerId } from '../contract/controller-id'
import { LIMITS } from '../contract/limits'
import type { NvramPort } from '../core/ports'
import { LabStartError } from './lab-start-error'
import { writeAll, writeZeros } from './write-all'

/**
 * The NVRAM slot of a controller, as a file of the midplane: a header of 4096 bytes, then the memory. It is no sparse file: all its
 * blocks are on the disk, so that it can be written when the disk is full. Writes go to the page
 * cache, so they survive the controller and the application, but not a crash of the machine. Data that must survive that is
 * flushed to the drives.
 *
 *     0  magic "TKOVNVRM"      8  version      12  controller, "a" or "b"     16  size of the memory (64)
 *    24  CRC-32C of the header (this field 0)                                 32  lab id, 64 bytes padded with 0
 */
const HEADER_BYTES = 4096
const MAGIC = 'TKOVNVRM'
const VERSION = 1
const VERSION_AT = 8
const CONTROLLER_AT = 12
const SIZE_AT = 16
const CRC_AT = 24
const LAB_AT = 32
const LAB_BYTES = 64
/** The unit of `stat.blocks`, whatever the file system. */
const STAT_BLOCK_BYTES = 512

export interface NvramFile {
  readonly file: string
  readonly labId: string
  readonly controller: ControllerId
}

export function nvramFileName(folder: string, controller: ControllerId): string {
  return path.join(folder, 'nvram', `slot-${controller}`)
}

/** Makes an empty slot, with all its room on the disk. Fails where there is a file already. */
export function createNvramFile(slot: NvramFile): void {
  const fd = fs.openSync(slot.file, 'wx', 0o600)
  try {
    writeZeros(fd, 0, HEADER_BYTES + LIMITS.nvramBytes)
    writeAll(fd, encodeHeader(slot), 0)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
}

/**
 * Gives a slot that is a sparse file all its room: made by an older version, or copied by a program that leaves zeros out. With a
 * hole, a full disk would end its controller. No controller may run. Throws LabStartError where there is no room.
 */
export function reserveNvramFile(file: string): void {
  const fd = openSlot(file)
  try {
    const { blocks, size } = fs.fstatSync(fd)
    if (blocks * STAT_BLOCK_BYTES >= size) return
    const whole = new Uint8Array(size)
    // To write what is there gives each hole its room, and changes nothing.
    writeAll(fd, whole.subarray(0, fs.readSync(fd, whole, 0, size, 0)), 0)
    fs.fsyncSync(fd)
  } catch (error) {
    if (error instanceof LabStartError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new LabStartError(
      `There is no room for ${file}, which needs ${HEADER_BYTES + LIMITS.nvramBytes} bytes: ${why}. Make room on its disk.`,
    )
  } finally {
    fs.closeSync(fd)
  }
}

/** Beside the slot's file as long as its battery is gone. */
export function withoutBatteryFile(file: string): string {
  return `${file}.no-battery`
}

/** After the application was killed: whether the slot had no battery. What was in it is lost then. No controller may run. */
export function eraseWithoutBattery(file: string): boolean {
  const mark = withoutBatteryFile(file)
  if (!fs.existsSync(mark)) return false
  eraseNvramFile(file)
  fs.rmSync(mark)
  return true
}

/** What its memory loses with the power. No controller may run. Its room stays. */
export function eraseNvramFile(file: string): void {
  const fd = openSlot(file)
  try {
    writeZeros(fd, HEADER_BYTES, LIMITS.nvramBytes)
  } finally {
    fs.closeSync(fd)
  }
}

/** Reads only. Throws LabStartError with the file's name and what to do. */
export function checkNvramFile(slot: NvramFile): void {
  const { file } = slot
  const fd = openSlot(file)
  try {
    const stat = fs.fstatSync(fd)
    if (!stat.isFile()) throw new LabStartError(`${file} is not a file. Put the controller's NVRAM file back, or open another folder.`)
    const header = new Uint8Array(HEADER_BYTES)
    const length = fs.readSync(fd, header, 0, HEADER_BYTES, 0)
    const problem = length < HEADER_BYTES ? "is too short to be a controller's NVRAM." : problemOf(header, slot, stat.size)
    if (problem !== undefined) throw new LabStartError(`${file} ${problem} Nothing was changed.`)
  } finally {
    fs.closeSync(fd)
  }
}

/** For the controller itself. If the file fails, this throws and the controller dies. */
export function openNvramFile(file: string): NvramPort {
  const fd = fs.openSync(file, 'r+')
  return {
    sizeBytes: LIMITS.nvramBytes,
    write(offset, chunks) {
      const only = chunks.length === 1 ? chunks[0] : undefined
      const written =
        only === undefined
          ? fs.writevSync(fd, chunks, HEADER_BYTES + offset)
          : fs.writeSync(fd, only, 0, only.length, HEADER_BYTES + offset)
      const wanted = chunks.reduce((sum, { length }) => sum + length, 0)
      if (written !== wanted) throw new Error(`${file}: only ${written} of ${wanted} bytes could be written`)
    },
    read(offset, into) {
      for (let done = 0; done < into.length;) {
        const count = fs.readSync(fd, into, done, into.length - done, HEADER_BYTES + offset + done)
        if (count === 0) throw new Error(`${file} is shorter than it should be`)
        done += count
      }
    },
  }
}

function openSlot(file: string): number {
  try {
    return fs.openSync(file, 'r+')
  } catch (error) {
    throw new LabStartError(`${file} cannot be opened: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function encodeHeader({ controller, labId }: NvramFile): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES)
  putAscii(header, 0, MAGIC)
  putU32(header, VERSION_AT, VERSION)
  putAscii(header, CONTROLLER_AT, controller)
  putU64(header, SIZE_AT, LIMITS.nvramBytes)
  putAscii(header, LAB_AT, labId.slice(0, LAB_BYTES))
  putU32(header, CRC_AT, crc32c(header))
  return header
}

function problemOf(header: Uint8Array, slot: NvramFile, fileBytes: number): string | undefined {
  if (text(header, 0, MAGIC.length) !== MAGIC)
    return "is not a controller's NVRAM: it starts with something else. Move it away and put the right file back."
  if (getU32(header, VERSION_AT) !== VERSION) return 'was written by a newer version of Takeover Lab. Use that version.'
  const unsigned = header.slice()
  putU32(unsigned, CRC_AT, 0)
  if (getU32(header, CRC_AT) !== crc32c(unsigned)) return 'has a damaged header. Put a good copy back.'
  if (text(header, LAB_AT, LAB_BYTES) !== slot.labId) return 'belongs to another lab. Put the file of this lab back.'
  if (text(header, CONTROLLER_AT, 1) !== slot.controller)
    return 'is the NVRAM of the other controller: the files were swapped. Give each its own name again.'
  if (getU64(header, SIZE_AT) !== LIMITS.nvramBytes) return `has room for ${getU64(header, SIZE_AT)} bytes instead of ${LIMITS.nvramBytes}.`
  if (fileBytes !== HEADER_BYTES + LIMITS.nvramBytes)
    return `has ${fileBytes} bytes instead of ${HEADER_BYTES + LIMITS.nvramBytes}: something changed its size. Put the whole file back.`
  return undefined
}

function text(bytes: Uint8Array, offset: number, length: number): string {
  const field = bytes.subarray(offset, offset + length)
  const end = field.indexOf(0)
  return String.fromCharCode(...(end < 0 ? field : field.subarray(0, end)))
}
