import type { ControllerReport } from '../../contract/snapshot'
import type { IscsiTarget } from '../iscsi/session/target'
import { countersOf, driveViews, type RequestParts } from '../management/request-parts'
import type { WriteCache } from '../nvram/write-cache'

export interface ReportParts extends RequestParts {
  readonly cache: WriteCache
  readonly iscsi: IscsiTarget
}

/** A controller's report to the midplane, sent many times per second. */
export function reportOf(parts: ReportParts): ControllerReport {
  const { self, standing, session, store, history, cache, iscsi } = parts
  const { phase, reason, portals } = standing
  const sessions = iscsi.sessions().filter(({ discovery }) => !discovery)
  return {
    id: self,
    phase,
    ...(reason === undefined ? {} : { reason }),
    array: store.state,
    portals,
    ...(session.isEstablished ? { peerSilenceMs: session.silenceMs() } : {}),
    initiators: sessions.map(({ initiatorName, portal, remote }) => ({ name: initiatorName, portal, remote })),
    counters: countersOf(parts),
    drives: driveViews(parts).map(({ index, state }) => ({ index, state, reads: 0, writes: 0 })),
    takeovers: history.report(),
    nvram: cache.report(),
  }
}
