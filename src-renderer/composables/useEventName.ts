import { useI18n } from 'vue-i18n'
import type { TraceId } from '../../src-main/contract/trace'
import { formatFineTime } from '../i18n/format'
import { useSimulatedEventStore } from '../stores/events'

/** Calls an event of a run by its kind and time, where it has been shown; otherwise by its number. */
export function useEventName(): (id: TraceId) => string {
  const { t } = useI18n()
  const events = useSimulatedEventStore()
  return (id) => {
    // Looked up again whenever events have come.
    void events.version
    const event = events.find(id)
    return event === undefined
      ? t('exercise.eventNumber', { id })
      : t('exercise.eventAt', { kind: event.kind, at: formatFineTime(event.timeMs) })
  }
}
