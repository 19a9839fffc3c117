import type { LabSnapshot } from '../contract/snapshot'

export interface MeasuredOutage {
  readonly lun: number
  readonly startedAtMs: number
  readonly durationMs: number
}

/**
 * What hosts have measured up to a picture: the longest outage of each LUN and those around takeovers. Pictures of a recording are
 * checked only in outline, so what does not look like an outage is left out.
 */
export function measuredOutages({ host, takeovers }: LabSnapshot): readonly MeasuredOutage[] {
  const luns = listOf(fieldOf(fieldOf(host, 'outages'), 'luns'))
  const ofTakeovers = listOf(takeovers).flatMap((one) => [fieldOf(one, 'hostOutage'), ...listOf(fieldOf(one, 'hostWaits'))])
  const known = [...luns.map((one) => fieldOf(one, 'longest')), ...ofTakeovers]
  return known
    .map((one) => ({ lun: numberOf(one, 'lun'), startedAtMs: numberOf(one, 'startedAtMs'), durationMs: numberOf(one, 'durationMs') }))
    .filter(isWhole)
}

type Part<T> = { readonly [K in keyof T]: T[K] | undefined }

function isWhole(outage: Part<MeasuredOutage>): outage is MeasuredOutage {
  return outage.lun !== undefined && outage.startedAtMs !== undefined && outage.durationMs !== undefined
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

function numberOf(value: unknown, name: string): number | undefined {
  const number = fieldOf(value, name)
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}
