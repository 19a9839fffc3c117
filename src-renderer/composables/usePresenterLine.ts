import { computed, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { useLabStore } from '../stores/lab'
import { pairSentence } from './reasons/fault-words'
import { useLiveNarration } from './useLiveNarration'

/** One line for a room: what happens, or else what is so. */
export function usePresenterLine(): ComputedRef<string> {
  const { t } = useI18n()
  const lab = useLabStore()
  const narration = useLiveNarration()
  const condition = computed(() => {
    if (lab.link !== 'open') return t('presenter.connection')
    return lab.snapshot === undefined ? '' : pairSentence(t, lab.snapshot)
  })
  return computed(() => narration.value ?? condition.value)
}
