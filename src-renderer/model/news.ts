import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { LabSnapshot, TakeoverRecord } from '../../src-main/contract/snapshot'
import { controllerCondition, isTakeoverDone } from './condition'

export type News =
  | { readonly kind: 'failed'; readonly id: ControllerId; readonly message: string }
  | { readonly kind: 'down'; readonly id: ControllerId }
  | ({ readonly kind: 'takeover' | 'giveback' } & Pick<TakeoverRecord, 'survivor' | 'dead' | 'reason' | 'startedAtMs' | 'totalMs'>)
  | { readonly kind: 'drive-failed' | 'rebuild-begun' | 'drive-rebuilt'; readonly index: number }
  | { readonly kind: 'rebuild-ended'; readonly index: number; readonly message: string }
  | { readonly kind: 'lost' }

/** Events between two snapshots that matter even to somebody who is not looking at the picture. */
export function newsBetween(before: LabSnapshot, now: LabSnapshot): readonly News[] {
  if (now.lab.id !== before.lab.id) return []
  return [...deaths(before, now), ...takeovers(before, now), ...drives(before, now), ...losses(before, now)]
}

function deaths(before: LabSnapshot, now: LabSnapshot): readonly News[] {
  return CONTROLLER_IDS.flatMap((id): News[] => {
    const { lastFailure, state } = now.controllers[id]
    if (lastFailure !== undefined && lastFailure !== before.controllers[id].lastFailure)
      return [{ kind: 'failed', id, message: lastFailure }]
    // If the peer is alive, the news is that it took over.
    const peer = controllerCondition(now, peerOf(id))
    const isCovered = peer === 'serving' || peer === 'taking-over'
    return state === 'down' && before.controllers[id].state !== 'down' && !isCovered ? [{ kind: 'down', id }] : []
  })
}

function takeovers(before: LabSnapshot, now: LabSnapshot): readonly News[] {
  return now.takeovers.flatMap((takeover): News[] => {
    const { survivor, dead, reason, startedAtMs, totalMs } = takeover
    const who = { survivor, dead, reason, startedAtMs, totalMs }
    const earlier = before.takeovers.find((entry) => entry.number === takeover.number)
    const isNewlyDone = isTakeoverDone(takeover) && (earlier === undefined || !isTakeoverDone(earlier))
    const isNewlyBack = takeover.givenBackAtMs !== undefined && earlier !== undefined && earlier.givenBackAtMs === undefined
    return [
      ...(isNewlyDone ? [{ kind: 'takeover', ...who } as const] : []),
      ...(isNewlyBack ? [{ kind: 'giveback', ...who } as const] : []),
    ]
  })
}

function drives(before: LabSnapshot, now: LabSnapshot): readonly News[] {
  return now.drives.flatMap((drive): News[] => {
    const { index, rebuild, outAfterGeneration } = drive
    const earlier = before.drives.find((entry) => entry.index === index)
    if (earlier === undefined) return []
    const isNewlyOut = outAfterGeneration !== undefined && earlier.outAfterGeneration === undefined
    const isNewlyBack = drive.state === 'online' && earlier.outAfterGeneration !== undefined
    const isNewlyEnded =
      rebuild?.state === 'failed' && (earlier.rebuild?.operation !== rebuild.operation || earlier.rebuild.state === 'running')
    return [
      // One that was in use is out from the moment that somebody has it rebuilt, though it has not failed.
      ...(isNewlyOut ? [{ kind: rebuild?.state === 'running' ? 'rebuild-begun' : 'drive-failed', index } as const] : []),
      ...(isNewlyBack ? [{ kind: 'drive-rebuilt', index } as const] : []),
      ...(isNewlyEnded ? [{ kind: 'rebuild-ended', index, message: rebuild.message } as const] : []),
    ]
  })
}

function losses(before: LabSnapshot, now: LabSnapshot): readonly News[] {
  return (now.host?.ledger.lost ?? 0) > (before.host?.ledger.lost ?? 0) ? [{ kind: 'lost' }] : []
}
