import type { ControllerReport } from '../../src-main/contract/snapshot'
import type { ServiceHandler } from '../../src-main/platform/management-http'
import { NO_COUNTS } from '../../src-main/snapshot/counter-book'

/** What a management port asks of a controller: one that serves alone, and whose array nobody knows. */
export function serviceHandler(own: Partial<ServiceHandler> = {}): ServiceHandler {
  const self = own.self ?? 'a'
  return {
    self,
    serve: () => undefined,
    table: () => ({ requests: [] }),
    report: () => reportOf(self),
    version: '0.0.0',
    refused: () => undefined,
    ...own,
  }
}

export function reportOf(id: ControllerReport['id'], own: Partial<ControllerReport> = {}): ControllerReport {
  return {
    id,
    phase: 'serving',
    array: undefined,
    portals: ['a', 'b'],
    initiators: [],
    counters: NO_COUNTS,
    drives: [],
    takeovers: [],
    ...own,
  }
}
