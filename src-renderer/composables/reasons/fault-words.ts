import type { LabSnapshot } from '../../../src-main/contract/snapshot'
import { formatCount } from '../../i18n/format'
import { arrayCondition, controllerCondition } from '../../model/condition'
import { faultsInForce, type FaultInForce } from '../../model/faults-in-force'
import type { Say } from './reason'

/** What is broken, in words: “Drive 3 400 ms slower”. */
export function faultWords(t: Say, fault: FaultInForce): string {
  const names = {
    id: 'controller' in fault ? fault.controller.toUpperCase() : '',
    drive: 'drive' in fault ? fault.drive : '',
    count: 'count' in fault ? formatCount(fault.count) : '',
  }
  return t(`faults.is.${fault.kind}`, names, 'count' in fault ? fault.count : 1)
}

/** All that is broken and can be seen. Undefined: nothing is. */
export function faultsWords(t: Say, snapshot: LabSnapshot): string | undefined {
  const faults = faultsInForce(snapshot).map((fault) => faultWords(t, fault))
  return faults.length === 0 ? undefined : faults.join('; ')
}

/** The condition of the pair in a sentence: also where both serve, what is broken is said. */
export function pairSentence(t: Say, snapshot: LabSnapshot): string {
  const condition = arrayCondition(snapshot)
  const faults = condition === 'redundant' ? faultsWords(t, snapshot) : undefined
  if (faults !== undefined) return t('presenter.struck', { faults })
  return t(`presenter.condition.${condition}`, { survivor: controllerCondition(snapshot, 'a') === 'serving' ? 'A' : 'B' })
}
