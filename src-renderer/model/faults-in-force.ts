import { CONTROLLER_IDS, type ControllerId } from '../../src-main/contract/controller-id'
import type { DriveFaults } from '../../src-main/contract/drive-faults'
import type { ControllerSnapshot, DriveSnapshot, LabSnapshot } from '../../src-main/contract/snapshot'

/** What somebody broke, as far as it can be seen, and what ends it. */
export type FaultInForce =
  | { readonly kind: ControllerFault; readonly controller: ControllerId }
  | { readonly kind: DriveFault; readonly drive: number; readonly count: number }
  | { readonly kind: 'cut' }
  | { readonly kind: 'slow-link'; readonly count: number }

type ControllerFault =
  'down' | 'hung' | 'portal-unplugged' | 'management-unplugged' | 'portal-stolen' | 'management-stolen' | 'battery-gone'
/** `count` is of bad sectors, or of milliseconds. */
type DriveFault = 'drive-pulled' | 'drive-dead' | 'drive-out' | 'drive-slow' | 'drive-sectors'

export function faultsInForce({ interconnect, controllers, drives }: LabSnapshot): readonly FaultInForce[] {
  const { state, extraLatencyMs = 0 } = interconnect
  return [
    ...CONTROLLER_IDS.flatMap((id) => ofController(controllers[id])),
    ...(state === 'cut' ? [{ kind: 'cut' } as const] : []),
    ...(extraLatencyMs > 0 ? [{ kind: 'slow-link', count: extraLatencyMs } as const] : []),
    ...drives.flatMap(ofDrive),
  ]
}

function ofController({ id, state, faults }: ControllerSnapshot): readonly FaultInForce[] {
  const kinds: ControllerFault[] = []
  if (state === 'down' || state === 'hung') kinds.push(state)
  for (const plug of faults?.unplugged ?? []) kinds.push(`${plug}-unplugged`)
  for (const address of faults?.stolen ?? []) kinds.push(`${address}-stolen`)
  if (faults?.battery === 'gone') kinds.push('battery-gone')
  return kinds.map((kind) => ({ kind, controller: id }))
}

const WELL: DriveFaults = { presence: 'present', extraLatencyMs: 0, badSectors: [] }

/** What a controller says of a drive that was out of its bay when it wanted it (platform/faulty-drive). */
const WAS_OUT = /from its bay|put back/

/** The word for its state. `out`: it answers, or was only put back, and the array does without it until it is rebuilt. */
export function driveWord({ state, faults, message, outAfterGeneration }: DriveSnapshot): DriveSnapshot['state'] | 'pulled' | 'out' {
  if (state !== 'failed' || faults?.presence === 'dead') return state
  if (faults?.presence === 'pulled') return 'pulled'
  return outAfterGeneration !== undefined && (message === undefined || WAS_OUT.test(message)) ? 'out' : 'failed'
}

/** It is in its bay, and comes into use by a rebuild. */
function isOutOfUse({ state, faults, outAfterGeneration }: DriveSnapshot): boolean {
  return state === 'failed' && outAfterGeneration !== undefined && (faults?.presence ?? 'present') === 'present'
}

function ofDrive(snapshot: DriveSnapshot): readonly FaultInForce[] {
  const { index: drive, faults = WELL } = snapshot
  const { presence, extraLatencyMs, badSectors } = faults
  if (presence === 'dead') return [{ kind: 'drive-dead', drive, count: 1 }]
  return [
    ...(presence === 'pulled' ? [{ kind: 'drive-pulled', drive, count: 1 } as const] : []),
    ...(isOutOfUse(snapshot) ? [{ kind: 'drive-out', drive, count: 1 } as const] : []),
    ...(extraLatencyMs > 0 ? [{ kind: 'drive-slow', drive, count: extraLatencyMs } as const] : []),
    ...(badSectors.length > 0 ? [{ kind: 'drive-sectors', drive, count: badSectors.length } as const] : []),
  ]
}
