import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useLabStore } from '../stores/lab'
import { useLiveNarration } from './useLiveNarration'

/** One line for a room: what happens, or else what is so. */
export function usePresenterLine(): ComputedRef<string> {
  const { t } = useI18n()
  const lab = useLabStore()
  const narration = useLiveNarration()
  const condition = computed(() => {
    if (lab.link !== 'open') return t('presenter.connection')
    const survivor = lab.conditions?.a === 'serving' ? 'A' : 'B'
    return lab.condition === undefined ? '' : t(`presenter.condition.${lab.condition}`, { survivor })
  })
  return computed(() => narration.value ?? condition.value)
}
