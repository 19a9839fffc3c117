import { onBeforeUnmount, onMounted } from 'vue'
import { useSettingsStore } from '../stores/settings'
import { useSimulationStore } from '../stores/simulation'
import { isTyping } from './useShortcuts'
import { useTransport } from './useTransport'

export const JUMP_EVENTS = 100

/** Keys of the player. The focused element keeps the keys that it uses itself. */
export function useTransportKeys(): void {
  const simulation = useSimulationStore()
  const settings = useSettingsStore()
  const transport = useTransport()

  const KEYS: Readonly<Record<string, () => unknown>> = {
    ' ': () => transport.toggle(),
    ArrowRight: () => transport.step(1),
    '.': () => transport.step(1),
    ArrowLeft: () => transport.step(-1),
    ',': () => transport.step(-1),
    'Shift+ArrowRight': () => transport.step(JUMP_EVENTS),
    '>': () => transport.step(JUMP_EVENTS),
    'Shift+ArrowLeft': () => transport.step(-JUMP_EVENTS),
    '<': () => transport.step(-JUMP_EVENTS),
    Home: () => transport.seekEvent(0),
    End: () => transport.toEnd(),
    ']': () => transport.jump(true),
    '[': () => transport.jump(false),
    f: () => transport.jump(true, 'fault'),
    F: () => transport.jump(false, 'fault'),
    t: () => transport.jump(true, 'takeover'),
    T: () => transport.jump(false, 'takeover'),
    v: () => transport.jump(true, 'violation'),
    V: () => transport.jump(false, 'violation'),
    '+': () => transport.changeSpeed(1),
    '=': () => transport.changeSpeed(1),
    '-': () => transport.changeSpeed(-1),
  }

  /** Space presses the focused button only if the keyboard put the focus there, not a click. */
  let clicked: Element | undefined
  function keepsSpace(target: EventTarget | null): boolean {
    const button = buttonOf(target)
    return button !== undefined && button !== clicked
  }

  function onPointerdown(event: PointerEvent): void {
    clicked = buttonOf(event.target)
  }

  function onKeydown(event: KeyboardEvent): void {
    if (event.key === 'Tab') clicked = undefined
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !simulation.isOpen || isTyping(event.target)) return
    if (!settings.settings.shortcuts && event.key.length === 1) return
    if (event.key === ' ' && keepsSpace(event.target)) return
    const act = KEYS[event.shiftKey && event.key.startsWith('Arrow') ? `Shift+${event.key}` : event.key]
    if (act === undefined || (event.repeat && event.key === ' ')) return
    event.preventDefault()
    act()
  }

  onMounted(() => {
    window.addEventListener('keydown', onKeydown)
    window.addEventListener('pointerdown', onPointerdown)
  })
  onBeforeUnmount(() => {
    window.removeEventListener('keydown', onKeydown)
    window.removeEventListener('pointerdown', onPointerdown)
  })
}

function buttonOf(target: EventTarget | null): Element | undefined {
  return target instanceof Element ? (target.closest('button, [role="listbox"]') ?? undefined) : undefined
}
