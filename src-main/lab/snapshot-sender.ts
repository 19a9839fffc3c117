import type { LabSnapshot } from '../contract/snapshot'

const SNAPSHOT_EVERY_MS = 100
/** Changes within this time go into one snapshot. */
const SNAPSHOT_SETTLE_MS = 10

export interface SnapshotSender {
  /** Something changed. */
  soon(): void
  subscribe(listener: (snapshot: LabSnapshot) => void): () => void
  close(): void
}

/** Sends snapshots at a steady pace and soon after a change. Makes none while nobody listens. */
export function createSnapshotSender(compose: () => LabSnapshot): SnapshotSender {
  const listeners = new Set<(snapshot: LabSnapshot) => void>()
  let soon: NodeJS.Timeout | undefined
  const send = () => {
    clearTimeout(soon)
    soon = undefined
    if (listeners.size === 0) return
    const snapshot = compose()
    for (const listener of listeners) listener(snapshot)
  }
  const steady = setInterval(send, SNAPSHOT_EVERY_MS)
  return {
    soon: () => void (soon ??= setTimeout(send, SNAPSHOT_SETTLE_MS)),
    subscribe(listener: (snapshot: LabSnapshot) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      clearInterval(steady)
      clearTimeout(soon)
      listeners.clear()
    },
  }
}
