import { onBeforeUnmount, onMounted, shallowRef, type Ref } from 'vue'
import type { ControllerId } from '../../src-main/contract/controller-id'
import { useExplainStore } from '../stores/explain'
import { useLabStore } from '../stores/lab'
import { usePresenterStore } from '../stores/presenter'
import { PANELS, useSettingsStore } from '../stores/settings'
import { useActions } from './useActions'

export type PendingAction = 'kill' | 'hang' | 'panic' | 'restart'

const PENDING_KEYS: Readonly<Record<string, PendingAction>> = { k: 'kill', h: 'hang', e: 'panic', r: 'restart' }
const PENDING_MS = 3000

/**
 * One key for common actions, two for those that break something: `k` then `a` kills controller A. While the simulation is
 * shown, no key affects the live lab. People can turn all of them off, and what has keys of its own can, for a while.
 */
export function useShortcuts(options: { readonly openHelp: () => void; readonly areOff: Readonly<Ref<boolean>> }) {
  const lab = useLabStore()
  const settings = useSettingsStore()
  const presenter = usePresenterStore()
  const explain = useExplainStore()
  const actions = useActions()
  const pending = shallowRef<PendingAction>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function onKeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return
    if (!settings.settings.shortcuts || options.areOff.value) return
    const key = event.key.toLowerCase()
    const handled = finishPending(key) || press(key)
    if (handled) event.preventDefault()
  }

  function finishPending(key: string): boolean {
    const action = pending.value
    if (action === undefined) return false
    wait(undefined)
    if (key !== 'a' && key !== 'b') return key === 'escape'
    void actions[action](key satisfies ControllerId)
    return true
  }

  function press(key: string): boolean {
    if (key === '?') options.openHelp()
    else if (key === 's') changeView()
    else if (key === 'x') explain.toggle()
    else return isLive() && pressLive(key)
    return true
  }

  function changeView(): void {
    presenter.leave()
    settings.change({ view: isLive() ? 'simulation' : 'live' })
  }

  function isLive(): boolean {
    return settings.settings.view === 'live'
  }

  function pressLive(key: string): boolean {
    const panel = PANELS[Number(key) - 1]
    if (panel !== undefined) settings.change({ panel })
    else if (PENDING_KEYS[key] !== undefined) wait(PENDING_KEYS[key])
    else if (key === 'p') presenter.toggle()
    else if (key === 'w') void actions.setWorkload(lab.snapshot?.host?.workload.running !== true)
    else if (key === 'i') void actions.setInterconnect(lab.snapshot?.interconnect.state === 'cut')
    else if (key === 'v') void actions.verifyLedger()
    else return false
    return true
  }

  function wait(action: PendingAction | undefined): void {
    clearTimeout(timer)
    pending.value = action
    if (action !== undefined) timer = setTimeout(() => (pending.value = undefined), PENDING_MS)
  }

  onMounted(() => window.addEventListener('keydown', onKeydown))
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', onKeydown)
    clearTimeout(timer)
  })
  return { pending }
}

/** Ignore keys while the user is typing or a dialog is open, and in lists and sliders that use letters and digits. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false
  return target.closest('input, textarea, select, [contenteditable], [role="dialog"], [role="alertdialog"]') !== null
}
