import * as path from 'node:path'
import type { ExerciseDesk } from '../contract/exercise-desk'
import { Desk, type ExercisePlayer } from '../exercise/desk/desk'
import { FolderShelf } from '../exercise/shelf/folder-shelf'
import { LearnerFiles } from '../exercise/desk/learner-files'
import type { SimulationSupervisor } from './simulation'

export interface OpenDesk extends Pick<Desk, 'order' | 'view'> {
  subscribe(listener: (desk: ExerciseDesk) => void): () => void
}

/** The desk of a lab: exercises that ship and those in the lab's own folder, learners in its folder, and its player. */
export function openDesk(parts: {
  readonly simulation: SimulationSupervisor
  readonly folders: readonly string[]
  readonly labFolder: string
  readonly labVersion: string
}): OpenDesk {
  const { simulation, folders, labFolder, labVersion } = parts
  const listeners = new Set<(desk: ExerciseDesk) => void>()
  const desk = new Desk({
    shelf: new FolderShelf([...folders, path.join(labFolder, 'exercises')]),
    learners: new LearnerFiles(path.join(labFolder, 'learners')),
    labVersion,
    player: exercisePlayer(simulation, () => desk.runEnded()),
    changed: (view) => listeners.forEach((listener) => listener(view)),
  })
  return {
    get view() {
      return desk.view
    },
    order: (order) => desk.order(order),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** The player as the desk uses it. `ended`: the run of an exercise is shown to its end. */
function exercisePlayer(simulation: SimulationSupervisor, ended: () => void): ExercisePlayer {
  let opened: string | undefined
  const isShown = (): boolean => {
    const { run } = simulation.view.state
    return run?.kind === 'exercise' && run.id === opened
  }
  simulation.subscribe((push) => {
    if (push.type === 'state' && push.state.phase === 'ended' && isShown()) ended()
  })
  return {
    open(run) {
      opened = run.id
      return simulation.openExercise({ order: 'open-exercise', ...run })
    },
    grade: (run) => simulation.gradeExercise({ order: 'grade-exercise', ...run }),
    async goToEnd() {
      const { outline } = simulation.view
      return simulation.order({ order: 'seek', event: isShown() ? (outline?.end.event ?? 0) : 0 })
    },
    close: () => (isShown() ? simulation.order({ order: 'close' }) : Promise.resolve({ ok: true, value: null })),
    get now() {
      const { phase, now, eventAtMs, speed } = simulation.view.state
      if (!isShown() || phase === 'scanning' || phase === 'failed') return undefined
      // An act comes right after the shown event, at its time.
      return { event: now.event, atMs: eventAtMs ?? now.atMs, speed: phase === 'playing' ? speed : undefined }
    },
  }
}
