/** The thread that reads and checks exercises for the desk. */
import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { present } from '../base/assert'
import { FolderShelf } from '../exercise/shelf/folder-shelf'
import type { ShelfAnswer, ShelfCall } from '../exercise/shelf/shelf-call'

const LOW_PRIORITY = 10

// The live pair comes first. On Linux the priority is per thread, elsewhere it would be that of the whole program.
if (process.platform === 'linux') setPriority(LOW_PRIORITY)

const port = present(parentPort, 'the port to the main process')
const shelf = new FolderShelf(workerData as readonly string[])

port.on('message', (call: ShelfCall) => port.postMessage(answerTo(call)))

function answerTo(call: ShelfCall): ShelfAnswer {
  const { callId } = call
  try {
    if (call.ask === 'list') return { callId, answer: 'list', entries: shelf.list(call.language) }
    return { callId, answer: 'open', opened: shelf.open(call.id, call) }
  } catch (error) {
    return { callId, answer: 'failed', sentence: error instanceof Error ? error.message : String(error) }
  }
}
