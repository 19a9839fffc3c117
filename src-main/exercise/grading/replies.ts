import type { Reply } from '../../contract/exercise-reply'
import type { Evidence } from '../evidence/evidence'
import type { Exercise, SolutionReply } from '../format/exercise'
import { rightReply } from './judge'

type Asked = Pick<Exercise, 'checks' | 'predictions' | 'questions'>
export interface Said {
  readonly predictions: Readonly<Record<string, SolutionReply>>
  readonly answers: Readonly<Record<string, SolutionReply>>
}

/** Evidence with what a solution says: where it only says that it is right, with what happened in this run. */
export function withReplies(exercise: Asked, evidence: Evidence, { predictions, answers }: Said): Evidence {
  const replied = (said: Said['predictions']): Record<string, Reply> => {
    const replies: Record<string, Reply> = {}
    for (const [id, reply] of Object.entries(said)) {
      const question = [...exercise.predictions, ...exercise.questions].find((one) => one.id === id)
      const given = reply.kind !== 'right' ? reply : question && rightReply(exercise, question, evidence)
      if (given !== undefined) replies[id] = given
    }
    return replies
  }
  return { ...evidence, predictions: replied(predictions), answers: replied(answers) }
}
