import { ok, failure } from '../../src-main/base/result'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { LiveLab } from '../../src-main/exercise/live/live-lab'

/** A lab that runs, of which nothing but its pictures is there. What it was asked for is in `asked`. */
export function fakeLiveLab(snapshot: () => LabSnapshot, bytes: () => Uint8Array = () => new Uint8Array()): LiveLab & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    nowMs: () => snapshot().timeMs,
    snapshot,
    command: (name, parameters) => {
      asked.push(`${name} ${JSON.stringify(parameters)}`)
      return ok(null)
    },
    requestService: (to, { id }) => {
      asked.push(`request ${id} to ${to}`)
      return Promise.resolve(failure({ code: 'failed', message: 'Nobody is there.' }))
    },
    onEvents: () => () => undefined,
    record: () => ({ fromMs: snapshot().timeMs, eventCount: asked.length, isFull: false, end: () => Promise.resolve(bytes()) }),
  }
}
