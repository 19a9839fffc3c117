import { driver, type Driver, type DriveStep, type PopoverDOM } from 'driver.js'
import { getCurrentScope, onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { TOUR_STEPS } from '../model/tour-steps'
import { useSettingsStore } from '../stores/settings'
import { goToElement } from './go-to-element'

/** Where who ends the tour in the exercises goes on. */
const FIRST_FIELD = 'learner-name'
/** What the tour's library says of the thing a step stands at, which most of these things cannot be. */
const CLAIMS = ['aria-haspopup', 'aria-expanded', 'aria-controls'] as const

export interface Tour {
  /** While it is, keys belong to it. */
  readonly isOn: Readonly<ShallowRef<boolean>>
  /** From the first step; at its end the focus goes back, to what has it now unless something else is named. */
  start(returnTo?: HTMLElement | null): void
}

/** The guided tour: arrow keys or its buttons go through it, Escape ends it, and so does anything that takes the live lab away. */
export function useTour(isPossible: Readonly<Ref<boolean>>): Tour {
  const { t } = useI18n()
  const settings = useSettingsStore()
  const isOn = shallowRef(false)
  let running: Driver | undefined

  function start(returnTo: HTMLElement | null = focused()): void {
    end()
    running = driver({
      steps: TOUR_STEPS.map(stepOf),
      // Nothing moves, whatever the system asks for: what is shown has the same place and comes at once.
      animate: false,
      allowScroll: true,
      overlayColor: 'var(--scrim)',
      overlayOpacity: 1,
      stagePadding: 6,
      stageRadius: 8,
      showProgress: true,
      popoverClass: 'tour',
      nextBtnText: t('tour.next'),
      prevBtnText: t('tour.back'),
      doneBtnText: t('tour.toExercises'),
      skipMissingElement: true,
      // A click beside it is no wish to end it.
      overlayClickBehavior: () => undefined,
      onPopoverRender: prepare,
      onHighlighted: withoutClaims,
      onDoneClick: finish,
      onDestroyed: () => {
        isOn.value = false
        returnTo?.focus()
      },
    })
    isOn.value = true
    running.drive()
  }

  function stepOf(step: (typeof TOUR_STEPS)[number], index: number): DriveStep {
    return {
      element: `[data-tour="${step.at}"]`,
      disableActiveInteraction: !('mayPress' in step),
      popover: {
        title: t(`tour.${step.name}.title`),
        description: t(`tour.${step.name}.text`),
        side: step.side,
        progressText: t('tour.progress', { step: index + 1, count: TOUR_STEPS.length }),
      },
    }
  }

  /** The library focuses the first button, which ends the tour. Who presses Enter wants to go on. */
  function prepare(popover: PopoverDOM): void {
    popover.closeButton.setAttribute('aria-label', t('tour.close'))
    // They are no header and no footer of the page.
    for (const part of [popover.title, popover.footer]) part.setAttribute('role', 'none')
    queueMicrotask(() => popover.nextButton.focus())
  }

  function finish(): void {
    end()
    settings.change({ hintSeen: true, view: 'exercises' })
    void goToElement(FIRST_FIELD)
  }

  function end(): void {
    running?.destroy()
    running = undefined
  }

  watch(isPossible, (isStill) => {
    if (!isStill) end()
  })
  if (getCurrentScope() !== undefined) onScopeDispose(end)
  return { isOn, start }
}

function focused(): HTMLElement | null {
  return document.activeElement instanceof HTMLElement ? document.activeElement : null
}

function withoutClaims(element: Element | undefined): void {
  for (const claim of CLAIMS) element?.removeAttribute(claim)
}
