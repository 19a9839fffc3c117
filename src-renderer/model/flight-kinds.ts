import { FLIGHT_KINDS, type FlightKind } from '../../src-main/contract/flight'

/** What can be listed of the flight recorders. */
export const FLIGHT_FILTERS = ['all', 'iscsi', 'http', 'interconnect', 'drives', 'lines'] as const
export type FlightFilter = (typeof FLIGHT_FILTERS)[number]

export const KINDS_OF: Readonly<Record<FlightFilter, readonly FlightKind[]>> = {
  all: FLIGHT_KINDS,
  iscsi: ['pdu', 'connection'],
  http: ['http', 'connection'],
  interconnect: ['message'],
  drives: ['drive'],
  lines: ['claim', 'line'],
}
