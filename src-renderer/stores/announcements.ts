import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Tone } from '../model/condition'

export interface Announcement {
  readonly id: number
  readonly tone: Tone
  readonly title: string
  readonly detail?: string
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

  return { shown, say, dismiss }
})
