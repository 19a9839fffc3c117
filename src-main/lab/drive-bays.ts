import { randomInt } from 'node:crypto'
import * as fs from 'node:fs'
import { present } from '../base/assert'
import { failure, ok, type Result } from '../base/result'
import { BLOCK_BYTES, MIB } from '../base/units'
import type { DriveFaults } from '../contract/drive-faults'
import type { LabError } from '../contract/lab-error'
import { LIMITS } from '../contract/limits'
import type { TraceData, TraceKind } from '../contract/trace'
import type { TracePort } from '../core/ports'
import { SUPERBLOCK_AREA_BLOCKS } from '../core/raid/superblock-area'
import { DriveFaultTable, type DriveFaultCells } from '../platform/drive-fault-table'
import type { DriveFile } from '../platform/drive-files'
import { writeZeros } from '../platform/write-all'

type Outcome = Result<null, LabError>

export interface DriveBaysParts {
  readonly drives: readonly DriveFile[]
  readonly trace: TracePort
  /** Something that the snapshot shows is different now. */
  readonly changed: () => void
}

/** To find a sector that holds something, so much is read from a random place on. */
const LOOKED_THROUGH_BYTES = 256 * MIB
const PIECE_BYTES = MIB

/** The bays of the drives: what a person can do to a drive with their hands, and what can go wrong in it. */
export class DriveBays {
  /** DriveFaultTable's memory. */
  readonly memory = DriveFaultTable.createMemory()
  readonly #table = new DriveFaultTable(this.memory)
  readonly #parts: DriveBaysParts

  constructor(parts: DriveBaysParts) {
    this.#parts = parts
  }

  /** Undefined: nothing is wrong with it. */
  faultsOf(drive: number): DriveFaults | undefined {
    const cells = this.#table.of(drive)
    const { presence, extraLatencyMs, badSectors } = cells
    return cells.isWell ? undefined : { presence, extraLatencyMs, badSectors }
  }

