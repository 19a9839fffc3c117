import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { failure, ok, type Result } from '../../src-main/base/result'
import type { LabError } from '../../src-main/contract/lab-error'
import {
  NO_SIMULATION,
  type SimulationOrder,
  type SimulationOutline,
  type SimulationPush,
  type SimulationState,
  type RunComparison,
} from '../../src-main/contract/simulation'
import type { GivenPiece } from '../../src-main/contract/given-recording'
import type { FlightExcerpt } from '../../src-main/contract/flight-rows'
import type { RecordingEntry } from '../../src-main/contract/recording'
import type { ExportOrder, ExportPiece } from '../../src-main/contract/run-export'
import type { SavedFile, SaveOutcome } from '../../src-main/contract/saved-file'
import type { TraceEvent } from '../../src-main/contract/trace'
import type { LabConnection } from '../bridge/connection'
import { controllerCondition } from '../model/condition'
import { useSimulatedEventStore } from './events'
import { marksOf } from '../model/run-marks'
import { createPlayedClock } from '../model/stage-clock'

/** The player of the lab, for seeds and recordings: its state at the moment, what is known of the whole run, and what can be asked. */
export const useSimulationStore = defineStore('simulation', () => {
  const state = shallowRef<SimulationState>(NO_SIMULATION)
  const outline = shallowRef<SimulationOutline>()
  /** How it stands with the comparison with another run, and that run once it is known. */
  const comparison = shallowRef<RunComparison>()
  const compared = shallowRef<SimulationOutline>()
  /** The comparison is looked at, and not the player. */
  const isComparing = shallowRef(false)
  const failedToLoad = shallowRef<string>()
  /** In the lab's folder, oldest first, as they were when they were last asked for. */
  const recordings = shallowRef<readonly RecordingEntry[]>([])
  /** For those that nobody keeps; undefined: not known yet. */
  const recordingsRoomMib = shallowRef<number>()
  /** A recording from elsewhere that is on its way into the player. `share`: from 0 to 1. */
  const giving = shallowRef<{ readonly name: string; readonly share: number }>()
  /** All events of the request that was asked for last. */
  const story = shallowRef<readonly TraceEvent[]>([])
  /** What the flight recorders have around the moment that was asked for last. */
  const flight = shallowRef<FlightExcerpt>()
  /** At which speed a replay plays, whatever speed a person has set; until it ends, another run is opened, or a person sets one. */
  const replaySpeed = shallowRef<number>()
  const events = useSimulatedEventStore()
  const clock = createPlayedClock()
  let connection: LabConnection | undefined

  const snapshot = computed(() => state.value.lab)
  const conditions = computed(() => {
    const now = snapshot.value
    return now === undefined ? undefined : { a: controllerCondition(now, 'a'), b: controllerCondition(now, 'b') }
  })
  /** Why the last one from elsewhere was not opened. Undefined once something is opened. */
  const givenProblem = shallowRef<string>()
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
      comparison.value = view.comparison
      compared.value = view.compared
      events.restart(view.events)
      failedToLoad.value = undefined
    } catch (error) {
      failedToLoad.value = sentenceOf(error)
    }
  }

  async function loadRecordings(): Promise<void> {
    try {
      const shelf = await connection?.api.recordings()
      recordings.value = shelf?.recordings ?? []
      recordingsRoomMib.value = shelf?.roomMib
    } catch (error) {
      failedToLoad.value = sentenceOf(error)
    }
  }

  function receive(push: SimulationPush): void {
    if (push.type === 'state') show(push.state)
    else if (push.type === 'outline') showRun(push.outline)
    else if (push.type === 'comparison') comparison.value = push.comparison
    else if (push.type === 'compared') compared.value = push.outline
    else if (push.type === 'story') story.value = push.events
    else if (push.type === 'flight') flight.value = push.flight
    else if (push.restart) events.restart(push.events)
    else events.add(push.events)
  }

  /** What was asked of the run before it is void: two that are compared change places without being opened anew. */
  function showRun(next: SimulationOutline): void {
    outline.value = next
    story.value = []
    flight.value = undefined
  }

  function show(next: SimulationState): void {
    const { phase, speed } = state.value
    state.value = next
    if (next.phase === 'none' || next.phase === 'scanning') {
      outline.value = undefined
      comparison.value = undefined
      compared.value = undefined
      isComparing.value = false
      story.value = []
      flight.value = undefined
      replaySpeed.value = undefined
    }
    if (next.phase === 'scanning') givenProblem.value = undefined
    if (next.phase === 'ended') replaySpeed.value = undefined
    if (next.phase !== 'playing') clock.pause()
    else if (phase !== 'playing' || speed !== next.speed) clock.play(next.speed)
  }

  function order(wanted: SimulationOrder): Promise<Result<null, LabError>> {
    return asked((to) => to.api.simulate(wanted))
  }

  function exportRun(wanted: ExportOrder): Promise<Result<ExportPiece, LabError>> {
    return asked((to) => to.api.exportRun(wanted))
  }

  function giveRecording(piece: GivenPiece): Promise<Result<null, LabError>> {
    return asked((to) => to.api.giveRecording(piece))
  }

  function saveFile(file: SavedFile): Promise<Result<SaveOutcome, LabError>> {
    return asked(async (to) => ok(await to.saveFile(file)))
  }

  async function asked<T>(call: (to: LabConnection) => Promise<Result<T, LabError>>): Promise<Result<T, LabError>> {
    try {
      if (connection === undefined) throw new Error('There is no connection to the lab.')
      return await call(connection)
    } catch (error) {
      return failure({ code: 'failed', message: sentenceOf(error) })
    }
  }

  return {
    state,
    outline,
    story,
    flight,
    comparison,
    compared,
    isComparing,
    replaySpeed,
    recordings,
    recordingsRoomMib,
    giving,
    givenProblem,
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
    exportRun,
    giveRecording,
    saveFile,
  }
})

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
