import { partsOf, type PartKind, type Reason, type ReasonPart, type ToldValue } from '../../../src-main/contract/exercise-reason'
import { formatCount, formatFineTime, formatTenths } from '../../i18n/format'

type Say = (key: string, parts: Readonly<Record<string, string>>) => string

/** A reason in the language of the window: the end of a sentence. */
export function reasonText(t: Say, reason: Reason): string {
  const parts = partsOf(reason).map(({ name, kind, part }) => [name, partText(t, kind, part)] as const)
  return t(`reason.because.${reason.key}`, Object.fromEntries(parts))
}

function partText(t: Say, kind: PartKind, part: ReasonPart): string {
  if (typeof part === 'object') return valueText(t, part)
  if (typeof part === 'string') return part
  return kind === 'time' ? formatFineTime(part) : numberText(part)
}

function valueText(t: Say, value: ToldValue): string {
  switch (value.type) {
    case 'number':
      return numberText(value.value)
    case 'range': {
      if (value.least === undefined) return t('reason.value.atMost', { most: numberText(value.most) })
      const least = numberText(value.least)
      if (value.most === undefined) return t('reason.value.atLeast', { least })
      return t('reason.value.range', { least, most: numberText(value.most) })
    }
    case 'truth':
      return t(value.value ? 'reason.value.yes' : 'reason.value.no', {})
    case 'word':
      return value.word
    case 'duration':
      return t('reason.value.duration', { ms: numberText(value.ms) })
    case 'list':
      return `[${value.items.map((item) => valueText(t, item)).join(', ')}]`
    case 'ledger':
    case 'none':
    case 'unknown':
      return t(`reason.value.${value.type}`, {})
  }
}

function numberText(number: number): string {
  return Number.isInteger(number) ? formatCount(number) : formatTenths(number)
}
