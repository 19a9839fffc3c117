import { present } from '../../src-main/base/assert'
import type { DriveFaults } from '../../src-main/contract/drive-faults'
import type { LabCommandName } from '../../src-main/contract/lab-api'
import type { DriveSnapshot } from '../../src-main/contract/snapshot'

const WELL: DriveFaults = { presence: 'present', extraLatencyMs: 0, badSectors: [] }
/** What a bad sector is in the pretended lab. */
const SECTOR = 2048

/** A drive of the pretended lab after a lab command that is for drives; undefined: it is none. */
export function afterDriveCommand(drives: readonly DriveSnapshot[], name: LabCommandName, parameters: unknown): DriveSnapshot | undefined {
  const { drive: index, extraLatencyMs = 0 } = parameters as { readonly drive?: number; readonly extraLatencyMs?: number }
  if (index === undefined) return undefined
  const drive = present(drives[index], 'drive')
  const faults = drive.faults ?? WELL
  switch (name) {
    case 'pull-drive':
      return { ...drive, faults: { ...faults, presence: 'pulled' } }
    case 'fail-drive':
      return { ...drive, faults: { ...faults, presence: 'dead' } }
    case 'put-drive-back':
      return { ...drive, faults: { ...faults, presence: 'present' } }
    case 'slow-drive':
      return { ...drive, faults: { ...faults, extraLatencyMs } }
    case 'spoil-sector':
      return { ...drive, faults: { ...faults, badSectors: [...faults.badSectors, SECTOR + faults.badSectors.length] } }
    case 'replace-drive': {
      const { faults: _gone, ...rest } = drive
      return rest
    }
    default:
      return drive
  }
}
