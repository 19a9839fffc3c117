import { CONTROLLER_IDS, peerOf, type ControllerId } from '../../src-main/contract/controller-id'
import type { DriveSnapshot, LabSnapshot, TakeoverRecord } from '../../src-main/contract/snapshot'
import { controllerCondition, isOut, isTakeoverDone } from './condition'

export type News =
  | { readonly kind: 'failed'; readonly id: ControllerId; readonly message: string }
  | { readonly kind: 'down'; readonly id: ControllerId }
  | ({ readonly kind: 'takeover' | 'giveback' } & Pick<TakeoverRecord, 'survivor' | 'dead' | 'reason' | 'startedAtMs' | 'totalMs'>)
  | { readonly kind: 'drive-failed' | 'drive-pulled' | 'rebuild-begun' | 'drive-rebuilt'; readonly index: number }
  | { readonly kind: 'rebuild-ended'; readonly index: number; readonly message: string }
  | { readonly kind: 'lost' }

/** Events between two snapshots that matter even to somebody who is not looking at the picture. */
export function newsBetween(before: LabSnapshot, now: LabSnapshot): readonly News[] {
  if (now.lab.id !== before.lab.id) return []
  return [...deaths(before, now), ...takeovers(before, now), ...drives(before, now), ...losses(before, now)]
}

/** Whether a notice of it is still right, and not of a time before something else happened to those that it names. */
export function newsHolds(news: News, now: LabSnapshot): boolean {
  const { controllers, takeovers, drives } = now
  const serves = (id: ControllerId): boolean => !isOut(controllerCondition(now, id))
  switch (news.kind) {
    case 'failed':
      return controllers[news.id].lastFailure === news.message
    case 'down':
      return controllers[news.id].state === 'down'
    case 'takeover':
    case 'giveback':
      return serves(news.survivor) && (news.kind === 'takeover' || serves(news.dead)) && takeovers.at(-1)?.startedAtMs === news.startedAtMs
    case 'lost':
      return true
    default: {
      const drive = drives.find(({ index }) => index === news.index)
      return drive !== undefined && driveNewsHolds(news.kind, drive)
    }
  }
}

function driveNewsHolds(kind: Extract<News, { index: number }>['kind'], { outAfterGeneration, rebuild }: DriveSnapshot): boolean {
  if (kind === 'drive-rebuilt') return outAfterGeneration === undefined
  if (kind === 'rebuild-ended') return rebuild?.state === 'failed'
  return outAfterGeneration !== undefined && (rebuild?.state === 'running') === (kind === 'rebuild-begun')
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
    const { index, rebuild, outAfterGeneration, faults } = drive
    const out = rebuild?.state === 'running' ? 'rebuild-begun' : faults?.presence === 'pulled' ? 'drive-pulled' : 'drive-failed'
    const earlier = before.drives.find((entry) => entry.index === index)
    if (earlier === undefined) return []
    const isNewlyOut = outAfterGeneration !== undefined && earlier.outAfterGeneration === undefined
    const isNewlyBack = drive.state === 'online' && earlier.outAfterGeneration !== undefined
    const isNewlyEnded =
      rebuild?.state === 'failed' && (earlier.rebuild?.operation !== rebuild.operation || earlier.rebuild.state === 'running')
    return [
      // One that was in use is out from the moment that somebody has it rebuilt, though it has not failed.
      ...(isNewlyOut ? [{ kind: out, index } as const] : []),
      ...(isNewlyBack ? [{ kind: 'drive-rebuilt', index } as const] : []),
      ...(isNewlyEnded ? [{ kind: 'rebuild-ended', index, message: rebuild.message } as const] : []),
    ]
  })
}

function losses(before: LabSnapshot, now: LabSnapshot): readonly News[] {
  return (now.host?.ledger.lost ?? 0) > (before.host?.ledger.lost ?? 0) ? [{ kind: 'lost' }] : []
}
