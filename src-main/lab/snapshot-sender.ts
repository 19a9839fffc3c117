import { CONTROLLER_IDS } from '../contract/controller-id'
import type { LabSnapshot } from '../contract/snapshot'
import type { Midplane } from './midplane'

const SNAPSHOT_EVERY_MS = 100
/** If nothing has changed that can be seen, a snapshot only says that the lab still runs. */
const UNCHANGED_EVERY_MS = 1000
/** A silence of the peer that is worth telling; a shorter one is only the time between two heartbeats. */
const TOLD_SILENCE_MS = 500
/** Changes within this time go into one snapshot. */
const SNAPSHOT_SETTLE_MS = 10

export interface SnapshotSender {
  /** Something changed. */
  soon(): void
  subscribe(listener: (snapshot: LabSnapshot) => void): () => void
  close(): void
}

/** What of the pair is shown as soon as it changes. All else, such as counts, can wait for the next snapshot of the steady pace. */
export function urgentPart({ slots, interconnect }: Pick<Midplane, 'slots' | 'interconnect'>): string {
  const controllers = CONTROLLER_IDS.map((id) => {
    const { state, incarnation, lastFailure, report } = slots[id]
    const phases = report?.takeovers.map((takeover) => takeover.phases.length)
    return [state, incarnation, lastFailure, report?.phase, report?.reason, report?.portals, report?.array?.generation, phases]
  })
  return JSON.stringify([interconnect.isCut, controllers])
}

/** All that a snapshot shows, but not when, nor how many heartbeats and trace events went by. */
export function visiblePart(snapshot: LabSnapshot): string {
  const { sequence: _sequence, timeMs: _timeMs, trace: _trace, interconnect, controllers, ...others } = snapshot
  const ofControllers = CONTROLLER_IDS.map((id) => {
    const { peerSilenceMs = 0, ...rest } = controllers[id]
    return [rest, peerSilenceMs < TOLD_SILENCE_MS ? 0 : peerSilenceMs]
  })
  return JSON.stringify([others, interconnect.state, interconnect.extraLatencyMs, ofControllers])
}

/** Sends snapshots at a steady pace while something changes, and soon after a change. Makes none while nobody listens. */
export function createSnapshotSender(compose: () => LabSnapshot): SnapshotSender {
  const listeners = new Set<(snapshot: LabSnapshot) => void>()
  let soon: NodeJS.Timeout | undefined
  let sent = ''
  let sentAtMs = Number.NEGATIVE_INFINITY
  const send = () => {
    clearTimeout(soon)
    soon = undefined
    if (listeners.size === 0) return
    const snapshot = compose()
    const visible = visiblePart(snapshot)
    if (visible === sent && snapshot.timeMs - sentAtMs < UNCHANGED_EVERY_MS) return
    sent = visible
    sentAtMs = snapshot.timeMs
    for (const listener of listeners) listener(snapshot)
  }
  const steady = setInterval(send, SNAPSHOT_EVERY_MS)
  return {
    soon: () => void (soon ??= setTimeout(send, SNAPSHOT_SETTLE_MS)),
    subscribe(listener: (snapshot: LabSnapshot) => void) {
      listeners.add(listener)
      // It has none yet.
      sent = ''
      return () => void listeners.delete(listener)
    },
    close() {
      clearInterval(steady)
      clearTimeout(soon)
      listeners.clear()
    },
  }
}
