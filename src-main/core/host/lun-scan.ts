import { inquiryCdb, readCapacity16Cdb, reportLunsCdb, reportTargetPortGroupsCdb } from '../scsi/initiator-cdbs'
import {
  decodeDeviceIdentification,
  decodeReadCapacity16,
  decodeReportLuns,
  decodeTargetPortGroups,
  type TargetPortGroup,
} from '../scsi/initiator-decoders'
import { VPD_PAGE } from '../scsi/spec'
import { BLOCK_BYTES } from '../../base/units'
import { LIMITS } from '../../contract/limits'
import { runControl, type ControlOptions } from './control-command'

/** What one path sees behind a LUN. */
export interface PathLun {
  readonly lun: number
  /** NAA name in hex: the same on every path to the volume. */
  readonly identifier: string
  readonly blockCount: number
  /** The target port group of this path, if the target says so. */
  readonly group: number | undefined
  readonly groups: readonly TargetPortGroup[]
}

const DATA_IN_BYTES = LIMITS.hostControlBytes

export interface LunScan {
  readonly luns: readonly PathLun[]
  /** False where a LUN did not answer, or not as a disk of 512-byte blocks. */
  readonly complete: boolean
}

/** Reads the LUNs of a path, one after the other. Undefined: no list. */
export function scanLuns(options: ControlOptions, done: (scan: LunScan | undefined) => void): void {
  runControl(options, { lun: 0, cdb: reportLunsCdb(DATA_IN_BYTES), dataInBytes: DATA_IN_BYTES }, (data) => {
    const numbers = data && decodeReportLuns(data)
    if (!numbers) return done(undefined)
    scanNext(options, numbers.slice(0, LIMITS.luns), { luns: [], complete: true }, done)
  })
}

function scanNext(options: ControlOptions, numbers: readonly number[], soFar: LunScan, done: (scan: LunScan | undefined) => void): void {
  const [lun, ...rest] = numbers
  if (!options.session.isOpen) return done(undefined)
  if (lun === undefined) return done(soFar)
  scanLun(options, lun, (found) => {
    scanNext(options, rest, found ? { ...soFar, luns: [...soFar.luns, found] } : { ...soFar, complete: false }, done)
  })
}

function scanLun(options: ControlOptions, lun: number, done: (found: PathLun | undefined) => void): void {
  const inquiry = {
    lun,
    cdb: inquiryCdb({ vpdPage: VPD_PAGE.deviceIdentification, allocationBytes: DATA_IN_BYTES }),
    dataInBytes: DATA_IN_BYTES,
  }
  runControl(options, inquiry, (page) => {
    const identification = page && decodeDeviceIdentification(page)
    const identifier = identification?.logicalUnitName
    if (identifier === undefined) return done(undefined)
    readCapacity(options, lun, (blockCount) => {
      if (blockCount === undefined) return done(undefined)
      readAccessStates(options, lun, (groups) =>
        done({ lun, identifier, blockCount, group: identification?.targetPortGroup, groups: groups ?? [] }),
      )
    })
  })
}

export function readCapacity(options: ControlOptions, lun: number, done: (blockCount: number | undefined) => void): void {
  runControl(options, { lun, cdb: readCapacity16Cdb(), dataInBytes: 32 }, (data) => {
    const capacity = data && decodeReadCapacity16(data)
    done(capacity?.blockBytes === BLOCK_BYTES ? capacity.blockCount : undefined)
  })
}

export function readAccessStates(
  options: ControlOptions,
  lun: number,
  done: (groups: readonly TargetPortGroup[] | undefined) => void,
): void {
  runControl(options, { lun, cdb: reportTargetPortGroupsCdb(DATA_IN_BYTES), dataInBytes: DATA_IN_BYTES }, (data) => {
    done(data && decodeTargetPortGroups(data))
  })
}
