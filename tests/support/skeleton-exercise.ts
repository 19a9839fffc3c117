import { skeleton } from '../../src-main/exercise/authoring/skeleton'
import { decodeExercise } from '../../src-main/exercise/format/decode'
import { isSimulated, type SimulatedExercise } from '../../src-main/exercise/format/exercise'
import { tellFileProblem } from '../../src-main/exercise/format/front-matter'

/** What `npm run exercise -- new` writes, with some of its text changed, as a learner with that seed has it. */
export function skeletonExercise(seed: number, changed: (text: string) => string = (text) => text): SimulatedExercise {
  const text = changed(skeleton('an-example'))
  const exercise = decodeExercise({ file: 'exercise.md', text, seed, patterns: new Map(), hasPicture: () => false })
  if (!exercise.ok) throw new Error(exercise.error.map(tellFileProblem).join('\n'))
  if (!isSimulated(exercise.value)) throw new Error('It is no simulated exercise.')
  return exercise.value
}
