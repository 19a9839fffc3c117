import type { ExerciseRunOrder, GradeOrder } from '../../contract/simulation'
import type { SubmittedAct } from '../grading/submission'
import type { ActAfter } from '../world/exercise-run'
import type { Attempt } from './attempt'
import type { Opened } from './desk-parts'

/** The run of an attempt, as the player is asked for it. */
export function runOf({ exercise, file }: Opened, { seed, acts }: Attempt): Omit<ExerciseRunOrder, 'order'> {
  return { id: exercise.id, file, seed, acts: runActs({ acts }) }
}

/** As they were allowed. */
export function runActs({ acts }: Pick<Attempt, 'acts'>): readonly ActAfter[] {
  return acts.map(({ event, act, parameters }) => ({ event, act: act as ActAfter['act'], parameters }))
}

export function liveActs({ acts }: Pick<Attempt, 'acts'>): readonly SubmittedAct[] {
  return acts.map((one) => ({ ...one, act: one.act as ActAfter['act'] }))
}

export function repliesOf({ predictions, answers, hints }: Attempt): Pick<GradeOrder, 'predictions' | 'answers' | 'hints'> {
  return { predictions, answers, hints }
}
