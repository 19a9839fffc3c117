import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

/** While it is on, everything that is pointed at, tapped or gone to is explained, and nothing is done. */
export const useExplainStore = defineStore('explain', () => {
  const isOn = shallowRef(false)

  function toggle(): void {
    isOn.value = !isOn.value
  }

  function leave(): void {
    isOn.value = false
  }

  return { isOn, toggle, leave }
})
