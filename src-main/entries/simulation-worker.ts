/** The thread of the player in the window: worlds of virtual time and recordings, played in real time. */
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { version } from '../../package.json'
import { present } from '../base/assert'
import { failure, ok } from '../base/result'
import type { SimulationCall, SimulationMessage } from '../contract/simulation'
import { RunExporter } from '../export/run-exporter'
import { readNextRecording, readRecording } from '../platform/recording-files'
import { ExperiencedRun } from '../player/experienced-run'
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
/** A simulated host waits for 6 seconds for an answer, and tries again at once or not at all. */
const HOST_GIVES_UP_MS = 6500

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
  const isExport = order.order === 'export' || order.order === 'export-more'
  const outcome = isExport ? exporter.order(order, player.shown, within(EXPORT_SLICE_MS)) : player.order(order)
  post({ type: 'answer', callId, outcome })
  cancelTurn()
  turn()
})

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
