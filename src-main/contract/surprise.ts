import type { JsonObject } from './json'

/** A fault that was drawn from a seed, and that nobody is told of before it is revealed. */
export interface SurpriseReport {
  readonly seed: number
  /** `armed`: it has not struck yet. */
  readonly state: 'armed' | 'struck' | 'revealed'
  /** The lab command that struck. Only once it is revealed. */
  readonly what?: SurpriseFault
}

export interface SurpriseFault {
  readonly command: string
  readonly parameters: JsonObject
}