  pull(drive: number): Outcome {
    return this.#with(drive, (cells) => {
      if (cells.presence === 'pulled') return notNow(`Drive ${drive} is not in its bay.`)
      cells.setPresence('pulled')
      return this.#done('drive.pulled', drive)
    })
  }

  /** The same drive, as it was. A dead one is as dead as before. */
  putBack(drive: number): Outcome {
    return this.#with(drive, (cells) => {
      if (cells.presence === 'present') return notNow(`Drive ${drive} is in its bay.`)
      if (cells.presence === 'dead') return notNow(`Drive ${drive} is dead. Replace it (replace-drive).`)
      cells.setPresence('present')
      return this.#done('drive.put-back', drive)
    })
  }

  die(drive: number): Outcome {
    return this.#with(drive, (cells) => {
      if (cells.presence !== 'present')
        return notNow(`Drive ${drive} ${cells.presence === 'dead' ? 'is already dead' : 'is not in its bay'}.`)
      cells.setPresence('dead')
      return this.#done('drive.died', drive)
    })
  }

  /** A blank drive takes its place, and works. What was on the one before is gone. */
  replace(drive: number): Outcome {
    return this.#with(drive, (cells, { file, blockCount }) => {
      if (cells.presence === 'present') return notNow(`Drive ${drive} is in its bay and may be in use. Pull it first (pull-drive).`)
      // The same file, since it has the lab's lock. Nobody reads it while the drive is out.
      const blank = changeFile(file, (fd) => {
        fs.ftruncateSync(fd, 0)
        fs.ftruncateSync(fd, blockCount * BLOCK_BYTES)
        writeZeros(fd, 0, SUPERBLOCK_AREA_BLOCKS * BLOCK_BYTES)
      })
      if (!blank.ok) return blank
      cells.clear()
      return this.#done('drive.replaced', drive)
    })
  }

  slow(drive: number, extraLatencyMs: number): Outcome {
    return this.#with(drive, (cells) => {
      cells.setExtraLatencyMs(extraLatencyMs)
      return this.#done('drive.slowed', drive, { extraLatencyMs })
    })
  }

  /** `block`: of the drive; left out: one that holds something. */
  spoil(drive: number, block?: number): Outcome {
    return this.#with(drive, (cells, file) => {
      const place = placeIn(file, block)
      if (!place.ok) return place
      if (!cells.spoil(place.value))
        return notNow(`Drive ${drive} has ${LIMITS.badSectors} bad sectors already. Write some of them, or replace it.`)
      return this.#done('drive.sector-spoilt', drive, { block: place.value })
    })
  }

  /** The drive takes a spare sector in place of a bad one that nobody uses: it reads as zeros (SBC-4, REASSIGN BLOCKS). */
  reassign(drive: number, block: number): Outcome {
    return this.#with(drive, (cells, file) => {
      const place = placeIn(file, block)
      if (!place.ok) return place
      const written = changeFile(file.file, (fd) => writeZeros(fd, block * BLOCK_BYTES, BLOCK_BYTES))
      if (!written.ok) return written
      cells.heal(block, 1)
      this.#parts.changed()
      return ok(null)
    })
  }

  /** Silently: reading the sector gives no error. */
  flipBit(drive: number, block?: number): Outcome {
    return this.#with(drive, (_, file) => {
      const place = placeIn(file, block)
      if (!place.ok) return place
      const bit = randomInt(BLOCK_BYTES * 8)
      const at = place.value * BLOCK_BYTES + Math.floor(bit / 8)
      const flipped = changeFile(file.file, (fd) => {
        const byte = new Uint8Array(1)
        fs.readSync(fd, byte, 0, 1, at)
        fs.writeSync(
          fd,
          byte.map((value) => value ^ (1 << (bit % 8))),
          0,
          1,
          at,
        )
      })
      return flipped.ok ? this.#done('drive.bit-flipped', drive, { block: place.value, bit }) : flipped
    })
  }

  #with(drive: number, run: (cells: DriveFaultCells, file: DriveFile) => Outcome): Outcome {
    const file = this.#parts.drives.find(({ index }) => index === drive)
    if (file !== undefined) return run(this.#table.of(drive), file)
    const last = present(this.#parts.drives.at(-1), 'the last drive').index
    return failure({ code: 'bad-command', message: `There is no drive ${drive}. The drives are 0 to ${last}.`, field: 'drive' })
  }

  #done(kind: TraceKind, drive: number, data: TraceData = {}): Outcome {
    this.#parts.trace.record({ place: 'midplane', kind, to: `drive-${drive}`, data: { drive, ...data } })
    this.#parts.changed()
    return ok(null)
  }
}

function placeIn({ index, file, blockCount }: DriveFile, block: number | undefined): Result<number, LabError> {
  if (block !== undefined) {
    if (block < blockCount) return ok(block)
    return failure({
      code: 'bad-command',
      message: `Drive ${index} has ${blockCount} blocks, so its last one is ${blockCount - 1}.`,
      field: 'block',
    })
  }
  const first = randomInt(SUPERBLOCK_AREA_BLOCKS, blockCount)
  let found: number | undefined
  const looked = changeFile(file, (fd) => {
    found = blockWithData(fd, { first, end: blockCount }) ?? blockWithData(fd, { first: SUPERBLOCK_AREA_BLOCKS, end: first })
  })
  return looked.ok ? ok(found ?? first) : looked
}

/** The first block that is not all zeros. */
function blockWithData(fd: number, { first, end }: { readonly first: number; readonly end: number }): number | undefined {
  const piece = new Uint8Array(PIECE_BYTES)
  const last = Math.min(end * BLOCK_BYTES, first * BLOCK_BYTES + LOOKED_THROUGH_BYTES)
  for (let at = first * BLOCK_BYTES; at < last; at += piece.length) {
    const count = fs.readSync(fd, piece, 0, Math.min(piece.length, last - at), at)
    const byte = piece.subarray(0, count).findIndex((value) => value !== 0)
    if (byte >= 0) return Math.floor((at + byte) / BLOCK_BYTES)
  }
  return undefined
}

function changeFile(file: string, change: (fd: number) => void): Outcome {
  try {
    const fd = fs.openSync(file, 'r+')
    try {
      change(fd)
    } finally {
      fs.closeSync(fd)
    }
    return ok(null)
  } catch (error) {
    return notNow(`${file} cannot be changed: ${error instanceof Error ? error.message : String(error)}.`)
  }
}

function notNow(message: string): Result<never, LabError> {
  return failure({ code: 'not-possible-now', message })
}
