import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { PresenterLink, PresenterState } from '../bridge/presenter-link'

/**
 * Presenter mode of this window, until it is left. Not remembered: a window opens as usual. While a trainer's window is there, it and the
 * stage are at the same act.
 */
export const usePresenterStore = defineStore('presenter', () => {
  const isOn = shallowRef(false)
  /** Nothing is shown, so that people look at who speaks. */
  const isBlank = shallowRef(false)
  /** The place in the trainer's acts: that one comes next. */
  const next = shallowRef(0)
  /** Another window has the trainer's controls: this one shows the class nothing of what comes. */
  const hasTrainer = shallowRef(false)
  /** To open one. Undefined: this window cannot. */
  const openTrainer = shallowRef<() => void>()

  function enter(): void {
    isOn.value = true
    isBlank.value = false
    next.value = 0
  }

  function leave(): void {
    isOn.value = false
    isBlank.value = false
  }

  function toggle(): void {
    if (isOn.value) leave()
    else enter()
  }

  const state = (): PresenterState => ({ isOn: isOn.value, isBlank: isBlank.value, next: next.value })

  function join(link: PresenterLink): void {
    const isFollowed = (): boolean => link.role === 'trainer' || hasTrainer.value
    /** What the others said is not said again: an echo could overtake what is newer. */
    let heard = ''
    watch([isOn, isBlank, next], () => {
      const now = JSON.stringify(state())
      if (isFollowed() && now !== heard) link.say(state())
      heard = ''
    })
    link.listen({
      answer: state,
      onState: (said) => {
        if (!isFollowed()) return
        isOn.value = said.isOn
        isBlank.value = said.isBlank
        next.value = said.next
        heard = JSON.stringify(state())
      },
      onTrainer: (isThere) => (hasTrainer.value = isThere),
    })
  }

  return { isOn, isBlank, next, hasTrainer, openTrainer, enter, leave, toggle, join }
})
