import { SIMULATION_BOUNDS, type RunAct, type SimulationMoment } from '../contract/simulation'
import type { TraceEvent, TraceKind } from '../contract/trace'

/** What people or the pair did that is no failure, by the event that tells of it. */
const ACTS: Partial<Readonly<Record<TraceKind, string>>> = {
  'midplane.controller-started': 'controller-start',
  'midplane.interconnect-mended': 'interconnect-mended',
  'midplane.portal-plugged-in': 'portal-plugged-in',
  'midplane.management-plugged-in': 'management-plugged-in',
  'midplane.address-given-back': 'address-given-back',
  'midplane.battery-put-back': 'battery-put-back',
  'midplane.watchdog-fired': 'watchdog',
  'drive.put-back': 'drive-returned',
  'drive.rebuild-started': 'rebuild',
  'drive.rebuilt': 'rebuilt',
  'giveback.started': 'giveback',
  'giveback.completed': 'given-back',
  'host.workload-started': 'workload-start',
  'host.workload-stopped': 'workload-stop',
  'host.verification-started': 'verification',
  'service.owner-changed': 'service-owner',
  'volume.created': 'volume-created',
  'volume.deleted': 'volume-deleted',
  'cache.policy-changed': 'cache-policy',
}

/** Finds acts in the events of a run. */
export class RunActs {
  readonly all: RunAct[] = []

  take({ kind, place, to }: TraceEvent, moment: SimulationMoment): void {
    const name = ACTS[kind]
    if (name !== undefined && this.all.length < SIMULATION_BOUNDS.maxRecordedMarks) this.all.push({ name, place: to ?? place, ...moment })
  }
}
