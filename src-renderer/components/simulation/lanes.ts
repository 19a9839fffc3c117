import { useI18n } from 'vue-i18n'
import type { LaneSpan, RunLane } from '../../../src-main/contract/simulation'
import { formatMs } from '../../i18n/format'
import { outageMs } from '../../model/run-sums'

/** Pixels of one lane. */
export const LANE_ROW = 12

/** What lanes are called, and what is in them, in words. */
export function useLaneWords() {
  const { t } = useI18n()

  function name({ of }: RunLane): string {
    return of.kind === 'lun' ? t('timeline.lun', { lun: of.lun }) : t('timeline.address', { controller: of.controller.toUpperCase() })
  }

  /** For those who do not see the bars. */
  function summary(lanes: readonly RunLane[]): string {
    return [t('timeline.lanes'), ...lanes.map((lane) => outageOf(lane, outageMs(lane)))].join(' ')
  }

  function outageOf(lane: RunLane, ms: number): string {
    return ms === 0 ? t('timeline.alwaysAnswered', { name: name(lane) }) : t('timeline.unanswered', { name: name(lane), ms: formatMs(ms) })
  }

  /** Of one bar. */
  function span(lane: RunLane, { fromMs, toMs, state, by }: LaneSpan): string {
    const ms = formatMs(toMs - fromMs)
    if (state === 'unanswered') return t('timeline.unanswered', { name: name(lane), ms })
    if (lane.leastMs > 0)
      return `${t('timeline.answered', { name: name(lane), ms })} ${t('timeline.least', { ms: formatMs(lane.leastMs) })}`
    if (by !== undefined) return t('timeline.answeredBy', { name: name(lane), controller: by.toUpperCase(), ms })
    return t('timeline.answered', { name: name(lane), ms })
  }

  return { name, summary, outageOf, span }
}
