import { CONTROLLER_IDS, type ControllerId } from '../contract/controller-id'
import type { ArrayState } from '../contract/array-state'
import type { ControllerAddresses } from '../contract/midplane'
import type { ControllerFaults } from '../contract/pair-faults'
import type { ControllerReport, ControllerSnapshot, ControllerState, LabSnapshot } from '../contract/snapshot'
import { isNewer } from '../core/raid/superblock'
import type { CounterBook } from './counter-book'

/** One of the two places for a controller, as the midplane sees it. */
export interface SlotView {
  readonly state: ControllerState
  readonly incarnation: number
  /** Something of it may still happen. */
  readonly isPresent: boolean
  readonly lastFailure: string | undefined
  /** The last one of the incarnation that runs, or of the one that ended last. */
  readonly report: ControllerReport | undefined
}

type Slots = Readonly<Record<ControllerId, SlotView>>

export interface SnapshotParts extends Omit<LabSnapshot, 'controllers'> {
  readonly slots: Slots
  readonly addresses: Readonly<Record<ControllerId, ControllerAddresses>>
  readonly counts: CounterBook
  /** What somebody did around a controller; left out: nobody can. */
  readonly faultsAround?: (id: ControllerId) => ControllerFaults | undefined
}

/** Combines the reports of the controllers, the host, and the midplane, of a live lab or a simulated one. */
export function composeSnapshot({ slots, addresses, counts, faultsAround, ...others }: SnapshotParts): LabSnapshot {
  const around = (id: ControllerId) => {
    const faults = faultsAround?.(id)
    return faults === undefined ? {} : { faults }
  }
  return {
    ...others,
    controllers: {
      a: { ...controllerSnapshot(slots, 'a', addresses.a), counters: counts.ofController('a'), ...around('a') },
      b: { ...controllerSnapshot(slots, 'b', addresses.b), counters: counts.ofController('b'), ...around('b') },
    },
  }
}

/** The newer one of a known state and a reported one, as snapshots show it. */
export function newestArray(known: ArrayState | undefined, reported: ArrayState | undefined): ArrayState | undefined {
  if (reported === undefined || (known !== undefined && !isNewer(reported, known))) return known
  // Drop the kept answers of completed requests: they are most of the state, and nobody looks at them. Their number counts on.
  const { completedRequests, droppedResults = 0, expiredIds: _, ...others } = reported
  return { ...others, completedRequests: [], droppedResults: droppedResults + completedRequests.length }
}

function controllerSnapshot(
  slots: Slots,
  id: ControllerId,
  { portal, management }: ControllerAddresses,
): Omit<ControllerSnapshot, 'counters'> {
  const { state, incarnation, lastFailure, report, isPresent } = slots[id]
  return {
    id,
    state,
    phase: isPresent ? report?.phase : undefined,
    ...(isPresent && report?.reason !== undefined ? { reason: report.reason } : {}),
    incarnation,
    ...(lastFailure === undefined ? {} : { lastFailure }),
    portalAddress: `${portal.host}:${portal.port}`,
    managementUrl: `http://${management.host}:${management.port}`,
    portalServedBy: CONTROLLER_IDS.find((server) => servesPortal(slots[server], id)),
    ...(isPresent && report?.peerSilenceMs !== undefined ? { peerSilenceMs: report.peerSilenceMs } : {}),
    initiators: isPresent ? (report?.initiators ?? []) : [],
    ...(isPresent && report?.nvram !== undefined ? { nvram: report.nvram } : {}),
  }
}

function servesPortal({ isPresent, state, report }: SlotView, of: ControllerId): boolean {
  return isPresent && state === 'running' && report?.portals.includes(of) === true
}
