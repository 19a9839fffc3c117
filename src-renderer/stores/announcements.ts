import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { Tone } from '../model/condition'

export interface Announcement {
  readonly id: number
  readonly tone: Tone
  readonly title: string
  readonly detail?: string
  /** Left out: it is of something that is over, and right as long as it is shown. */
  readonly holds?: (now: LabSnapshot) => boolean
  /** What a person may want to do now. */
  readonly action?: { readonly name: string; readonly act: () => void }
}

const MAX_SHOWN = 3

/** Outcomes worth saying: shown as toasts, read out by the live region. */
export const useAnnouncementStore = defineStore('announcements', () => {
  const shown = shallowRef<readonly Announcement[]>([])
  let nextId = 1

  function say(announcement: Omit<Announcement, 'id'>): void {
    shown.value = [...shown.value, { ...announcement, id: nextId++ }].slice(-MAX_SHOWN)
  }

  function dismiss(id: number): void {
    shown.value = shown.value.filter((entry) => entry.id !== id)
  }

  /** What is not right any more goes. */
  function review(now: LabSnapshot): void {
    const right = shown.value.filter(({ holds }) => holds === undefined || holds(now))
    if (right.length < shown.value.length) shown.value = right
  }

  return { shown, say, dismiss, review }
})
