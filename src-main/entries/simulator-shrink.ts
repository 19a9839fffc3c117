/** `npm run sim -- --shrink`: shows how far it is, and Ctrl-C ends it with the smallest world so far. */
import { setImmediate } from 'node:timers/promises'
import { tellKept } from '../simulator/run/kept'
import { faultsIn, tellProgress, tellSmallWorld } from '../simulator/run/report-small'
import { Shrinker } from '../simulator/run/shrink'

const WORD_EVERY_MS = 2000

/** The last line is for programs, if wished. True if there was something to make small. */
export async function shrinkWorld(
  options: { readonly seed: number; readonly operations: number; readonly json: boolean },
  say: (text: string) => void,
): Promise<boolean> {
  const shrinker = new Shrinker(options)
  let isStopped = false
  const stop = (): void => {
    isStopped = true
    say('Stopped.')
  }
  process.once('SIGINT', stop)
  let saidAtMs = Number.NEGATIVE_INFINITY
  for (const course = shrinker.run(); !isStopped && course.next().done !== true; await setImmediate()) {
    if (shrinker.violation === undefined || performance.now() - saidAtMs < WORD_EVERY_MS) continue
    saidAtMs = performance.now()
    say(tellProgress(shrinker))
  }
  process.off('SIGINT', stop)
  say(tellSmallWorld(shrinker, options).join('\n'))
  if (options.json) say(JSON.stringify(smallWorld(shrinker)))
  return shrinker.violation !== undefined
}

function smallWorld({ best, kept, runs, violation }: Shrinker): object {
  const { answered, swarm } = best
  return { runs, operations: answered, faults: faultsIn(swarm), keep: kept === undefined ? null : tellKept(kept), violation }
}
