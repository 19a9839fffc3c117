import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue'
import { NARROW_STAGE_WIDTH, ONE_COLUMN_DRIVES, STAGE } from './layout'

/** As a person reads them, in pixels of the window: no letter of the picture is smaller. */
const LEAST_PX = 10.5
/** The smallest letters of the picture in its own units, where it is large enough. */
const USUAL_LETTER = 11
/** In units of the picture: boxes have no room for larger ones. */
const MOST_LETTER = 13.5

/** How the picture is laid out in the room it has. */
export interface StageShape {
  /** In units of the picture, like all that follows. */
  readonly width: number
  /** No letter is smaller. */
  readonly leastLetter: number
  /** Letters are larger than the picture was drawn for: what has no room beside them is left out. */
  readonly isTight: boolean
}

const USUAL: StageShape = { width: STAGE.width, leastLetter: 0, isTight: false }
const KEY: InjectionKey<ComputedRef<StageShape>> = Symbol('stage shape')

/** `room`: of the picture, in pixels. Where its width is short, the drives get less of it; where it is small, letters grow in it. */
export function shapeIn(room: { readonly width: number; readonly height: number }, driveCount: number): StageShape {
  if (room.width === 0 || room.height === 0) return USUAL
  const [across, down] = [room.width / STAGE.width, room.height / STAGE.height]
  const isNarrow = across < Math.min(down, LEAST_PX / USUAL_LETTER) && driveCount <= ONE_COLUMN_DRIVES
  const width = isNarrow ? NARROW_STAGE_WIDTH : STAGE.width
  const leastLetter = Math.min(MOST_LETTER, LEAST_PX / Math.min(room.width / width, down))
  return { width, leastLetter, isTight: leastLetter > USUAL_LETTER }
}

/** For the parts of a picture. */
export function provideStageShape(room: Ref<{ readonly width: number; readonly height: number }>, driveCount: () => number) {
  const shape = computed(() => shapeIn(room.value, driveCount()))
  provide(KEY, shape)
  return shape
}

/** Of the picture that this is a part of. */
export function useStageShape(): ComputedRef<StageShape> {
  return inject(KEY, () => computed(() => USUAL), true)
}
