import type { ControllerId } from '../../../src-main/contract/controller-id'
import type { RunMark } from '../../model/run-marks'

/** The class of what has the colour of a controller. What belongs to neither has none. */
type Hue = '' | 'of-a' | 'of-b'

export function hueOf(controller: ControllerId | undefined): Hue {
  return controller === undefined ? '' : `of-${controller}`
}

/** Of everything at a place of the trace that is one of a pair: `controller-a`, `portal-b`. */
export function hueOfPlace(place: string): Hue {
  if (place.endsWith('-a')) return 'of-a'
  return place.endsWith('-b') ? 'of-b' : ''
}

export function hueOfMark(mark: RunMark): Hue {
  return hueOf(mark.kind === 'takeover' ? mark.survivor : undefined)
}
