/** The thread of the player in the window: worlds of virtual time and recordings, played in real time. */
import { setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { present } from '../base/assert'
import type { SimulationCall, SimulationMessage } from '../contract/simulation'
import { readRecording } from '../platform/recording-files'
import { Player } from '../player/player'
import { RecordedRun } from '../player/recorded-run'
import { Playback } from '../simulator/playback/playback'

/** After that long, orders are looked for. */
const SLICE_MS = 10
const LOW_PRIORITY = 10

// The live pair comes first. On Linux the priority is per thread, elsewhere it would be that of the whole program.
if (process.platform === 'linux') setPriority(LOW_PRIORITY)

const port = present(parentPort, 'the port to the main process')
const player = new Player((push) => post({ type: 'push', push }), {
  seed: ({ seed, operations }) => new Playback({ seed, operations }),
  recording({ name, file }) {
    const bytes = readRecording(file)
    return bytes.ok ? RecordedRun.open(name, bytes.value) : bytes
  },
})
let cancelTurn = (): void => undefined

port.on('message', ({ callId, order }: SimulationCall) => {
  post({ type: 'answer', callId, outcome: player.order(order) })
  cancelTurn()
  turn()
})

function turn(): void {
  const startedAtMs = performance.now()
  const waitMs = player.turn(startedAtMs, () => performance.now() - startedAtMs < SLICE_MS)
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
