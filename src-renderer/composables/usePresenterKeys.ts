import { onBeforeUnmount, onMounted } from 'vue'
import { usePresenterStore } from '../stores/presenter'
import { useSettingsStore } from '../stores/settings'
import { useDemo } from './useDemo'
import { isTyping } from './useShortcuts'
import { useTrainer } from './useTrainer'

/**
 * Keys of presenter mode, among them those that presenters' remotes send: Page Down, Page Up, and B or a full stop. The same in the
 * trainer's window, wherever the remote's keys go.
 */
export function usePresenterKeys(): void {
  const presenter = usePresenterStore()
  const settings = useSettingsStore()
  const trainer = useTrainer()
  const demo = useDemo()
  const isDemo = (): boolean => demo.demo.value !== undefined

  const REMOTE: Readonly<Record<string, () => unknown>> = {
    Escape: () => (presenter.isBlank ? (presenter.isBlank = false) : presenter.leave()),
    PageDown: () => (presenter.isBlank ? undefined : isDemo() ? demo.forward() : trainer.forward()),
    PageUp: () => (presenter.isBlank ? undefined : isDemo() ? demo.back() : trainer.back()),
  }
  const LETTERS: Readonly<Record<string, () => unknown>> = {
    b: () => (presenter.isBlank = !presenter.isBlank),
    '.': () => (presenter.isBlank = !presenter.isBlank),
    l: () => settings.toggleTheme(),
    t: () => presenter.openTrainer?.(),
  }

  function onKeydown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented || isTyping(event.target)) return
    if (event.key === 'Escape' && isDialogOpen()) return
    const act = REMOTE[event.key] ?? (settings.settings.shortcuts ? LETTERS[event.key.toLowerCase()] : undefined)
    if (act === undefined) return
    event.preventDefault()
    act()
  }

  onMounted(() => window.addEventListener('keydown', onKeydown))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKeydown))
}

/** There it closes the dialog, and nothing else. Its focus may be gone with what was disabled in it. */
function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"]') !== null
}
