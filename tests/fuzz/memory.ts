import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { MIB } from '../../src-main/base/units'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What this thread still holds after a collection, in MiB. */
export function heldMib(): number {
  collectGarbage()
  // Memory of buffers is given back by another thread, which the next collection waits for.
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / MIB
}

/** Once nothing of the case before is on the stack any more, where it would count as held. */
export async function heldAtRest(): Promise<number> {
  await nextTurn()
  return heldMib()
}
