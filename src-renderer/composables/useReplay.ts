import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { SimulationOutline } from '../../src-main/contract/simulation'
import { recordingOf } from '../model/recordings'
import { useAnnouncementStore } from '../stores/announcements'
import { useLabStore } from '../stores/lab'
import { useSettingsStore } from '../stores/settings'
import { useSimulationStore } from '../stores/simulation'
import { useTimelineStore } from '../stores/timeline'
import { useTransport } from './useTransport'

/** A hundred times slower than it was. */
export const SLOW_MOTION = 0.01
/** So much of what was before a takeover is shown, too. */
const LEAD_MS = 20
/** The timeline shows so much of the run, which may have lasted for hours: a takeover in it would be thinner than a line. */
const SHOWN_MS = 1000

/** Opens recordings of the lab in the player. */
export function useReplay() {
  const { t } = useI18n()
  const announcements = useAnnouncementStore()
  const lab = useLabStore()
  const settings = useSettingsStore()
  const simulation = useSimulationStore()
  const timeline = useTimelineStore()
  const transport = useTransport()

  function open(name: string): Promise<boolean> {
    settings.change({ view: 'simulation' })
    return transport.openRecording(name)
  }

  /** Plays what happened from a moment on, on the clock of the trace, in slow motion. */
  async function watchAgain(fromMs: number): Promise<void> {
    await simulation.loadRecordings()
    const name = lab.snapshot && recordingOf(simulation.recordings, { lab: lab.snapshot.lab, atMs: fromMs })?.name
    if (name === undefined) return sayNotRecorded()
    const before = simulation.outline
    if (!(await open(name)) || !(await untilOpen(name, before))) return
    const { start, end } = simulation.outline ?? { start: undefined, end: undefined }
    if (start === undefined || end === undefined) return
    if (end.atMs < fromMs) return sayNotRecorded()
    if (!(await transport.seekTime(Math.max(start.atMs, fromMs - LEAD_MS)))) return
    timeline.showFrom(fromMs - 2 * LEAD_MS, SHOWN_MS)
    await transport.replay(SLOW_MOTION)
  }

  function sayNotRecorded(): void {
    announcements.say({ tone: 'bad', title: t('takeovers.notRecorded'), detail: t('takeovers.notRecordedDetail') })
  }

  /**
   * False if it is closed, or another run is opened, before it has been read. The answer to the order may come before the news that it is
   * read anew, so what was known of it `before` does not count.
   */
  function untilOpen(name: string, before: SimulationOutline | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      let wasSeen = false
      const stop = watch(
        [() => simulation.state, () => simulation.isOpen, () => simulation.outline] as const,
        ([{ phase, run }, isOpen, outline]) => {
          const isIt = run?.kind === 'recording' && run.name === name && run.given === undefined
          wasSeen ||= isIt
          if (phase !== 'failed' && (isIt ? !isOpen || outline === before : !wasSeen)) return
          resolve(isIt && isOpen)
          queueMicrotask(() => stop())
        },
        { immediate: true, flush: 'sync' },
      )
    })
  }

  return { open, watchAgain }
}
