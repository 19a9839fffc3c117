import { watch } from 'vue'
import { useLabStore } from '../stores/lab'
import { useSettingsStore } from '../stores/settings'
import { useSimulationStore } from '../stores/simulation'
import { useTransport } from './useTransport'

/** A hundred times slower than it was. */
export const SLOW_MOTION = 0.01
/** So much of what was before a takeover is shown, too. */
const LEAD_MS = 20

/** Opens recordings of the lab in the player. */
export function useReplay() {
  const lab = useLabStore()
  const settings = useSettingsStore()
  const simulation = useSimulationStore()
  const transport = useTransport()

  function open(name: string): Promise<boolean> {
    settings.change({ view: 'simulation' })
    return transport.openRecording(name)
  }

  /** Plays what happened from a moment on, on the clock of the trace, in slow motion. */
  async function watchAgain(fromMs: number): Promise<void> {
    await simulation.loadRecordings()
    const startedAtMs = lab.snapshot?.lab.startedAtMs ?? 0
    const recording = simulation.recordings.findLast(({ begunAtMs }) => begunAtMs <= startedAtMs + fromMs)
    const name = (recording ?? simulation.recordings.at(-1))?.name
    if (name === undefined || !(await open(name))) return
    await untilOpen()
    const { start, end } = simulation.outline ?? { start: undefined, end: undefined }
    if (start === undefined || end === undefined) return
    await transport.seekTime(Math.min(end.atMs, Math.max(start.atMs, fromMs - LEAD_MS)))
    transport.setSpeed(SLOW_MOTION)
    transport.toggle()
  }

  /** Also when it cannot be opened. */
  function untilOpen(): Promise<void> {
    return new Promise((resolve) => {
      const stop = watch(
        () => simulation.state.phase !== 'scanning' && (simulation.isOpen || simulation.state.phase === 'failed'),
        (isOver) => {
          if (!isOver) return
          resolve()
          queueMicrotask(() => stop())
        },
        { immediate: true },
      )
    })
  }

  return { open, watchAgain }
}
