import { useI18n } from 'vue-i18n'
import type { Place } from '../../../src-main/contract/trace'
import { formatCount, formatTraceTime } from '../../i18n/format'
import type { RunMark } from '../../stores/run-marks'

/** Outlines of the marks around 0, 0: a fault is a wedge, a takeover two chevrons, a violation a crossed octagon. */
export const MARK_SHAPES = {
  fault: 'M 0 5 L -4.6 -4 L 4.6 -4 Z',
  takeover: 'M -5 -4.5 L -0.5 0 L -5 4.5 M 0.5 -4.5 L 5 0 L 0.5 4.5',
  violation: 'M -2.6 -6.2 H 2.6 L 6.2 -2.6 V 2.6 L 2.6 6.2 H -2.6 L -6.2 2.6 V -2.6 Z',
} as const
export const VIOLATION_CROSS = 'M -2.4 -2.4 L 2.4 2.4 M 2.4 -2.4 L -2.4 2.4'

/** What marks are called, in words. */
export function useMarkWords() {
  const { t, te } = useI18n()

  function what(mark: RunMark): string {
    if (mark.kind === 'fault') return te(`simulation.fault.${mark.name}.name`) ? t(`simulation.fault.${mark.name}.name`) : mark.name
    if (mark.kind === 'violation') return t('simulation.violated', { checker: mark.violation.checker })
    return t('simulation.takeover', { survivor: mark.survivor.toUpperCase(), dead: mark.survivor === 'a' ? 'B' : 'A' })
  }

  /** Where there is little room. */
  function short(mark: RunMark): string {
    if (mark.kind === 'takeover') return t('simulation.takeoverShort', { survivor: mark.survivor.toUpperCase() })
    return mark.kind === 'violation' ? t('simulation.violatedShort', { checker: mark.violation.checker }) : what(mark)
  }

  function where(mark: RunMark): string {
    if (mark.kind === 'fault') return te(`simulation.fault.${mark.name}.where`) ? t(`simulation.fault.${mark.name}.where`) : ''
    if (mark.kind === 'takeover') return placeName(`controller-${mark.survivor}`)
    return placeName(mark.violation.place)
  }

  /** What the name leaves out. */
  function detail(mark: RunMark): string {
    if (mark.kind === 'violation') return mark.violation.sentence
    if (mark.kind === 'fault') return ''
    return te(`takeovers.reason.${mark.reason}`) ? t(`takeovers.reason.${mark.reason}`) : mark.reason
  }

  function placeName(place: Place | undefined): string {
    if (place === undefined) return t('simulation.place.pair')
    const [thing = '', which = ''] = place.split('-')
    return t(`simulation.place.${thing}`, { which: which.toUpperCase() })
  }

  function when(mark: RunMark): string {
    return t('simulation.when', { time: formatTraceTime(mark.atMs), event: formatCount(mark.event) })
  }

  return { what, short, where, detail, placeName, when }
}
