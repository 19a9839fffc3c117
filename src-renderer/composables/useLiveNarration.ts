import { computed, onBeforeUnmount, shallowRef, type ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { createLiveLines } from '../model/live-lines'
import type { Narration } from '../model/narration'
import { useAnnouncementStore } from '../stores/announcements'
import { useEventStore } from '../stores/events'

/** What the live lab does, in one line: what its controllers do, or else the newest notice. Undefined: nothing happens. */
export function useLiveNarration(): ComputedRef<string | undefined> {
  const announcements = useAnnouncementStore()
  const line = useLiveLine()
  return computed(() => line.value ?? announcements.shown.at(-1)?.title)
}

/** What the controllers of the live lab do, one sentence after the other. */
export function useLiveLine(): ComputedRef<string | undefined> {
  const { t } = useI18n()
  const lines = createLiveLines()
  const shown = shallowRef<Narration>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function look(): void {
    clearTimeout(timer)
    const nowMs = performance.now()
    shown.value = lines.at(nowMs)
    const inMs = lines.changesInMs(nowMs)
    if (inMs !== undefined) timer = setTimeout(look, inMs)
  }

  const end = useEventStore().onEvents((events, restarted) => {
    // What was before the page knew of it is not happening now.
    if (restarted) lines.clear()
    else lines.add(events)
    look()
  })
  onBeforeUnmount(() => {
    end()
    clearTimeout(timer)
  })

  return computed(() => {
    if (shown.value === undefined) return undefined
    const { sentence, id, peer } = shown.value
    return t(`narration.${sentence}`, { id: id.toUpperCase(), peer: peer.toUpperCase() })
  })
}
