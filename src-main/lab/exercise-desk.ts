import * as path from 'node:path'
import type { Classroom as ClassroomView } from '../contract/classroom'
import type { ExerciseDesk } from '../contract/exercise-desk'
import { Classroom } from '../exercise/classroom/classroom'
import type { DemoPlayer } from '../exercise/classroom/demo-desk'
import { Desk } from '../exercise/desk/desk'
import type { ExercisePlayer } from '../exercise/desk/desk-parts'
import { DemoShelf } from '../exercise/shelf/demo-folder'
import { FolderShelf } from '../exercise/shelf/folder-shelf'
import type { Shelf } from '../exercise/shelf/shelf'
import { LearnerFiles } from '../exercise/desk/learner-files'
import { demoPlayer } from './demo-player'
import type { LiveDesk } from '../exercise/desk/live-desk'
import type { LiveLab } from '../exercise/live/live-lab'
import type { SimulationSupervisor } from './simulation'

export interface OpenDesk extends Pick<Desk, 'order' | 'look'> {
  readonly live: Pick<LiveDesk, 'commanded' | 'requested' | 'giveUp'>
  subscribe(listener: (desk: ExerciseDesk) => void): () => void
  readonly classroom: OpenClassroom
}

export interface OpenClassroom extends Pick<Classroom, 'order' | 'view' | 'close'> {
  subscribe(listener: (classroom: ClassroomView) => void): () => void
}

/** The folder that the labs of a class share, as this lab remembers it. */
export interface RememberedClass {
  readonly folder: string | undefined
  remember(folder: string | undefined): void
}

/** The desk of a lab: its exercises, learners in its folder, its player, and its class, which looks at the same folders of exercises. */
export function openDesk(parts: {
  readonly simulation: SimulationSupervisor
  readonly shelf: Shelf
  readonly folders: readonly string[]
  readonly labFolder: string
  readonly labVersion: string
  readonly labId: string
  readonly ofClass: RememberedClass
  readonly live: LiveLab
}): OpenDesk {
  const { simulation, shelf, folders, labFolder, labVersion, labId, ofClass } = parts
  const listeners = new Set<(desk: ExerciseDesk) => void>()
  const player = demoPlayer(simulation)
  const classroom = openClassroom({ shelf: new FolderShelf(folders), demos: new DemoShelf(folders), player, labId, ofClass })
  const desk = new Desk({
    shelf,
    kept: (learner, opened, attempt) => classroom.attemptKept(learner, opened, attempt),
    learners: new LearnerFiles(path.join(labFolder, 'learners')),
    labVersion,
    live: { lab: parts.live, folder: path.join(labFolder, 'learners', 'tries') },
    player: exercisePlayer(simulation, () => desk.runEnded()),
    changed: (view) => listeners.forEach((listener) => listener(view)),
  })
  return {
    look: () => desk.look(),
    live: desk.live,
    order: (order) => desk.order(order),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    classroom,
  }
}

function openClassroom(parts: {
  readonly shelf: FolderShelf
  readonly demos: DemoShelf
  readonly player: DemoPlayer
  readonly labId: string
  readonly ofClass: RememberedClass
}): OpenClassroom & Pick<Classroom, 'attemptKept'> {
  const { ofClass, ...rest } = parts
  const listeners = new Set<(classroom: ClassroomView) => void>()
  const classroom = new Classroom({
    ...rest,
    folder: ofClass.folder,
    nowMs: () => Date.now(),
    remember: (folder) => ofClass.remember(folder),
    changed: (view) => listeners.forEach((listener) => listener(view)),
  })
  return {
    get view() {
      return classroom.view
    },
    order: (order) => classroom.order(order),
    attemptKept: (...kept) => classroom.attemptKept(...kept),
    close: () => classroom.close(),
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
    return run?.kind === 'exercise' ? run.id === opened : run?.kind === 'recording' && run.given === true && run.name === opened
  }
  simulation.subscribe((push) => {
    if (push.type === 'state' && push.state.phase === 'ended' && isShown()) ended()
  })
  return {
    open(run) {
      opened = run.id
      return simulation.openExercise({ order: 'open-exercise', ...run })
    },
    showTry(place) {
      opened = place.name
      return simulation.showTry(place)
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
