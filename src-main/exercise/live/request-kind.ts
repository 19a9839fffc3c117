import { findRequest } from '../../core/management/requests'

/** It only looks: whoever sends it changes nothing. */
export function isMonitoring(name: string): boolean {
  return findRequest(name)?.kind === 'monitoring'
}
