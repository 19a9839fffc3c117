import { useI18n } from 'vue-i18n'
import type { FaultHit } from '../../../src-main/contract/simulation'
import type { Place } from '../../../src-main/contract/trace'
import { formatCount, formatMs, formatTraceTime } from '../../i18n/format'
import type { RunMark } from '../../model/run-marks'
import { useSimulationStore } from '../../stores/simulation'

/** Outlines of the marks around 0, 0: a fault is a wedge, an act a diamond, a takeover two chevrons, a violation a crossed octagon. */
export const MARK_SHAPES = {
  fault: 'M 0 5 L -4.6 -4 L 4.6 -4 Z',
  act: 'M 0 -4.2 L 4.2 0 L 0 4.2 L -4.2 0 Z',
  takeover: 'M -5 -4.5 L -0.5 0 L -5 4.5 M 0.5 -4.5 L 5 0 L 0.5 4.5',
  violation: 'M -2.6 -6.2 H 2.6 L 6.2 -2.6 V 2.6 L 2.6 6.2 H -2.6 L -6.2 2.6 V -2.6 Z',
} as const
export const VIOLATION_CROSS = 'M -2.4 -2.4 L 2.4 2.4 M 2.4 -2.4 L -2.4 2.4'

/** What marks are called, in words. */
export function useMarkWords() {
  const { t, te } = useI18n()
  const simulation = useSimulationStore()

  function what(mark: RunMark): string {
    if (mark.kind === 'fault') return faultName(mark.name)
    if (mark.kind === 'act') return te(`simulation.act.${mark.name}`) ? t(`simulation.act.${mark.name}`) : mark.name
    if (mark.kind === 'violation') return t('simulation.violated', { checker: mark.violation.checker })
    return t('simulation.takeover', { survivor: mark.survivor.toUpperCase(), dead: mark.survivor === 'a' ? 'B' : 'A' })
  }

  /** Where there is little room. */
  function short(mark: RunMark): string {
    if (mark.kind === 'takeover') return t('simulation.takeoverShort', { survivor: mark.survivor.toUpperCase() })
    return mark.kind === 'violation' ? t('simulation.violatedShort', { checker: mark.violation.checker }) : what(mark)
  }

  function where(mark: RunMark): string {
    if (mark.kind === 'fault') return placesName(mark.hits.map(({ place }) => place))
    if (mark.kind === 'act') return placeName(mark.place)
    if (mark.kind === 'takeover') return placeName(`controller-${mark.survivor}`)
    return placeName(mark.violation.place)
  }

  /** What the name leaves out. */
  function detail(mark: RunMark): string {
    if (mark.kind === 'violation') return mark.violation.sentence
    if (mark.kind === 'fault') return durations(mark.hits)
    if (mark.kind === 'act') return ''
    return te(`takeovers.reason.${mark.reason}`) ? t(`takeovers.reason.${mark.reason}`) : mark.reason
  }

  function placeName(place: Place | undefined): string {
    if (place === undefined) return t('simulation.place.pair')
    const [thing = '', which = ''] = place.split('-')
    return t(`simulation.place.${thing}`, { which: which.toUpperCase() }, 1)
  }

  /** Several of a kind together: drives 0, 4. */
  function placesName(places: readonly Place[]): string {
    const byThing = new Map<string, string[]>()
    for (const place of new Set(places)) {
      const [thing = '', which = ''] = place.split('-')
      byThing.set(thing, [...(byThing.get(thing) ?? []), which.toUpperCase()])
    }
    const names = [...byThing].map(([thing, which]) => t(`simulation.place.${thing}`, { which: which.toSorted().join(', ') }, which.length))
    return names.length === 0 ? t('simulation.hitNothing') : names.join(', ')
  }

  /** Of hits that last, how long; what ends together stands together. */
  function durations(hits: readonly FaultHit[]): string {
    if (hits.length === 0) return t('simulation.hitNothingDetail')
    const endMs = simulation.outline?.end.atMs ?? Number.POSITIVE_INFINITY
    const spans = new Map<string, FaultHit[]>()
    for (const hit of hits)
      if (hit.untilMs !== undefined) spans.set(`${hit.atMs}-${hit.untilMs}`, [...(spans.get(`${hit.atMs}-${hit.untilMs}`) ?? []), hit])
    const said = [...spans.values()].map((together) => {
      const { atMs = 0, untilMs = 0 } = together[0] ?? {}
      const place = placesName(together.map((hit) => hit.place))
      return untilMs >= endMs ? t('simulation.hitToTheEnd', { place }) : t('simulation.hitFor', { place, ms: formatMs(untilMs - atMs) })
    })
    return said.join('; ')
  }

  function faultName(name: string): string {
    return te(`simulation.fault.${name}`) ? t(`simulation.fault.${name}`) : name
  }

  function when(mark: RunMark): string {
    return t('simulation.when', { time: formatTraceTime(mark.atMs), event: formatCount(mark.event) })
  }

  return { what, short, where, detail, placeName, faultName, when }
}
