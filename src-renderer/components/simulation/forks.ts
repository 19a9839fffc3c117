import { useI18n } from 'vue-i18n'
import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { ForkChange, ForkPolicy, RunFork } from '../../../src-main/contract/run-fork'
import type { SeedSource } from '../../../src-main/contract/simulation'
import { formatCount } from '../../i18n/format'
import { useMarkWords } from './marks'

/** What forks are called, in words. */
export function useForkWords() {
  const { t } = useI18n()
  const marks = useMarkWords()

  function policy(name: ForkPolicy): string {
    return t(`fork.policy.${name}`)
  }

  function value(name: ForkPolicy, set: string): string {
    return name === 'heartbeat-ms' ? t('fork.everyMs', { ms: set }) : t(`fork.value.${set}`)
  }

  function struck(name: string, controller: ControllerId | undefined): string {
    const fault = marks.faultName(name)
    return controller === undefined ? fault : t('fork.onController', { fault, controller: controller.toUpperCase() })
  }

  /** `leftOut`: what the fault is called that it leaves out, where that is known. */
  function change(made: ForkChange, leftOut?: string): string {
    if (made.kind === 'policy') return t('fork.told.policy', { policy: policy(made.policy), value: value(made.policy, made.value) })
    if (made.kind === 'strike') return t('fork.told.strike', { fault: struck(made.name, made.controller) })
    const without = leftOut === undefined ? t('fork.numbered', { number: made.fault + 1 }) : marks.faultName(leftOut)
    if (made.kind === 'without') return t('fork.told.without', { fault: without })
    return t('fork.told.instead', { without, fault: struck(made.name, made.controller) })
  }

  function fork({ event, change: made }: RunFork, leftOut?: string): string {
    return t('fork.at', { change: change(made, leftOut), event: formatCount(event) })
  }

  /** A seed, and what was changed in it; of the last change only. */
  function source({ seed, forks = [] }: SeedSource, leftOut?: string): string {
    const last = forks.at(-1)
    const name = t('simulation.seedNumber', { seed })
    return last === undefined ? name : `${name}: ${change(last.change, leftOut)}`
  }

  return { policy, value, change, fork, source }
}
