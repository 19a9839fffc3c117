import type { Volumes, VolumesParts } from '../volumes/volumes'
import { DriveFailures } from './drive-failures'
import { DriveRebuild } from './drive-rebuild'
import { LostBlocks } from './lost-blocks'
import { ReturnedDrives } from './returned-drives'
import { VolumeVerifier } from './volume-verifier'

/** Failed drives, returned drives, and the background work on stripes. */
export interface Drives {
  readonly failures: DriveFailures
  readonly lostBlocks: LostBlocks
  readonly returned: ReturnedDrives
  readonly verifier: VolumeVerifier
  readonly rebuild: DriveRebuild
}

export type DrivesParts = VolumesParts & Volumes

export function createDrives(below: DrivesParts): Drives {
  return {
    failures: new DriveFailures(below),
    lostBlocks: new LostBlocks(below),
    returned: new ReturnedDrives(below),
    verifier: new VolumeVerifier(below),
    rebuild: new DriveRebuild(below),
  }
}
