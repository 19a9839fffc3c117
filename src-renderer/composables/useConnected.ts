import { computed, type ComputedRef } from 'vue'
import { useLabStore } from '../stores/lab'

/** Whether the live lab can be told anything now. */
export function useConnected(): ComputedRef<boolean> {
  const lab = useLabStore()
  return computed(() => lab.link === 'open')
}
