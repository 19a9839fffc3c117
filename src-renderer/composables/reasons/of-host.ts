import type { LabSnapshot, TakeoverPhase } from '../../../src-main/contract/snapshot'
import { formatBytes, formatCount, formatMs } from '../../i18n/format'
import { causeWords, outageHeadline, UNANSWERED_MS } from '../../model/outage'
import { verdictOf } from '../../model/verdict'
import { letterOf, type Reason, type Say } from './reason'

/** Of what the host measures, and of takeovers. */
export function reasonsOfHost(t: Say) {
  const outage: Reason = ({ host }) => {
    const { longest, usualMs } = outageHeadline(host)
    if (usualMs !== undefined) return t('explain.now.usualWait', { ms: formatMs(usualMs), fromMs: UNANSWERED_MS })
    if (longest === undefined) return t(host?.workload.running === true ? 'explain.now.noOutage' : 'explain.now.notRunning')
    const { cause, lun: at, durationMs } = longest
    const { key, ...names } = causeWords(cause)
    return t('explain.now.outage', { ms: formatMs(durationMs), cause: t(key, names), lun: at })
  }

  /** Of the workload, while it runs. */
  const measured =
    (tell: (host: NonNullable<LabSnapshot['host']>) => string): Reason =>
    ({ host }) =>
      host?.workload.running === true ? tell(host) : t('explain.now.notRunning')
  const perSecond = ({ rates }: NonNullable<LabSnapshot['host']>): string => formatCount(rates.readsPerSecond + rates.writesPerSecond)
  const waiting = ({ commands }: NonNullable<LabSnapshot['host']>): string => formatCount(commands.underWay + commands.queued)
  const latency = (key: 'latencyP50Ms' | 'latencyP99Ms'): Reason =>
    measured((host) => t('explain.now.latency', { ms: formatMs(host.rates[key]), waiting: waiting(host) }))

  const ledger: Reason = ({ host }) =>
    host === undefined
      ? undefined
      : t('explain.now.ledger', {
          acknowledged: formatCount(host.ledger.acknowledged),
          blocks: formatCount(host.ledger.blocks),
          lost: formatCount(host.ledger.lost),
        })
  const ledgerCount =
    (key: 'acknowledged' | 'verified' | 'retried' | 'unknown' | 'lost'): Reason =>
    ({ host }) => {
      const count = host?.ledger[key]
      if (host === undefined) return undefined
      return count === undefined || (key === 'lost' && verdictOf(host.ledger, true).kind === 'unchecked')
        ? t('explain.now.notYet')
        : t('explain.now.count', { count: formatCount(count) })
    }

  const phase =
    (name: TakeoverPhase): Reason =>
    ({ takeovers }) => {
      const found = takeovers.at(-1)?.phases.find((entry) => entry.phase === name)
      return found === undefined ? t('explain.now.noTakeover') : t('explain.now.phase', { ms: formatMs(found.durationMs) })
    }
  const takeover: Reason = ({ takeovers }) => {
    const last = takeovers.at(-1)
    if (last === undefined) return t('explain.now.noTakeover')
    return t('explain.now.total', { survivor: letterOf(last.survivor), dead: letterOf(last.dead), ms: formatMs(last.totalMs) })
  }

  const settings = ({ host }: LabSnapshot) => host?.workload.settings
  const size =
    (key: 'blockBytes' | 'regionBytes'): Reason =>
    (snapshot) => {
      const bytes = settings(snapshot)?.[key]
      return bytes === undefined ? undefined : t('explain.now.size', { size: formatBytes(bytes) })
    }

  return { outage, measured, perSecond, waiting, latency, ledger, ledgerCount, phase, takeover, settings, size }
}
