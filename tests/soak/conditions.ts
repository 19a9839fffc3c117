import { setTimeout as sleep } from 'node:timers/promises'
import { CONTROLLER_IDS, peerOf } from '../../src-main/contract/controller-id'
import type { LabSnapshot } from '../../src-main/contract/snapshot'

export function needsHelp({ controllers, interconnect, drives }: LabSnapshot): boolean {
  return (
    interconnect.state === 'cut' ||
    drives.some(({ state }) => state === 'failed') ||
    CONTROLLER_IDS.some((id) => ['down', 'hung'].includes(controllers[id].state))
  )
}

/** Nobody is in between; a controller that hangs is reset by its peer, if that serves and was not cut off from it before. */
export function isSettled({ controllers, interconnect }: LabSnapshot, resetsHung: boolean): boolean {
  return CONTROLLER_IDS.every((id) => {
    const { state, phase } = controllers[id]
    const peer = controllers[peerOf(id)]
    if (state === 'resetting') return false
    const isResetByPeer = phase === 'serving' && peer.state === 'running' && peer.phase === 'serving' && interconnect.state === 'up'
    return state !== 'hung' || resetsHung || !isResetByPeer
  })
}

export async function within<T>(timeoutMs: number, what: string, promise: Promise<T> | undefined): Promise<T | undefined> {
  const end = new AbortController()
  const late = sleep(timeoutMs, undefined, { signal: end.signal }).then(
    () => Promise.reject(new Error(`not within ${timeoutMs} ms: ${what}`)),
    () => undefined,
  )
  try {
    return await Promise.race([promise, late as Promise<never>])
  } finally {
    end.abort()
  }
}
