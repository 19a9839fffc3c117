import { useI18n } from 'vue-i18n'
import type { RunComparison, RunSource, TracedMoment } from '../../../src-main/contract/simulation'
import type { TraceEvent } from '../../../src-main/contract/trace'
import { formatCount, formatFineTime, formatMs } from '../../i18n/format'
import { happeningOf } from '../../model/happenings'
import { isNarrated, narrationOf } from '../../model/narration'
import { useForkWords } from '../simulation/forks'
import { useMarkWords } from '../simulation/marks'

/** What is less would be told as 0.0 ms. */
const SHOWN_MS = 0.05

/** What is said of two runs and of where they differ first. */
export function useComparisonWords() {
  const { t } = useI18n()
  const marks = useMarkWords()
  const forks = useForkWords()

  function run(source: RunSource, leftOut?: string): string {
    if (source.kind === 'recording') return t('compare.recording', { name: source.name })
    if (source.kind === 'exercise') return t('compare.exercise', { id: source.id, seed: source.seed })
    if (source.forks !== undefined) return forks.source(source, leftOut)
    return t('compare.seed', { seed: source.seed, operations: formatCount(source.operations) })
  }

  /** The sentence over both. Undefined while it is not known. */
  function divergence({ basis, divergence: found }: RunComparison): string | undefined {
    if (found === undefined) return undefined
    if (found.kind === 'none') return t(basis === 'every-event' ? 'compare.sameEvents' : 'compare.sameStory')
    if (found.kind === 'time')
      return t('compare.later', { ms: formatMs(Math.max(0, found.here.afterMs)), otherMs: formatMs(Math.max(0, found.there.afterMs)) })
    const moments = [found.here, found.there].flatMap((moment) => moment ?? [])
    if (basis === 'every-event') return t('compare.partedAfter', { time: formatFineTime(Math.min(...moments.map(({ atMs }) => atMs))) })
    const afterMs = Math.max(0, Math.min(...moments.map((moment) => moment.afterMs)))
    return afterMs < SHOWN_MS ? t('compare.partedThere') : t('compare.partedAtOnce', { ms: formatMs(afterMs) })
  }

  /** What happens in one of them. */
  function moment(of: TracedMoment | undefined): string {
    return of === undefined ? t('compare.nothingMore') : happening(of.traced)
  }

  function happening(event: TraceEvent): string {
    if (isNarrated(event)) {
      const { sentence, id, peer } = narrationOf(event)
      return t(`narration.${sentence}`, { id: id.toUpperCase(), peer: peer.toUpperCase() })
    }
    const happened = happeningOf(event)
    if (happened !== undefined) {
      const { sentence, id, peer, drive } = happened
      return t(`compare.happened.${sentence}`, { id: id.toUpperCase(), peer: peer.toUpperCase(), drive })
    }
    return t('compare.event', { kind: event.kind, place: marks.placeName(event.place) })
  }

  return { run, divergence, moment }
}
