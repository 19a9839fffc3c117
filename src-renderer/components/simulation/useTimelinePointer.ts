import { shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { TimeScale } from '../../model/time-scale'
import { useTimelineStore } from '../../stores/timeline'

/** A move of fewer pixels is still a click. */
const DRAG_PIXELS = 4
const WHEEL_FACTOR = 1.0015
const LINE_PIXELS = 16

export interface PointerPlace {
  readonly x: number
  readonly y: number
}

/**
 * Pointer and wheel on the timeline. A drag over the marks moves the current moment; a drag below them chooses a stretch. The wheel shows
 * more closely what is under the pointer; with Shift, or sideways, it moves on.
 */
export function useTimelinePointer(options: {
  readonly strip: Readonly<ShallowRef<HTMLElement | null>>
  readonly scale: ComputedRef<TimeScale>
  readonly rulerHeight: number
  readonly seek: (atMs: number) => void
  readonly clicked: () => void
}) {
  const { strip, scale, rulerHeight } = options
  const timeline = useTimelineStore()
  const at = shallowRef<PointerPlace>()
  let pressed: PointerPlace | undefined
  let isDrag = false

  function placeIn(event: MouseEvent): PointerPlace {
    const box = strip.value?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }

  function pointerdown(event: PointerEvent): void {
    if (event.button !== 0) return
    strip.value?.setPointerCapture(event.pointerId)
    at.value = placeIn(event)
    pressed = at.value
    isDrag = false
  }

  function pointermove(event: PointerEvent): void {
    at.value = placeIn(event)
    if (pressed === undefined || event.buttons !== 1) return
    isDrag ||= Math.abs(at.value.x - pressed.x) >= DRAG_PIXELS
    if (!isDrag) return
    if (pressed.y < rulerHeight) options.seek(scale.value.msOf(at.value.x))
    else timeline.choose(scale.value.msOf(pressed.x), scale.value.msOf(at.value.x))
  }

  function pointerup(event: PointerEvent): void {
    if (pressed === undefined) return
    at.value = placeIn(event)
    if (!isDrag) options.clicked()
    pressed = undefined
  }

  function pointercancel(): void {
    pressed = undefined
  }

  function pointerleave(): void {
    at.value = undefined
  }

  function wheel(event: WheelEvent): void {
    if (event.ctrlKey) return
    event.preventDefault()
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1
    const sideways = event.shiftKey ? event.deltaY + event.deltaX : event.deltaX
    const { startMs, endMs } = scale.value
    if (sideways !== 0) timeline.move(((sideways * pixels) / Math.max(1, strip.value?.clientWidth ?? 1)) * (endMs - startMs))
    else timeline.zoom(WHEEL_FACTOR ** (event.deltaY * pixels), scale.value.msOf(placeIn(event).x))
  }

  return { at, listeners: { pointerdown, pointermove, pointerup, pointercancel, pointerleave, wheel } }
}
