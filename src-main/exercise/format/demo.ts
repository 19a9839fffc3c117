import type { Trigger } from '../checks/syntax'
import type { SimulatedWorld, TimedAct } from './exercise'

/** What a trainer shows a class: one run, and the moments of it that he speaks about. */
export interface Demo {
  readonly id: string
  readonly title: string
  readonly minutes: number
  /** Of its world: everybody sees the same. */
  readonly seed: number
  readonly world: SimulatedWorld
  readonly script: readonly TimedAct[]
  readonly steps: readonly DemoStep[]
}

export interface DemoStep {
  readonly title: string
  /** For the room. */
  readonly text: string
  /** For the trainer alone. */
  readonly notes: string
  readonly start: DemoStart
  /** Virtual milliseconds per real millisecond. */
  readonly speed: number
  /** Undefined: the picture stands still. */
  readonly stop: DemoStop | undefined
  /** How long the trainer is to speak. */
  readonly talkMs: number
  readonly line: number
}

/** `on`: so long before the `nth` event that the pattern fits, from the start of the step before on. `follows`: where that one ends. */
export type DemoStart =
  | { readonly type: 'at'; readonly atMs: number }
  | { readonly type: 'on'; readonly trigger: Trigger; readonly nth: number; readonly beforeMs: number }
  | { readonly type: 'follows' }

/** `until`: so long after the first event that the pattern fits, from the start of this step on. */
export type DemoStop =
  { readonly type: 'for'; readonly ms: number } | { readonly type: 'until'; readonly trigger: Trigger; readonly plusMs: number }
