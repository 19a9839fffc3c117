import * as v from 'valibot'
import { arrayStateSchema } from '../../contract/array-state'
import { controllerIdSchema, type ControllerId } from '../../contract/controller-id'
import type { TraceEvent } from '../../contract/trace'
import type { RecordedPicture } from '../../player/recorded-run'
import type { ConfigurationFrame, ControllerFrame } from '../evidence/evidence'

const controllerSchema = v.object({
  state: v.picklist(['starting', 'running', 'hung', 'resetting', 'down']),
  portalServedBy: v.optional(controllerIdSchema),
  nvram: v.optional(v.object({ mirror: v.picklist(['in-step', 'resyncing', 'away', 'off']) })),
})
/** Of what is in a picture, what a check can ask. Pictures of a recording are looked at in outline only when it is read. */
const pictureSchema = v.object({
  controllers: v.object({ a: controllerSchema, b: controllerSchema }),
  interconnect: v.object({ state: v.picklist(['up', 'cut']) }),
  drives: v.array(v.object({ state: v.picklist(['online', 'failed', 'rebuilding']) })),
  array: v.optional(arrayStateSchema),
})

/** How the pair stood, with another frame after each change. Pictures in which something is not as it should be are left out. */
export function recordedFrames(pictures: readonly RecordedPicture[], events: readonly TraceEvent[]): readonly ConfigurationFrame[] {
  const frames: ConfigurationFrame[] = []
  let shown = ''
  for (const { timeMs, snapshot } of pictures) {
    const picture = v.safeParse(pictureSchema, snapshot)
    if (!picture.success) continue
    const { controllers, interconnect, drives, array } = picture.output
    const pair = {
      controllers: { a: controllerOf(controllers.a), b: controllerOf(controllers.b) } satisfies Record<ControllerId, ControllerFrame>,
      array,
      interconnect: interconnect.state,
      drives: drives.map(({ state }) => state),
    }
    const text = JSON.stringify(pair)
    if (text === shown) continue
    shown = text
    const event = events.findLast((one) => one.timeMs <= timeMs)?.id
    frames.push({ atMs: timeMs, ...(event === undefined ? {} : { event }), ...pair })
  }
  return frames
}

function controllerOf({ state, portalServedBy, nvram }: v.InferOutput<typeof controllerSchema>): ControllerFrame {
  return { state, servedBy: portalServedBy, ...(nvram === undefined ? {} : { mirror: nvram.mirror }) }
}
