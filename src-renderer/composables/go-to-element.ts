import { nextTick } from 'vue'

/** A panel that is opened has what is in it a few turns later. */
const TICKS = 10

/** Brings what a panel that was just opened holds into view, and gives it the focus. */
export async function goToElement(id: string): Promise<void> {
  for (let tick = 0; tick < TICKS; tick++) {
    await nextTick()
    const found = document.getElementById(id)
    if (found === null) continue
    found.scrollIntoView({ block: 'nearest' })
    found.focus({ preventScroll: true })
    return
  }
}
