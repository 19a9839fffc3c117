import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { failure, type Result } from '../../src-main/base/result'
import type { LabError } from '../../src-main/contract/lab-error'
import {
  NO_SIMULATION,
  type SimulationOrder,
  type SimulationOutline,
  type SimulationPush,
  type SimulationState,
} from '../../src-main/contract/simulation'
import type { RecordingEntry } from '../../src-main/contract/recording'
import type { LabConnection } from '../bridge/connection'
import { controllerCondition } from '../model/condition'
import { useSimulatedEventStore } from './events'
import { marksOf } from '../model/run-marks'
import { createPlayedClock } from '../model/stage-clock'

/** The player of the lab, for seeds and recordings: its state at the moment, what is known of the whole run, and what can be asked. */
export const useSimulationStore = defineStore('simulation', () => {
  const state = shallowRef<SimulationState>(NO_SIMULATION)
  const outline = shallowRef<SimulationOutline>()
  const failedToLoad = shallowRef<string>()
  /** In the lab's folder, oldest first, as they were when they were last asked for. */
  const recordings = shallowRef<readonly RecordingEntry[]>([])
  const events = useSimulatedEventStore()
  const clock = createPlayedClock()
  let connection: LabConnection | undefined

  const snapshot = computed(() => state.value.lab)
  const conditions = computed(() => {
    const now = snapshot.value
    return now === undefined ? undefined : { a: controllerCondition(now, 'a'), b: controllerCondition(now, 'b') }
  })
  const marks = computed(() => (outline.value === undefined ? [] : marksOf(outline.value)))
  /** The run is known and can be played. */
  const isOpen = computed(() => ['paused', 'playing', 'ended'].includes(state.value.phase) && outline.value !== undefined)

  function attach(to: LabConnection): void {
    connection = to
    to.onLinkState((link) => {
      if (link === 'open') void load()
    })
    to.api.onSimulation(receive)
    if (to.linkState() === 'open') void load()
  }

  async function load(): Promise<void> {
    if (connection === undefined) return
    try {
      const view = await connection.api.simulation()
      show(view.state)
      outline.value = view.outline
      events.restart(view.events)
      failedToLoad.value = undefined
    } catch (error) {
      failedToLoad.value = sentenceOf(error)
    }
  }

  async function loadRecordings(): Promise<void> {
    try {
      recordings.value = (await connection?.api.recordings()) ?? []
    } catch (error) {
      failedToLoad.value = sentenceOf(error)
    }
  }

  function receive(push: SimulationPush): void {
    if (push.type === 'state') show(push.state)
    else if (push.type === 'outline') outline.value = push.outline
    else if (push.restart) events.restart(push.events)
    else events.add(push.events)
  }

  function show(next: SimulationState): void {
    const { phase, speed } = state.value
    state.value = next
    if (next.phase === 'none' || next.phase === 'scanning') outline.value = undefined
    if (next.phase !== 'playing') clock.pause()
    else if (phase !== 'playing' || speed !== next.speed) clock.play(next.speed)
  }

  async function order(wanted: SimulationOrder): Promise<Result<null, LabError>> {
    try {
      if (connection === undefined) throw new Error('There is no connection to the lab.')
      return await connection.api.simulate(wanted)
    } catch (error) {
      return failure({ code: 'failed', message: sentenceOf(error) })
    }
  }

  return {
    state,
    outline,
    recordings,
    marks,
    isOpen,
    snapshot,
    conditions,
    failedToLoad,
    clock,
    attach,
    load,
    loadRecordings,
    order,
  }
})

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
