import type { useI18n } from 'vue-i18n'
import type { FlightRow } from '../../../src-main/contract/flight-rows'
import { formatCount, formatHundredths } from '../../i18n/format'

type Translate = ReturnType<typeof useI18n>['t']

/** What a row says, in one line: the words of its protocol, and the rest in those of the window. */
export function flightText(t: Translate, row: FlightRow): string {
  const { kind, action, name, slot, epoch } = row
  if (kind === 'connection') return t(`flight.act.${action}`)
  if (kind === 'claim') return t(`flight.act.${action}`, { slot, epoch })
  if (kind === 'line') return t(`flight.act.${action}`, { of: name })
  return [name, ...details(t, row)].join(' · ')
}

function details(t: Translate, row: FlightRow): string[] {
  const { kind, action, taskTag, block, blockCount, outcome, durationMs, slot, epoch } = row
  return [
    ...(block === undefined || blockCount === undefined ? [] : [t('flight.blocks', { block: formatCount(block), count: blockCount })]),
    ...(taskTag === undefined ? [] : [t('flight.tag', { tag: `0x${taskTag.toString(16)}` })]),
    ...(slot === undefined || epoch === undefined ? [] : [t('flight.claim', { slot, epoch })]),
    ...(durationMs === undefined ? [] : [t('flight.took', { ms: formatHundredths(durationMs) })]),
    ...(outcome === undefined || outcome === 'good' ? [] : [t(`flight.outcome.${outcome}`)]),
    ...(kind === 'message' && action === 'lost' ? [t('flight.lost')] : []),
  ]
}

/** Something did not go as it was meant to. */
export function isBad({ kind, action, outcome }: FlightRow): boolean {
  if (outcome !== undefined && outcome !== 'good') return true
  return action === 'lost' || (kind === 'claim' && action === 'refused')
}

export function hashText({ hash }: FlightRow): string {
  return hash === undefined ? '' : hash.toString(16).padStart(8, '0')
}
