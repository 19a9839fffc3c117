/** The thread of the player in the window: worlds of virtual time and recordings, played in real time. */
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { version } from '../../package.json'
import { present } from '../base/assert'
import { failure, ok } from '../base/result'
import type { ShowTryOrder, SimulationCall, SimulationMessage } from '../contract/simulation'
import { RunExporter } from '../export/run-exporter'
import { gradeExercise, HOST_GIVES_UP_MS, openDemo, openExercise } from './simulation-exercises'
import { readNextRecording, readRecording } from '../platform/recording-files'
import { ExperiencedRun } from '../player/experienced-run'
import type { PlayableRun } from '../player/playable-run'
import { Player } from '../player/player'
import { RecordedRun } from '../player/recorded-run'
import { Playback } from '../simulator/playback/playback'
import { seedStage } from '../simulator/playback/seed-stage'
import { forkProblem } from '../simulator/run/fork-choices'
import { swarmOf } from '../simulator/run/run-world'

/** After that long, orders are looked for. */
const SLICE_MS = 10
/** A piece of an export takes longer than that, because it is asked for and answered through two processes. */
const EXPORT_SLICE_MS = 50
const LOW_PRIORITY = 10

// The live pair comes first. On Linux the priority is per thread, elsewhere it would be that of the whole program.
if (process.platform === 'linux') setPriority(LOW_PRIORITY)

const port = present(parentPort, 'the port to the main process')
const player = new Player((push) => post({ type: 'push', push }), {
  seed({ seed, operations, forks }) {
    const problem = forks && forkProblem(forks, swarmOf({ seed, operations }))
    if (problem !== undefined) return failure(problem)
    return ok(new ExperiencedRun(new Playback(seedStage({ seed, operations, forks })), HOST_GIVES_UP_MS))
  },
  recording({ name, file }) {
    const bytes = readRecording(file)
    return bytes.ok ? RecordedRun.open(name, bytes.value, () => readNextRecording(file)) : bytes
  },
})
const exporter = new RunExporter(version, () => Date.now())
let cancelTurn = (): void => undefined

port.on('message', ({ callId, order }: SimulationCall) => {
  const outcome = carryOut(order)
  const answer = (given: Extract<SimulationMessage, { type: 'answer' }>['outcome']): void => {
    post({ type: 'answer', callId, outcome: given })
    cancelTurn()
    turn()
  }
  if (outcome instanceof Promise) void outcome.then(answer)
  else answer(outcome)
})

/** A flawed firmware has to be loaded first; everything else is done at once. */
function carryOut(order: SimulationCall['order']) {
  switch (order.order) {
    case 'export':
    case 'export-more':
      return exporter.order(order, player.shown, within(EXPORT_SLICE_MS))
    case 'open-exercise':
      return openExercise(order).then((run) => (run.ok ? player.open(run.value, { at: beginOf(run.value), ...order }) : run))
    case 'open-demo':
      return openDemo(order, (run) => player.open(run, { at: beginOf(run) }))
    case 'show-try':
      return showTry(order)
    case 'grade-exercise':
      return gradeExercise(order)
    default:
      return player.order(order)
  }
}

/** All of it has happened, so it is shown from its end. */
function showTry({ name, file }: ShowTryOrder): ReturnType<Player['order']> {
  const bytes = readRecording(file)
  const run = bytes.ok ? RecordedRun.openGiven({ name, bytes: bytes.value }) : bytes
  return run.ok ? player.open(run.value, { at: Number.MAX_SAFE_INTEGER }) : failure({ code: 'failed', message: run.error })
}

function beginOf({ source }: PlayableRun): number {
  return source.kind === 'exercise' ? source.begin.event : 0
}

function within(ms: number): () => boolean {
  const startedAtMs = performance.now()
  return () => performance.now() - startedAtMs < ms
}

function turn(): void {
  const waitMs = player.turn(performance.now(), within(SLICE_MS))
  if (waitMs === undefined) cancelTurn = () => undefined
  else if (waitMs === 0) {
    // Behind whatever has arrived meanwhile.
    const immediate = setImmediate(turn)
    cancelTurn = () => clearImmediate(immediate)
  } else {
    const timeout = setTimeout(turn, waitMs)
    cancelTurn = () => clearTimeout(timeout)
  }
}

function post(message: SimulationMessage): void {
  port.postMessage(message)
}
