import { inject, type InjectionKey } from 'vue'
import type { ControllerId } from '../../src-main/contract/controller-id'
import type { LabSnapshot } from '../../src-main/contract/snapshot'
import type { ControllerCondition } from '../model/condition'
import { useEventStore, type EventBook } from '../stores/events'
import { useLabStore } from '../stores/lab'
import { useSettingsStore } from '../stores/settings'
import { REAL_TIME, type StageClock } from '../model/stage-clock'

/** The pair at one moment. Both stores that can be shown have these. */
export interface SceneLab {
  readonly snapshot: LabSnapshot | undefined
  readonly conditions: Readonly<Record<ControllerId, ControllerCondition>> | undefined
  /** Why there is nothing to show. */
  readonly failedToLoad: string | undefined
}

/** What the picture of the pair and the list of events show: the live lab, or the played simulation. */
export interface Scene {
  readonly lab: SceneLab
  readonly events: EventBook
  /** Requests move by this clock. */
  readonly clock: StageClock
  /** Whether a person can break and mend things here. In a simulation, only the seed can. */
  readonly mayAct: boolean
  /** Opens the table of what the picture shows. */
  openTable(): void
}

/** Provided by a view that shows something other than the live lab. */
export const SCENE: InjectionKey<Scene> = Symbol('scene')

export function useScene(): Scene {
  return inject(SCENE, liveScene, true)
}

function liveScene(): Scene {
  const openTable = (): void => useSettingsStore().change({ panel: 'table' })
  return { lab: useLabStore(), events: useEventStore(), clock: REAL_TIME, mayAct: true, openTable }
}
