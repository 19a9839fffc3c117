import type { Volume } from '../../src-main/contract/configuration'
import { peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import { servingOf } from './serving'

/** The condition of a controller in one word, from what the midplane sees and what the controller says. */
export type ControllerCondition = 'serving' | 'taking-over' | 'starting' | 'waiting' | 'joining' | 'hung' | 'resetting' | 'down'

/**
 * The condition of the pair as a whole. `single`: one controller serves everything. `unserved`: a LUN or an address
 * is served by nobody, though a controller serves. `none`: neither serves. `degraded` and
 * `rebuilding`: both serve, and a drive is out. `short-of-room`: both serve, and the disk under the drives is full, so writes are refused.
 */
export type ArrayCondition =
  | 'redundant'
  | 'degraded'
  | 'rebuilding'
  | 'short-of-room'
  | 'interconnect-cut'
  | 'taking-over'
  | 'giving-back'
  | 'single'
  | 'unserved'
  | 'starting'
  | 'none'

export type Tone = 'good' | 'moving' | 'bad'

export function controllerCondition(snapshot: LabSnapshot, id: ControllerId): ControllerCondition {
  const { state, phase, incarnation } = snapshot.controllers[id]
  // Nothing has gone wrong. It is about to start, as at the beginning of a simulated run.
  if (state === 'down' && incarnation === 0) return 'starting'
  if (state === 'down' || state === 'hung' || state === 'resetting') return state
  if (state === 'starting' || phase === undefined || phase === 'booting') return 'starting'
  return phase
}

export function arrayCondition(snapshot: LabSnapshot): ArrayCondition {
  const conditions = [controllerCondition(snapshot, 'a'), controllerCondition(snapshot, 'b')]
  const serving = conditions.filter((condition) => condition === 'serving').length
  if (conditions.includes('taking-over')) return 'taking-over'
  const { luns, addresses: both, single } = servingOf(snapshot).nobody
  const addresses = [...both, ...single]
  // Addresses that their controller is getting back: nobody has them for a moment.
  const isBack = conditions.includes('joining') || (serving === 2 && isJustBack(snapshot))
  if (serving > 0 && (luns.length > 0 || (addresses.length > 0 && !isBack))) return 'unserved'
  if (serving === 2) {
    if (snapshot.interconnect.state === 'cut') return 'interconnect-cut'
    if (isShortOfRoom(snapshot)) return 'short-of-room'
    if (addresses.length > 0 || (awayVolumes(snapshot).length > 0 && givingBack(snapshot))) return 'giving-back'
    if (drivesThatAre('failed', snapshot).length > 0) return 'degraded'
    return drivesThatAre('rebuilding', snapshot).length > 0 ? 'rebuilding' : 'redundant'
  }
  if (serving === 1) return conditions.includes('joining') ? 'giving-back' : 'single'
  return conditions.every((condition) => condition === 'down' || condition === 'hung') ? 'none' : 'starting'
}

/** Some volume has data that waits for room on the disk under the drives. */
function isShortOfRoom({ controllers }: LabSnapshot): boolean {
  return [controllers.a, controllers.b].some(({ nvram }) => (nvram?.volumesShortOfRoom ?? []).length > 0)
}

/** It is down or being reset. Undefined: nothing is known of it. */
export function isDark(condition: ControllerCondition | undefined): boolean {
  return condition === 'down' || condition === 'resetting'
}

/** It serves nothing: it is dark, hung, or waits for its peer. */
export function isOut(condition: ControllerCondition | undefined): boolean {
  return isDark(condition) || condition === 'hung' || condition === 'waiting'
}

export function toneOf(condition: ControllerCondition | ArrayCondition): Tone {
  switch (condition) {
    case 'serving':
    case 'redundant':
      return 'good'
    case 'down':
    case 'hung':
    case 'none':
    case 'single':
    case 'unserved':
    case 'degraded':
    case 'short-of-room':
    case 'interconnect-cut':
      return 'bad'
    default:
      return 'moving'
  }
}

/** Their numbers. */
export function drivesThatAre(state: 'failed' | 'rebuilding', { drives }: LabSnapshot): readonly number[] {
  return drives.filter((drive) => drive.state === state).map(({ index }) => index)
}

/** Volumes that are not where they would rather be. */
export function awayVolumes(snapshot: LabSnapshot): readonly number[] {
  const { array } = snapshot
  if (array === undefined) return []
  return array.configuration.volumes.filter((volume) => ownerOf(snapshot, volume.id) !== volume.preferredOwner).map((volume) => volume.id)
}

export function ownerOf(snapshot: LabSnapshot, volumeId: number): ControllerId | undefined {
  return snapshot.array?.ownership.find((entry) => entry.volumeId === volumeId)?.owner
}

/** Volumes whose held writes are in this controller's NVRAM. While it is down, nobody serves them. */
export function volumesWaitingFor(snapshot: LabSnapshot, holder: ControllerId): readonly Volume[] {
  const { array } = snapshot
  if (array === undefined || controllerCondition(snapshot, holder) === 'serving') return []
  return array.configuration.volumes.filter(({ id }) =>
    array.ownership.some(({ volumeId, heldBy }) => volumeId === id && heldBy === holder),
  )
}

/** Whose portal and management address this controller answers on now. */
export function portalsServedBy(snapshot: LabSnapshot, id: ControllerId): readonly ControllerId[] {
  return (['a', 'b'] as const).filter((of) => snapshot.controllers[of].portalServedBy === id)
}

/** The current or last takeover, until the dead controller has its volumes back. */
function openTakeover(snapshot: LabSnapshot) {
  const last = snapshot.takeovers.at(-1)
  return last !== undefined && last.givenBackAtMs === undefined ? last : undefined
}

/** As long as a host takes to find its path again, at most. */
const RECONNECT_MS = 2000

/** The dead controller of the last takeover is getting back what it had, or has it again and its host comes only now. */
function isJustBack({ takeovers, timeMs }: LabSnapshot): boolean {
  const last = takeovers.at(-1)
  return last !== undefined && (last.givenBackAtMs === undefined || timeMs - last.givenBackAtMs < RECONNECT_MS)
}

export function isTakeoverDone(takeover: { readonly phases: readonly { readonly phase: string }[] }): boolean {
  return takeover.phases.some((entry) => entry.phase === 'serve')
}

function givingBack(snapshot: LabSnapshot): boolean {
  const takeover = openTakeover(snapshot)
  return (
    snapshot.array?.automaticGiveback === true &&
    takeover !== undefined &&
    isTakeoverDone(takeover) &&
    controllerCondition(snapshot, peerOf(takeover.survivor)) === 'serving'
  )
}
