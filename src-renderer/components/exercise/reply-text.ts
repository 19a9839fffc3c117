import type { ComposerTranslation } from 'vue-i18n'
import type { SheetQuestion } from '../../../src-main/contract/exercise-desk'
import type { Reply } from '../../../src-main/contract/exercise-reply'
import type { TraceId } from '../../../src-main/contract/trace'
import { formatCount, formatTenths } from '../../i18n/format'

/** A reply in words. */
export function replyText(
  t: ComposerTranslation,
  { question, reply, eventName }: { readonly question: SheetQuestion; readonly reply: Reply; readonly eventName: (id: TraceId) => string },
): string {
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
    case 'gap':
      return t('exercise.gapSaid', { from: formatCount(Math.round(reply.fromMs)), ms: formatCount(Math.round(reply.durationMs)) })
    case 'blocks':
      return reply.blocks.length === 0 ? t('exercise.noBlocks') : reply.blocks.join(', ')
    case 'event':
      return eventName(reply.event)
    case 'text':
      return reply.text === '' ? t('exercise.noReply') : reply.text
  }
}
