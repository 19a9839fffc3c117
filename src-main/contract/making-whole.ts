import type { ControllerId } from './controller-id'

/**
 * What may be done, or waited for, until a lab is whole again, in this order: all that somebody did to it is undone, both controllers
 * serve, each drive is in use and has no bad sector, each volume is where it wants to be, and the pair can do without any one part.
 */
export const WHOLE_STEPS = [
  'end-surprise',
  'mend-interconnect',
  'speed-interconnect-up',
  'plug-in-portal',
  'plug-in-management',
  'give-portal-back',
  'give-management-back',
  'put-battery-back',
  'put-drive-back',
  'replace-drive',
  'speed-drive-up',
  'start-controller',
  'restart-controller',
  'await-controller',
  'rebuild-drive',
  'reopen-drive',
  'rewrite-sectors',
  'give-back',
  'await-verification',
  'await-mirror',
  'await-host',
] as const
export type WholeStepName = (typeof WHOLE_STEPS)[number]

export interface WholeStep {
  readonly name: WholeStepName
  /** That it is about, or that has to be restarted for it. */
  readonly controller?: ControllerId
  readonly drive?: number
}

/** The command `make-whole` on its way, or how the last one ended. */
export interface MakingWhole {
  readonly state: 'running' | 'done' | 'failed' | 'cancelled'
  /** On the trace clock. */
  readonly startedAtMs: number
  readonly endedAtMs?: number
  /** Steps that are over, in their order. */
  readonly done: readonly WholeStep[]
  /** The one under way, or at which it ended. */
  readonly step?: WholeStep
  /** Why it failed, in a sentence. */
  readonly message?: string
}
