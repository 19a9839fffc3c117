import { nextTick, onBeforeUnmount, onMounted, shallowRef, watch, type ShallowRef } from 'vue'
import { isTopic, type Topic } from '../i18n/topics'
import { useExplainStore } from '../stores/explain'

export interface Explanation {
  readonly element: HTMLElement | SVGElement
  readonly topic: Topic
  readonly about: string
}

export const EXPLANATION_ID = 'explanation'
const CARD = '.explanation'
/** So long the pointer, or the focus, rests on a thing. */
const OPEN_MS = 650
/** One card is open already: the next one is asked for. */
const NEXT_MS = 150
/** Time to go from a thing to its card. */
const CLOSE_MS = 250
const MARKED = '[data-explain]'
const CONTROLS = 'button, a, input, select, textarea, [role="slider"], [role="tab"], [role="option"]'
/** What gives the focus back where it came from when it is closed. */
const LAYER = '[role="dialog"], [role="alertdialog"]'
/** Turns the mode on and off, and does so also while it is on. */
const SWITCH = '[data-explain-mode]'

const cardHolds = (target: EventTarget | null): boolean => target instanceof Element && target.closest(CARD) !== null

function explanationAt(target: EventTarget | null): Explanation | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement | SVGElement>(MARKED) : null
  const topic = element?.dataset['explain']
  return element !== null && isTopic(topic) ? { element, topic, about: element.dataset['about'] ?? '' } : undefined
}

/** What can be seen, in the order of the page. */
function everything(): readonly (HTMLElement | SVGElement)[] {
  return [...document.querySelectorAll<HTMLElement | SVGElement>(MARKED)].filter(
    (element) =>
      element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.closest('[aria-hidden="true"]') === null,
  )
}

/**
 * What is explained now: what is pointed at for a moment, or has the focus by keyboard, or is tapped where a tap does nothing else. In the
 * mode, whatever is pointed at, tapped or gone to with Tab, and nothing else happens. Escape closes it, and next ends the mode.
 */
export function useExplanation(): { readonly shown: Readonly<ShallowRef<Explanation | undefined>>; close(): void } {
  const mode = useExplainStore()
  const shown = shallowRef<Explanation>()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** The next focus is given back by what Escape has closed: nobody went there to learn what it is. */
  let isGivenBack = false

  function later(act: () => void, ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(act, ms)
  }

  function open(next: Explanation): void {
    clearTimeout(timer)
    shown.value = next
  }

  function close(): void {
    clearTimeout(timer)
    shown.value = undefined
  }

  function onPointermove({ target, pointerType, buttons }: PointerEvent): void {
    if (pointerType === 'touch' || buttons !== 0) return
    const next = explanationAt(target)
    if (cardHolds(target) || (next !== undefined && next.element === shown.value?.element)) clearTimeout(timer)
    else if (next !== undefined) later(() => open(next), shown.value === undefined && !mode.isOn ? OPEN_MS : NEXT_MS)
    else later(close, CLOSE_MS)
  }

  function onFocusin({ target }: FocusEvent): void {
    if (cardHolds(target) || !(target instanceof Element)) return
    if (isGivenBack && target.closest(LAYER) === null) {
      isGivenBack = false
      later(close, CLOSE_MS)
      return
    }
    const next = explanationAt(target)
    if (next !== undefined && next.element === shown.value?.element) clearTimeout(timer)
    else if (next !== undefined && target.matches(':focus-visible')) later(() => open(next), OPEN_MS)
    else later(close, CLOSE_MS)
  }

  function onPointerdown(event: PointerEvent): void {
    isGivenBack = false
    if (cardHolds(event.target)) return
    const next = explanationAt(event.target)
    const isControl = event.target instanceof Element && event.target.closest(CONTROLS) !== null
    if (mode.isOn && !isSwitch(event.target)) keepFromActing(event)
    if (next !== undefined && (mode.isOn || (event.pointerType === 'touch' && !isControl))) open(next)
    else close()
  }

  function onPress(event: MouseEvent): void {
    if (mode.isOn && !cardHolds(event.target) && !isSwitch(event.target)) keepFromActing(event)
  }

  function onKeydown(event: KeyboardEvent): void {
    isGivenBack =
      event.key === 'Escape' && event.target instanceof Element && !cardHolds(event.target) && event.target.closest(LAYER) !== null
    if (event.key === 'Escape') {
      if (mode.isOn) keepFromActing(event)
      if (shown.value === undefined) mode.leave()
      else close()
    } else if (mode.isOn && !cardHolds(event.target)) onModeKey(event)
  }

  function onModeKey(event: KeyboardEvent): void {
    if (event.key === 'Tab') {
      keepFromActing(event)
      void goOn(event.shiftKey ? -1 : 1)
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (isSwitch(event.target)) return
      keepFromActing(event)
      document.querySelector<HTMLElement>(`${CARD} button`)?.focus()
    }
  }

  async function goOn(places: 1 | -1): Promise<void> {
    const all = everything()
    const from = shown.value?.element ?? explanationAt(document.activeElement)?.element
    const at = from === undefined ? -1 : all.indexOf(from)
    const element = all[at < 0 && places < 0 ? all.length - 1 : (at + places + all.length) % all.length]
    const next = explanationAt(element ?? null)
    if (element === undefined || next === undefined) return
    open(next)
    // A screen reader reads out what describes a thing when it comes there.
    await nextTick()
    if (element.tabIndex < 0 && !element.hasAttribute('tabindex')) element.setAttribute('tabindex', '-1')
    element.focus()
  }

  watch(shown, (now, before) => {
    if (before?.element.getAttribute('aria-describedby') === EXPLANATION_ID) before.element.removeAttribute('aria-describedby')
    if (now !== undefined && !now.element.hasAttribute('aria-describedby')) now.element.setAttribute('aria-describedby', EXPLANATION_ID)
  })
  watch(() => mode.isOn, close)

  const listeners = [
    ['pointermove', onPointermove],
    ['focusin', onFocusin],
    ['pointerdown', onPointerdown],
    ['mousedown', onPress],
    ['click', onPress],
    ['keydown', onKeydown],
    ['wheel', close],
  ] as const
  onMounted(() => {
    for (const [name, listener] of listeners)
      document.addEventListener(name, listener as EventListener, { capture: true, passive: name === 'wheel' })
  })
  onBeforeUnmount(() => {
    for (const [name, listener] of listeners) document.removeEventListener(name, listener as EventListener, { capture: true })
    clearTimeout(timer)
  })
  return { shown, close }
}

function isSwitch(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(SWITCH) !== null
}

function keepFromActing(event: Event): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}
