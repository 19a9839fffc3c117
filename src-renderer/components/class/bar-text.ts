import type { ComposerTranslation } from 'vue-i18n'
import type { Choice, SheetQuestion } from '../../../src-main/contract/exercise-desk'
import { formatCount, formatTenths } from '../../i18n/format'
import type { BarOf } from '../../model/class-tally'

/** What a bar stands for, in words. */
export function barText(t: ComposerTranslation, question: SheetQuestion, of: BarOf): string {
  const nameIn = (choices: readonly Choice[], id: string): string => choices.find((one) => one.id === id)?.text ?? id
  switch (of.kind) {
    case 'option':
      return question.kind === 'choice' ? nameIn(question.options, of.id) : of.id
    case 'order':
      return of.items.map((id) => (question.kind === 'order' ? nameIn(question.items, id) : id)).join(' → ')
    case 'range': {
      const unit = question.kind === 'gap' ? 'ms' : question.kind === 'number' ? question.unit : 'count'
      const range = of.from === of.to ? said(of.from) : t('class.range', { from: said(of.from), to: said(of.to) })
      return `${range} ${t(`exercise.unit.${unit}`)}`.trim()
    }
    case 'outside':
      return t('class.outside')
    case 'block':
      return question.kind === 'blocks' && question.of === 'drives' ? t('exercise.drive', { drive: of.block }) : formatCount(of.block)
    case 'none':
      return t(question.kind === 'gap' ? 'class.noGap' : question.kind === 'blocks' ? 'exercise.noBlocks' : 'class.nothing')
    case 'text':
      return of.text
    case 'others':
      return t('class.others', of.different)
  }
}

function said(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : formatTenths(value)
}
