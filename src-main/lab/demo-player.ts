import { failure, ok, type Result } from '../base/result'
import type { LabError } from '../contract/lab-error'
import type { DemoPlayer } from '../exercise/classroom/demo-desk'
import type { SimulationSupervisor } from './simulation'

/** Its first pass takes a second or two; on a busy machine, more. */
const READY_WITHIN_MS = 120_000

/** The player of the lab, as a demo uses it. */
export function demoPlayer(simulation: SimulationSupervisor): DemoPlayer {
  let opened: string | undefined
  const isShown = (id: string): boolean => {
    const { run } = simulation.view.state
    return run?.kind === 'exercise' && run.id === id
  }
  return {
    isShown: (id) => isShown(id) && simulation.view.outline !== undefined,
    async open({ id, file }) {
      opened = id
      const times = await simulation.openDemo({ order: 'open-demo', id, file })
      if (!times.ok) return times
      const ready = await untilKnown(simulation)
      return ready.ok ? times : ready
    },
    async play({ fromMs, untilMs }, speed) {
      const there = await simulation.order({ order: 'seek-time', atMs: fromMs })
      if (!there.ok || untilMs === undefined) return there
      return simulation.order({ order: 'play', speed, untilMs })
    },
    close: () => (opened !== undefined && isShown(opened) ? simulation.order({ order: 'close' }) : Promise.resolve(ok(null))),
  }
}

/** The first pass through the run is over. */
function untilKnown(simulation: SimulationSupervisor): Promise<Result<null, LabError>> {
  return new Promise((resolve) => {
    const end = (outcome: Result<null, LabError>): void => {
      clearTimeout(late)
      stop()
      resolve(outcome)
    }
    const fail = (message: string): void => end(failure({ code: 'failed', message }))
    const late = setTimeout(() => fail('The demo was not ready in time.'), READY_WITHIN_MS)
    const look = (): void => {
      const { state, outline } = simulation.view
      if (outline !== undefined && state.phase !== 'scanning') end(ok(null))
      else if (state.phase === 'none' || state.phase === 'failed') fail('The player was closed.')
    }
    const stop = simulation.subscribe(look)
    look()
  })
}
