import { useI18n } from 'vue-i18n'
import { formatTraceTime, formatWallClock } from '../i18n/format'
import { useSettingsStore } from '../stores/settings'
import { useScene } from './useScene'

/** How a moment on the trace clock is shown: since the start of the lab, or as the time of day if that is chosen and there is one. */
export function useTimes() {
  const { t } = useI18n()
  const { lab } = useScene()
  const settings = useSettingsStore()

  /** When the lab started, in milliseconds of the machine's clock. A simulated run is at no time of day. */
  function originMs(): number | undefined {
    return settings.settings.times === 'wall-clock' ? lab.snapshot?.lab.startedAtMs : undefined
  }

  function timeText(timeMs: number): string {
    const origin = originMs()
    return origin === undefined ? formatTraceTime(timeMs) : formatWallClock(origin + timeMs)
  }

  /** In a sentence, where nothing else says what the time says. */
  function momentText(timeMs: number): string {
    return originMs() === undefined ? t('times.afterStart', { time: formatTraceTime(timeMs) }) : timeText(timeMs)
  }

  /** What the times of a list say. */
  function kindText(): string {
    return t(originMs() === undefined ? 'times.sinceStart' : 'times.wallClock')
  }

  return { timeText, momentText, kindText }
}
