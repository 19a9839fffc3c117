import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ComparableSource, SeedSource, SimulationOrder } from '../../src-main/contract/simulation'
import type { TraceId } from '../../src-main/contract/trace'
import { useAnnouncementStore } from '../stores/announcements'
import { useSimulatedEventStore } from '../stores/events'
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
  const events = useSimulatedEventStore()

  const isPlaying = computed(() => simulation.state.phase === 'playing')
  /** That at which it plays, or would. */
  const speed = computed(() => (isPlaying.value ? simulation.state.speed : (simulation.replaySpeed ?? settings.settings.simulationSpeed)))

  async function run(order: SimulationOrder): Promise<boolean> {
    const outcome = await simulation.order(order)
    if (!outcome.ok) announcements.say({ tone: 'bad', title: t('actions.failed'), detail: outcome.error.message })
    return outcome.ok
  }

  function toggle(): void {
    if (isPlaying.value) void run({ order: 'pause' })
    else void run({ order: 'play', speed: speed.value })
  }

  /** A replay has a speed of its own, which does not stay as that of the person. */
  function replay(at: number): Promise<boolean> {
    simulation.replaySpeed = at
    return run({ order: 'play', speed: at })
  }

  function setSpeed(next: number): void {
    settings.change({ simulationSpeed: next })
    simulation.replaySpeed = undefined
    if (isPlaying.value) void run({ order: 'play', speed: next })
  }

  function changeSpeed(places: number): void {
    const index = Math.min(SPEEDS.length - 1, Math.max(0, speedIndex(speed.value) + places))
    setSpeed(SPEEDS[index] ?? speed.value)
  }

  function goTo(mark: RunMark): Promise<boolean> {
    return run({ order: 'seek', event: mark.event })
  }

  /** Goes to an event of the run, and shows the story of an event of the trace that is in it. */
  async function inspect(event: number, id: TraceId): Promise<void> {
    if (await run({ order: 'seek', event })) events.selected = id
  }

  /** A seed or a fork of it, shown at an event, or at its beginning. */
  function openSeed({ seed, operations, forks }: SeedSource, at?: number): Promise<boolean> {
    const parts = { ...(forks === undefined ? {} : { forks: [...forks] }), ...(at === undefined ? {} : { at }) }
    return run({ order: 'open', seed, operations, ...parts })
  }

  function compare(other: ComparableSource): Promise<boolean> {
    if (other.kind === 'recording') return run({ order: 'compare', with: { kind: 'recording', name: other.name } })
    const { forks, ...seed } = other
    return run({ order: 'compare', with: { ...seed, ...(forks === undefined ? {} : { forks: [...forks] }) } })
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
    openSeed,
    openRecording: (name: string) => run({ order: 'open-recording', name }),
    close: () => run({ order: 'close' }),
    compare,
    align: (here: number, there: number) => run({ order: 'align', here, there }),
    /** The run that is compared comes into the player. */
    swap: (event: number) => run({ order: 'swap', event }),
    endComparison: () => run({ order: 'end-comparison' }),
    step: (events: number) => run({ order: 'step', events }),
    seekEvent: (event: number) => run({ order: 'seek', event }),
    /** To the moment of an event of the trace. */
    seekTrace: (id: TraceId) => run({ order: 'seek-trace', id }),
    seekTime: (atMs: number) => run({ order: 'seek-time', atMs }),
    toEnd: () => run({ order: 'seek', event: simulation.outline?.end.event ?? 0 }),
    toggle,
    replay,
    setSpeed,
    changeSpeed,
    goTo,
    inspect,
    markBeside,
    jump,
  }
}
