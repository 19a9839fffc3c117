import type { Reply } from '../../contract/exercise-reply'
import { LIMITS } from '../../contract/limits'
import type { Exercise } from '../format/exercise'
import type { ClassFile } from './class-file'

type Question = Exercise['predictions'][number]

/** Each reply is one to its question, with what can be chosen there. */
export function fitsQuestions({ predictions }: Pick<ClassFile, 'predictions'>, questions: readonly Question[]): boolean {
  return Object.entries(predictions).every(([id, reply]) => {
    const question = questions.find((one) => one.id === id)
    return question !== undefined && fits(reply, question)
  })
}

function fits(reply: Reply, question: Question): boolean {
  if (reply.kind === 'choice') return question.kind === 'choice' && question.options.some(({ id }) => id === reply.option)
  if (reply.kind !== 'order') return reply.kind === question.kind
  if (question.kind !== 'order' || reply.items.length !== question.items.length) return false
  return question.items.every(({ id }) => reply.items.includes(id))
}

/** A text as the window has it. */
export function shortened(reply: Reply): Reply {
  if (reply.kind !== 'text' || reply.text.length <= LIMITS.classTextLength) return reply
  return { kind: 'text', text: `${reply.text.slice(0, LIMITS.classTextLength)}…` }
}
