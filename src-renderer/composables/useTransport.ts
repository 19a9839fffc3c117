import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { SimulationOrder } from '../../src-main/contract/simulation'
import { useAnnouncementStore } from '../stores/announcements'
import { neighbour, type MarkKind, type RunMark } from '../model/run-marks'
import { speedIndex, SPEEDS } from '../model/run-order'
import { useSettingsStore } from '../stores/settings'
import { useSimulationStore } from '../stores/simulation'

/** What the buttons and keys of the simulation do. Failures are announced; successes can be seen. */
export function useTransport() {
  const { t } = useI18n()
  const simulation = useSimulationStore()
  const settings = useSettingsStore()
  const announcements = useAnnouncementStore()

  const isPlaying = computed(() => simulation.state.phase === 'playing')
  /** That at which it plays, or would. */
  const speed = computed(() => (isPlaying.value ? simulation.state.speed : settings.settings.simulationSpeed))

  async function run(order: SimulationOrder): Promise<boolean> {
    const outcome = await simulation.order(order)
    if (!outcome.ok) announcements.say({ tone: 'bad', title: t('actions.failed'), detail: outcome.error.message })
    return outcome.ok
  }

  function toggle(): void {
    if (isPlaying.value) void run({ order: 'pause' })
    else void play(settings.settings.simulationSpeed)
  }

  function play(at: number): Promise<boolean> {
    settings.change({ simulationSpeed: at })
    return run({ order: 'play', speed: at })
  }

  function setSpeed(next: number): void {
    settings.change({ simulationSpeed: next })
    if (isPlaying.value) void run({ order: 'play', speed: next })
  }

  function changeSpeed(places: number): void {
    const index = Math.min(SPEEDS.length - 1, Math.max(0, speedIndex(speed.value) + places))
    setSpeed(SPEEDS[index] ?? speed.value)
  }

  function goTo(mark: RunMark): Promise<boolean> {
    return run({ order: 'seek', event: mark.event })
  }

  function markBeside(forward: boolean, kind?: MarkKind): RunMark | undefined {
    return neighbour(simulation.marks, { event: simulation.state.now.event, forward, ...(kind === undefined ? {} : { kind }) })
  }

  function jump(forward: boolean, kind?: MarkKind): void {
    const mark = markBeside(forward, kind)
    if (mark !== undefined) void goTo(mark)
  }

  return {
    isPlaying,
    speed,
    open: (seed: number, operations: number) => run({ order: 'open', seed, operations }),
    openRecording: (name: string) => run({ order: 'open-recording', name }),
    close: () => run({ order: 'close' }),
    step: (events: number) => run({ order: 'step', events }),
    seekEvent: (event: number) => run({ order: 'seek', event }),
    seekTime: (atMs: number) => run({ order: 'seek-time', atMs }),
    toEnd: () => run({ order: 'seek', event: simulation.outline?.end.event ?? 0 }),
    toggle,
    play,
    setSpeed,
    changeSpeed,
    goTo,
    markBeside,
    jump,
  }
}
