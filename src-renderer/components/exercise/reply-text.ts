import type { ComposerTranslation } from 'vue-i18n'
import type { SheetQuestion } from '../../../src-main/contract/exercise-desk'
import type { Reply } from '../../../src-main/contract/exercise-reply'
import type { TraceId } from '../../../src-main/contract/trace'
import { formatCount, formatTenths, formatTraceTime } from '../../i18n/format'

export interface ReplyToTell {
  readonly question: SheetQuestion
  readonly reply: Reply
  readonly eventName: (id: TraceId) => string
  /** Where the run begins, on the clock of its events: times are told as they stand there. Undefined: since its beginning. */
  readonly startMs?: number | undefined
}

/** A reply in words. */
export function replyText(t: ComposerTranslation, { question, reply, eventName, startMs }: ReplyToTell): string {
  const nameIn = (choices: readonly { readonly id: string; readonly text: string }[], id: string): string =>
    choices.find((one) => one.id === id)?.text ?? id
  switch (reply.kind) {
    case 'order':
      return reply.items.map((id) => (question.kind === 'order' ? nameIn(question.items, id) : id)).join(' → ')
    case 'choice':
      return question.kind === 'choice' ? nameIn(question.options, reply.option) : reply.option
    case 'number': {
      const value = Number.isInteger(reply.value) ? formatCount(reply.value) : formatTenths(reply.value)
      return `${value} ${question.kind === 'number' ? t(`exercise.unit.${question.unit}`) : ''}`.trim()
    }
    case 'gap': {
      const ms = formatCount(Math.round(reply.durationMs))
      if (startMs === undefined) return t('exercise.gapSaid', { from: formatCount(Math.round(reply.fromMs)), ms })
      return t('exercise.gapSaidAt', { at: formatTraceTime(startMs + reply.fromMs), ms })
    }
    case 'blocks':
      return reply.blocks.length === 0 ? t('exercise.noBlocks') : reply.blocks.join(', ')
    case 'event':
      return eventName(reply.event)
    case 'text':
      return reply.text === '' ? t('exercise.noReply') : reply.text
  }
}
